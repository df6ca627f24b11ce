package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Searches from 0 along a line.
class LineSearchTest {

    /// A function of α, and the points at which it was asked.
    private record Line(DoubleUnaryOperator phi, DoubleUnaryOperator slope, List<Double> asked) implements Objective {
        Line(DoubleUnaryOperator phi, DoubleUnaryOperator slope) {
            this(phi, slope, new ArrayList<>());
        }

        @Override
        public double at(double[] x, double[] g) {
            asked.add(x[0]);
            g[0] = slope.applyAsDouble(x[0]);
            return phi.applyAsDouble(x[0]);
        }

        /// Begins at 0; the start is not among what was asked.
        Descent start() {
            var descent = new GradientDescent().start(this, 0);
            descent.value();
            asked.clear();
            return descent;
        }
    }

    /// The functions of Moré & Thuente's section 5, by their numbers there.
    private static Line published(int number) {
        return switch (number) {
            case 1 -> new Line(a -> -a / (a * a + 2), a -> (a * a - 2) / ((a * a + 2) * (a * a + 2)));
            case 2 -> {
                double b = 0.004;
                yield new Line(
                        a -> Math.pow(a + b, 5) - 2 * Math.pow(a + b, 4),
                        a -> 5 * Math.pow(a + b, 4) - 8 * Math.pow(a + b, 3));
            }
            case 3 -> wavy(0.01, 39 * Math.PI / 2);
            case 4 -> roots(0.001, 0.001);
            case 5 -> roots(0.01, 0.001);
            default -> roots(0.001, 0.01);
        };
    }

    private static Line wavy(double b, double w) {
        return new Line(
                a -> (a <= 1 - b ? 1 - a : a >= 1 + b ? a - 1 : (a - 1) * (a - 1) / (2 * b) + b / 2)
                        + (1 - b) / w * Math.sin(w * a),
                a -> (a <= 1 - b ? -1 : a >= 1 + b ? 1 : (a - 1) / b) + (1 - b) * Math.cos(w * a));
    }

    private static Line roots(double b1, double b2) {
        double first = Math.hypot(1, b1) - b1, second = Math.hypot(1, b2) - b2;
        return new Line(
                a -> first * Math.hypot(1 - a, b2) + second * Math.hypot(a, b1),
                a -> -first * (1 - a) / Math.hypot(1 - a, b2) + second * a / Math.hypot(a, b1));
    }

    /// Tables I to VI of Moré & Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM
    /// TOMS 20, 1994: the first trial, and how many it takes. The steps, there of two digits, are those of
    /// SciPy 1.17.1's DCSRCH.
    @ParameterizedTest
    @CsvSource({
        "1, 1e-3, 6, 1.365", "1, 0.1, 3, 1.44137", "1, 10, 1, 10", "1, 1000, 4, 36.8876",
        "2, 1e-3, 12, 1.596", "2, 0.1, 8, 1.596", "2, 10, 8, 1.596", "2, 1000, 11, 1.596",
        "3, 1e-3, 12, 1.00000", "3, 0.1, 12, 0.999999", "3, 10, 10, 1.00000", "3, 1000, 13, 1.00000",
        "4, 1e-3, 4, 0.085", "4, 0.1, 1, 0.1", "4, 10, 3, 0.349105", "4, 1000, 4, 0.829401",
        "5, 1e-3, 6, 0.0750109", "5, 0.1, 3, 0.0775104", "5, 10, 7, 0.0731420", "5, 1000, 8, 0.0761593",
        "6, 1e-3, 13, 0.927903", "6, 0.1, 11, 0.926150", "6, 10, 8, 0.924782", "6, 1000, 11, 0.924398",
    })
    void takesThePublishedNumberOfTrials(int function, double first, int trials, double step) {
        var f = published(function);
        double c1 = new double[] {0.001, 0.1, 0.1, 0.001, 0.001, 0.001}[function - 1];
        double c2 = new double[] {0.1, 0.1, 0.1, 0.001, 0.001, 0.001}[function - 1];
        var descent = f.start();
        double slope = f.slope.applyAsDouble(0);
        var search = new LineSearch(c1, c2, null);
        assertThat(search.search(descent, slope, new double[] {1}, first)).isTrue();
        assertThat(f.asked).hasSize(trials);
        assertThat(search.step).isCloseTo(step, within(1e-5 * step));
        assertThat(f.asked.getLast()).isEqualTo(search.step).isEqualTo(descent.there[0]);
        // What it is for: the strong Wolfe conditions.
        double start = f.phi.applyAsDouble(0);
        assertThat(search.value)
                .isEqualTo(f.phi.applyAsDouble(search.step))
                .isLessThanOrEqualTo(start + c1 * search.step * slope);
        assertThat(Math.abs(descent.gradientThere[0])).isLessThanOrEqualTo(-c2 * slope);
    }

