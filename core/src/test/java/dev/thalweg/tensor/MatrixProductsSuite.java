package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import dev.thalweg.tensor.MatrixProducts.Form;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every implementation of [MatrixProducts] owes.
public abstract class MatrixProductsSuite {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    protected abstract MatrixProducts products();

    static Stream<Form> forms() {
        var forms = new ArrayList<Form>();
        for (int[] extents : new int[][] {
            {1, 1, 1},
            {1, 7, 1},
            {2, 3, 5},
            {4, 4, 4},
            {5, 1, 33},
            {7, 64, 31},
            {17, 5, 16},
            {1, 129, 40},
            {37, 41, 53},
            {64, 27, 1},
            {3, 1021, 3},
            {65, 130, 67}
        })
            for (boolean left : new boolean[] {false, true})
                for (boolean right : new boolean[] {false, true})
                    for (double[] mix : new double[][] {{1, 0}, {1, 1}, {0.25, 0}, {0.05, 0.95}, {-2, 0.5}})
                        forms.add(new Form(extents[0], extents[1], extents[2], left, right, mix[0], mix[1]));
        return forms.stream();
    }

    /// A matrix somewhere in a vector, with NaN before and behind it.
    private record Placed(FlatVector vector, long at, int rows, int columns) {

        double get(int i, int j) {
            return vector.get(at + (long) i * columns + j);
        }

        double get(int i, int j, boolean turned) {
            return turned ? get(j, i) : get(i, j);
        }

        Placed copy(Arena arena) {
            return new Placed(FlatVector.of(vector.toArray(), arena), at, rows, columns);
        }
    }

    private Placed matrix(int rows, int columns, boolean turned, int at, long seed) {
        int r = turned ? columns : rows, c = turned ? rows : columns;
        var vector = FlatVector.allocate(at + (long) r * c + 3, arena);
        vector.fill(Float.NaN);
        var key = RandomKey.of(seed);
        for (int i = 0; i < r * c; i++) vector.set(at + i, key.uniform(i) * 2 - 1);
        return new Placed(vector, at, r, c);
    }

    private void apply(MatrixProducts.Product product, Placed a, Placed b, Placed c) {
        product.apply(a.vector, a.at, b.vector, b.at, c.vector, c.at);
    }

    /// Against the loops of the definition in float64; an error may be that of summing in float32.
    @ParameterizedTest
    @MethodSource("forms")
    void isTheDefinition(Form form) {
        var a = matrix(form.rows(), form.inner(), form.leftTurned(), 3, 1);
        var b = matrix(form.inner(), form.columns(), form.rightTurned(), 1, 2);
        var c = matrix(form.rows(), form.columns(), false, 5, 3);
        var before = c.copy(arena);
        apply(products().prepare(form, arena), a, b, c);
        for (int i = 0; i < form.rows(); i++)
            for (int j = 0; j < form.columns(); j++) {
                double sum = 0, size = 0;
                for (int k = 0; k < form.inner(); k++) {
                    double product = a.get(i, k, form.leftTurned()) * b.get(k, j, form.rightTurned());
                    sum += product;
                    size += Math.abs(product);
                }
                double kept = form.beta() * before.get(i, j);
                double allowed = 0x1p-24 * (form.inner() + 3) * (Math.abs(form.alpha()) * size + Math.abs(kept));
                assertThat(c.get(i, j))
                        .as("element (%s, %s)", i, j)
                        .isCloseTo(form.alpha() * sum + kept, within(allowed));
            }
        for (int i = 0; i < c.vector.length(); i++)
            if (i < c.at || i >= c.at + form.targetSize())
                assertThat(c.vector.get(i)).as("outside").isNaN();
    }

    @Test
    void byHand() {
        var a = FlatVector.of(new float[] {1, 2, 3, 4, 5, 6}, arena);
        var b = FlatVector.of(new float[] {1, 0, 2, -1, 0, 1}, arena);
        var c = FlatVector.of(new float[] {Float.NaN, 1, Float.NaN, 1}, arena);
        products().prepare(Form.of(2, 3, 2), arena).apply(a, 0, b, 0, c, 0);
        assertThat(c.toArray()).containsExactly(5, 1, 14, 1);
        products().prepare(Form.of(2, 3, 2).turnRight().mixed(2, -1), arena).apply(a, 0, b, 0, c, 0);
        assertThat(c.toArray()).containsExactly(9, 3, 18, 3);
        products().prepare(Form.of(2, 3, 2).turnLeft(), arena).apply(a, 0, b, 0, c, 0);
        assertThat(c.toArray()).containsExactly(7, 2, 10, 2);
    }

    /// Also where both operands are one matrix, which is what Gram matrices are made of.
    @Test
    void bitsDoNotDependOnThePlaceOrTheWorker() {
        var form = Form.of(37, 130, 37).turnRight();
        var x = matrix(37, 130, false, 0, 1);
        var alone = FlatVector.allocate(form.targetSize(), arena);
        products().prepare(form, arena).apply(x.vector, 0, x.vector, 0, alone, 0);
        try (var workers = new JavaWorkers(3)) {
            var products = new MatrixProducts.Product[3];
            for (int w = 0; w < 3; w++) products[w] = products().prepare(form, arena);
            var results = new ArrayList<Placed>();
            for (int w = 0; w < 3; w++) results.add(matrix(37, 37, false, w + 1, 9));
            var shifted = List.of(matrix(37, 130, false, 1, 1), matrix(37, 130, false, 2, 1), x);
            workers.run((worker, count) -> {
                for (int i = 0; i < 50; i++)
                    apply(products[worker], shifted.get(worker), shifted.get(worker), results.get(worker));
            });
            for (var result : results)
                assertThat(result.vector.slice(result.at, form.targetSize()).toArray())
                        .isEqualTo(alone.toArray());
        }
    }

    @Test
    void applyingDoesNotAllocate() {
        var form = Form.of(33, 65, 47).mixed(0.5, 0.5);
        var product = products().prepare(form, arena);
        var a = matrix(33, 65, false, 0, 1);
        var b = matrix(65, 47, false, 0, 2);
        var c = matrix(33, 47, false, 0, 3);
        assertThat(Allocated.soonBy(() -> {
                    for (int i = 0; i < 200; i++) apply(product, a, b, c);
                }))
                .isZero();
    }

    @Test
    void refusesWhatLiesOutside() {
        var product = products().prepare(Form.of(2, 3, 4), arena);
        FlatVector a = FlatVector.allocate(6, arena),
                b = FlatVector.allocate(12, arena),
                c = FlatVector.allocate(8, arena);
        product.apply(a, 0, b, 0, c, 0);
        refused(() -> product.apply(a, 1, b, 0, c, 0), "the left matrix [1, 7) lies outside a vector of 6 elements");
        refused(
                () -> product.apply(a, 0, b, -1, c, 0),
                "the right matrix [-1, 11) lies outside a vector of 12 elements");
        refused(() -> product.apply(a, 0, b, 0, c, 9), "the target matrix [9, 17) lies outside a vector of 8 elements");
        refused(() -> Form.of(2, 0, 4), "a product of matrices needs extents of at least 1, got 2×0 by 0×4");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
