package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What [TensorwiseTest] cannot say of SOAP: both sides turned, where the axes are those of the gradients and not
/// of their noise.
class SoapTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private Optimizer optimizer(FirstOrder rule, Layout layout) {
        return new Optimizer(
                rule, layout, List.of(Group.everything(Decay.NONE)), new Clip.None(), Workers.SERIAL, arena);
    }

    private static Layout matrix(int rows, int columns) {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(rows, columns), Role.WEIGHT);
        return builder.build();
    }

    static Stream<Object[]> shapes() {
        return Stream.of(
                new Object[] {6, 6, 1e-8, 3},
                new Object[] {6, 6, 1e-8, 1},
                new Object[] {9, 9, 1e-8, 4},
                new Object[] {1, 8, 1e-2, 3},
                new Object[] {8, 1, 1e-2, 3},
                new Object[] {4, 9, 1e-2, 2},
                new Object[] {9, 4, 1e-2, 2},
                new Object[] {3, 25, 1e-2, 5});
    }

    /// Gradients U S(t) Vᵀ with fixed U and V, of which there are as many as the shorter side has rows, that flip at
    /// every step, so that the axes are sharp. Across them there is nothing but rounding, which ε has to swallow
    /// where the matrix is not square. The learning rate falls and rises.
    @ParameterizedTest
    @MethodSource("shapes")
    void followsThePaperOnBothSides(int rows, int columns, double epsilon, int every) {
        int n = Math.min(rows, columns);
        double[][] u = Dense.left(Dense.rotation(rows, 1), n), v = Dense.left(Dense.rotation(columns, 2), n);
        var layout = matrix(rows, columns);
        var optimizer = optimizer(new Soap(0.9, 0.95, 0.9, epsilon, every, 64), layout);
        var oracle = new SoapOracle(0.9, 0.95, 0.9, epsilon, every, 64);
        var theta = noise(layout.length(), 1);
        var expected = doubles(theta);
        for (int step = 1; step <= 25; step++) {
            var key = RandomKey.of(9).fold(step);
            var s = new double[n][n];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    s[i][j] = (i == j ? Math.pow(0.6, i) : 0.02)
                            * (step % 2 == 0 ? -1 : 1)
                            * (0.5 + key.uniform(i * n + j));
            var gradient = vector(Dense.flat(Dense.times(Dense.times(u, s), Dense.transpose(v))));
            double rate = step > 8 && step < 16 ? 0.002 : 0.02;
            optimizer.step(theta, gradient, step, rate);
            expected = oracle.next(expected, doubles(gradient), rows, rate, 0);
            for (int i = 0; i < expected.length; i++)
                assertThat((double) theta.get(i))
                        .as("element %s after step %s", i, step)
                        .isCloseTo(expected[i], within(2e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /// Their program computes in float32 as well, its first axes included.
    @Test
    void agreesWithItsAuthorsProgram() {
        PyTorch.follow("soap-4x4", new Soap(0.8, 0.9, 0.9, 1e-8, 3, 64), Decay.NONE, 4, 4, 2e-5);
        PyTorch.follow("soap-5x2-short-side", new Soap(0.8, 0.9, 0.9, 1e-2, 3, 2), Decay.NONE, 5, 2, 2e-5);
        PyTorch.follow("soap-3x4-short-side", new Soap(0.8, 0.9, 0.5, 1e-8, 3, 3), Decay.NONE, 3, 4, 2e-5);
    }

    /// The first gradient fills the averages; nothing moves, and nothing decays.
    @Test
    void theFirstStepOnlyLooks() {
        var layout = matrix(3, 5);
        var optimizer = new Optimizer(
                new Soap(),
                layout,
                List.of(Group.everything(Decay.decoupled(0.5))),
                new Clip.None(),
                Workers.SERIAL,
                arena);
        var theta = noise(15, 1);
        var before = theta.toArray();
        var g = noise(15, 2);
        optimizer.step(theta, g, 1, 0.1);
        assertThat(theta.toArray()).isEqualTo(before);
        var l = optimizer.memory().get("soap.left.average");
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) {
                double sum = 0;
                for (int k = 0; k < 5; k++) sum += g.get(i * 5 + k) * g.get(j * 5 + k);
                assertThat((double) l.get(i * 3 + j)).isCloseTo(0.05 * sum, within(1e-6));
            }
        optimizer.step(theta, g, 2, 0.1);
        assertThat(theta.toArray()).isNotEqualTo(before);
    }

    /// On diagonal gradients whose elements fall, the axes are those of the parameters, and SOAP is Adam one step
    /// late.
    @Test
    void isAdamWhereAxesAreParameters() {
        int n = 4;
        var layout = matrix(n, n);
        var soap = optimizer(new Soap(0.9, 0.95, 0.9, 1e-8, 2, 64), layout);
        var adam = optimizer(new Adam(0.9, 0.95, 1e-8, Adam.Form.EPSILON_HAT), layout);
        FlatVector theta = noise(n * n, 1), same = noise(n * n, 1);
        for (int step = 1; step <= 9; step++) {
            var gradient = FlatVector.allocate(n * n, arena);
            for (int i = 0; i < n; i++)
                gradient.set(i * n + i, (step % 2 == 0 ? -1 : 1) * (8f / (1 + i) + step * 0.01f));
            soap.step(theta, gradient, step, 0.01);
            if (step > 1) adam.step(same, gradient, step - 1, 0.01);
        }
        assertThat(theta.toArray()).containsExactly(same.toArray(), within(1e-5f));
    }

    /// In exact arithmetic SOAP of turned gradients is SOAP turned: it has no axes of its own.
    @Test
    void turningTheGradientsTurnsThePath() {
        int n = 5;
        double[][] a = Dense.rotation(n, 3), b = Dense.rotation(n, 4);
        var layout = matrix(n, n);
        var plain = optimizer(new Soap(0.9, 0.95, 0.9, 1e-8, 2, 64), layout);
        var turned = optimizer(new Soap(0.9, 0.95, 0.9, 1e-8, 2, 64), layout);
        FlatVector theta = FlatVector.allocate(n * n, arena), other = FlatVector.allocate(n * n, arena);
        for (int step = 1; step <= 8; step++) {
            var g = new double[n][n];
            var key = RandomKey.of(5).fold(step);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) g[i][j] = (i == j ? 3.0 / (1 + i) : 0.1) * (0.5 + key.uniform(i * n + j));
            plain.step(theta, vector(Dense.flat(g)), step, 0.01);
            turned.step(other, vector(Dense.flat(Dense.times(Dense.times(a, g), b))), step, 0.01);
        }
        var expected = Dense.flat(Dense.times(Dense.times(a, Dense.of(doubles(theta), n)), b));
        for (int i = 0; i < expected.length; i++)
            assertThat((double) other.get(i)).isCloseTo(expected[i], within(3e-5));
    }

    /// A tensor that is unfrozen late begins with its own first gradient.
    @Test
    void aTensorBeginsWhenItIsFirstTrained() {
        var builder = new Layout.Builder();
        builder.add("early.weight", Shape.of(3, 3), Role.WEIGHT);
        builder.add("late.weight", Shape.of(3, 3), Role.WEIGHT);
        var layout = builder.build();
        var plain = Group.everything(Decay.NONE);
        var optimizer = new Optimizer(
                new Soap(),
                layout,
                List.of(Group.frozen(new Selector.ByName("late.*")), plain),
                new Clip.None(),
                Workers.SERIAL,
                arena);
        var alone = optimizer(new Soap(), matrix(3, 3));
        var theta = FlatVector.allocate(18, arena);
        var same = FlatVector.allocate(9, arena);
        for (int step = 1; step <= 12; step++) {
            if (step == 4) optimizer.regroup(List.of(plain));
            var g = noise(18, step);
            optimizer.step(theta, g, step, 0.01);
            if (step >= 4) alone.step(same, g.slice(9, 9), step - 3, 0.01);
        }
        assertThat(theta.slice(9, 9).toArray()).isEqualTo(same.toArray());
    }

    /// Squares of the sides that are turned, and a number for each tensor.
    @ParameterizedTest
    @CsvSource({"1024, 7, 53", "52, 7, 0", "5, 0, 0"})
    void remembersTheSquaresOfItsSides(int largest, int left, int right) {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(7, 53), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(7), Role.BIAS);
        builder.add("bn.running_mean", Shape.of(7), Role.RUNNING_MEAN);
        var memory = optimizer(new Soap(0.9, 0.9, 0.9, 1e-8, 1, largest), builder.build())
                .memory();
        assertThat(memory.keySet())
                .containsExactly(
                        "soap.m",
                        "soap.v",
                        "soap.left.average",
                        "soap.left.basis",
                        "soap.right.average",
                        "soap.right.basis",
                        "soap.seen.gradients");
        assertThat(memory.get("soap.left.average").length()).isEqualTo(left * left);
        assertThat(memory.get("soap.right.basis").length()).isEqualTo(right * right);
        assertThat(memory.get("soap.seen.gradients").length()).isEqualTo(4);
    }

    @Test
    void theAuthorsSettings() {
        assertThat(new Soap()).isEqualTo(new Soap(0.95, 0.95, 0.95, 1e-8, 10, 1024));
        assertThat(new Soap().usual()).isEqualTo(new Usual(3e-3, Decay.decoupled(0.01)));
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new Soap(1, 0.9, 0.9, 1, 1, 1), "Soap.beta1 must be in [0, 1), got 1.0");
        refused(() -> new Soap(0.9, Double.NaN, 0.9, 1, 1, 1), "Soap.beta2 must be in [0, 1), got NaN");
        refused(() -> new Soap(0.9, 0.9, -1, 1, 1, 1), "Soap.shampooBeta must be in [0, 1), got -1.0");
        refused(() -> new Soap(0.9, 0.9, 0.9, 0, 1, 1), "Soap.epsilon must be in (0, ∞), got 0.0");
        refused(() -> new Soap(0.9, 0.9, 0.9, 1, 0, 1), "Soap.every must be at least 1, got 0");
        refused(() -> new Soap(0.9, 0.9, 0.9, 1, 1, -1), "Soap.largest must be at least 0, got -1");
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private FlatVector noise(long n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (long i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    private FlatVector vector(double[] values) {
        var vector = FlatVector.allocate(values.length, arena);
        for (int i = 0; i < values.length; i++) vector.set(i, (float) values[i]);
        return vector;
    }

    private static double[] doubles(FlatVector vector) {
        var values = new double[(int) vector.length()];
        for (int i = 0; i < values.length; i++) values[i] = vector.get(i);
        return values;
    }
}
