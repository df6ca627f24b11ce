package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewtonSchulzTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private double[][] run(NewtonSchulz iteration, double[][] m) {
        var scratch = new Scratch(arena);
        var prepared = iteration.prepare(m.length, m[0].length, scratch);
        scratch.take();
        var matrix = prepared.matrix();
        double[] elements = Dense.flat(m);
        double scale = 1 / (Dense.norm(m) + iteration.epsilon());
        for (int i = 0; i < elements.length; i++) matrix.set(i, (float) (elements[i] * scale));
        FlatVector result = prepared.run();
        for (int i = 0; i < elements.length; i++) elements[i] = result.get(i);
        return Dense.of(elements, m.length);
    }

    /// U S Vᵀ of these extents, with singular values from 1 down to `least` and known U and V.
    private record Known(double[][] u, double[] s, double[][] v) {
        static Known of(int rows, int columns, double least) {
            int n = Math.min(rows, columns);
            var s = new double[n];
            for (int i = 0; i < n; i++) s[i] = n == 1 ? 1 : Math.pow(least, (double) i / (n - 1));
            return new Known(Dense.left(Dense.rotation(rows, 1), n), s, Dense.left(Dense.rotation(columns, 2), n));
        }

        double[][] with(double[] values) {
            var us = Dense.sum(1, u, 0, u);
            for (var row : us) for (int j = 0; j < values.length; j++) row[j] *= values[j];
            return Dense.times(us, Dense.transpose(v));
        }

        double[][] matrix() {
            return with(s);
        }

        double norm() {
            return Dense.norm(new double[][] {s});
        }
    }

    /// Each singular value becomes the polynomial of itself, as often as there are steps; U and V stay.
    @ParameterizedTest
    @CsvSource({"1,1", "1,9", "9,1", "4,4", "3,17", "17,3", "16,16", "33,40", "41,20"})
    void appliesThePolynomialToSingularValues(int rows, int columns) {
        var known = Known.of(rows, columns, 0.03);
        var iteration = new NewtonSchulz();
        var expected = known.s().clone();
        for (int i = 0; i < expected.length; i++) {
            double s = known.s()[i] / known.norm();
            for (int k = 0; k < 5; k++) s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * Math.pow(s, 5);
            expected[i] = s;
        }
        compare(run(iteration, known.matrix()), known.with(expected), 2e-5);
    }

    /// What Jordan's post says of its coefficients: five steps bring everything above a hundredth of the norm into
    /// [0.68, 1.14]. Whatever the scale.
    @ParameterizedTest
    @CsvSource({"12,12,1", "12,30,1e-6", "30,12,1e6"})
    void singularValuesLandInTheBand(int rows, int columns, double scale) {
        var known = Known.of(rows, columns, 0.02);
        var result = run(new NewtonSchulz(5, 1e-20), Dense.sum(scale, known.matrix(), 0, known.matrix()));
        var inTheirAxes = Dense.times(Dense.transpose(known.u()), Dense.times(result, known.v()));
        for (int i = 0; i < inTheirAxes.length; i++)
            for (int j = 0; j < inTheirAxes.length; j++)
                if (i == j) assertThat(inTheirAxes[i][j]).isBetween(0.68, 1.14);
                else assertThat(inTheirAxes[i][j]).isCloseTo(0, within(2e-5));
    }

    /// Coefficients under which 1 is a fixed point that attracts lead to U Vᵀ itself.
    @ParameterizedTest
    @CsvSource({"5,5", "4,11", "11,4"})
    void convergesWhereCoefficientsDo(int rows, int columns) {
        var known = Known.of(rows, columns, 0.1);
        var ones = new double[Math.min(rows, columns)];
        java.util.Arrays.fill(ones, 1);
        compare(run(new NewtonSchulz(25, 1.875, -1.25, 0.375, 1e-7), known.matrix()), known.with(ones), 1e-5);
    }

    /// One step with a = 0, b = 1, c = 0 on (3, 4) / 5: X Xᵀ is 1.
    @Test
    void byHand() {
        compare(run(new NewtonSchulz(1, 0, 1, 0, 1e-20), new double[][] {{3, 4}}), new double[][] {{0.6, 0.8}}, 1e-7);
        compare(
                run(new NewtonSchulz(1, 2, 1, -4, 1e-20), new double[][] {{3}, {4}}),
                new double[][] {{-0.6}, {-0.8}},
                1e-6);
    }

    @Test
    void nothingStaysNothing() {
        compare(run(new NewtonSchulz(), new double[3][5]), new double[3][5], 0);
    }

    private static void compare(double[][] got, double[][] expected, double allowed) {
        for (int i = 0; i < got.length; i++)
            for (int j = 0; j < got[0].length; j++)
                assertThat(got[i][j]).as("element (%s, %s)", i, j).isCloseTo(expected[i][j], within(allowed));
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new NewtonSchulz(0, 1e-7), "NewtonSchulz.steps must be from 1 to 99, got 0");
        refused(() -> new NewtonSchulz(100, 1e-7), "NewtonSchulz.steps must be from 1 to 99, got 100");
        refused(() -> new NewtonSchulz(5, 0), "NewtonSchulz.epsilon must be in (0, ∞), got 0.0");
        refused(() -> new NewtonSchulz(5, Double.NaN, 1, 1, 1), "NewtonSchulz.a must be finite, got NaN");
        refused(
                () -> new NewtonSchulz(5, 1, Double.POSITIVE_INFINITY, 1, 1),
                "NewtonSchulz.b must be finite, got Infinity");
        refused(() -> new NewtonSchulz(5, 1, 1, Double.NaN, 1), "NewtonSchulz.c must be finite, got NaN");
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