    /// Of (α − 1)² every interpolation says 1. But the second trial is 5 times the first at most, and
    /// the third 1.1 times as far beyond the second as that was beyond the first, at least: 0.75 + 1.1 · 0.6.
    @Test
    void goesOnByLeapsUntilItHasPassedTheMinimum() {
        var f = new Line(a -> (a - 1) * (a - 1), a -> 2 * (a - 1));
        var search = new LineSearch(1e-4, 1e-3, null);
        assertThat(search.search(f.start(), -2, new double[] {1}, 0.15)).isTrue();
        assertThat(f.asked).usingElementComparator(doubles()).containsExactly(0.15, 0.75, 1.41, 1.0);
    }

    private static Comparator<Double> doubles() {
        return (a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b);
    }

    /// Of |α − 1/3| no slope is small. SciPy 1.17.1's DCSRCH, too, ends after 32 trials, the last of them
    /// the best once more, by when the interval's ends are the same to 14 digits.
    @Test
    void endsWhereTheIntervalIsTooNarrow() {
        var f = new Line(a -> Math.abs(a - 1.0 / 3), a -> a < 1.0 / 3 ? -1 : 1);
        var descent = f.start();
        var search = new LineSearch(1e-4, 0.1, null);
        assertThat(search.search(descent, -1, new double[] {1}, 1)).isTrue();
        assertThat(f.asked).hasSize(32);
        assertThat(search.step).isCloseTo(1.0 / 3, within(1e-14)).isEqualTo(descent.there[0]);
        assertThat(search.value).isEqualTo(Math.abs(search.step - 1.0 / 3));
    }

    /// −α has no minimum before the bound, and the bound is as good as one.
    @ParameterizedTest
    @ValueSource(doubles = {1, 5, 100})
    void endsAtTheBound(double first) {
        var f = new Line(a -> -a, a -> -1);
        var search = new LineSearch(1e-4, 0.9, new Bounds(new double[] {-1}, new double[] {5}));
        assertThat(search.search(f.start(), -1, new double[] {1}, first)).isTrue();
        assertThat(f.asked).isEqualTo(first < 5 ? List.of(first, 5.0) : List.of(5.0));
        assertThat(search.step).isEqualTo(5);
    }

    /// −ln(1 − α) − 2α is not defined from 1 on, and is least at ½: a quarter of the way, and a quarter of
    /// that.
    @Test
    void drawsBackToWhereTheFunctionIsDefined() {
        var f = new Line(a -> -Math.log(1 - a) - 2 * a, a -> a < 1 ? 1 / (1 - a) - 2 : Double.NaN);
        var search = new LineSearch(1e-4, 1e-6, null);
        assertThat(search.search(f.start(), -1, new double[] {1}, 10)).isTrue();
        assertThat(f.asked).startsWith(10.0, 2.5, 0.625);
        assertThat(search.step).isCloseTo(0.5, within(1e-6));
    }

    /// Where a step of 10⁻¹⁰ makes no difference to the value that is not rounding, the slopes tell.
    @Test
    void slopesTellWhatRoundingsHide() {
        double t = 1e-10;
        // (α − t)² + 1, whose values are 1, or one rounding beside it, however near 0 is to t.
        var f = new Line(a -> (a - t) * (a - t) + 1 + (a == t ? 0x1p-52 : 0), a -> 2 * (a - t));
        var search = new LineSearch(1e-4, 0.1, null);
        assertThat(search.search(f.start(), -2 * t, new double[] {1}, 1)).isTrue();
        assertThat(search.step).isCloseTo(t, within(0.1 * t));
    }
}
