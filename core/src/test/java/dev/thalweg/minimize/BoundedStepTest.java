package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A step of L-BFGS-B, by the whole matrix.
class BoundedStepTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final long SEED = 20260;

    /// Both halves of a step, worked out with the whole matrix B beside. Along P(x − tg) the model is a
    /// parabola between one bound and the next, and the Cauchy point is where its slope first is 0, or changes
    /// sign. From there it goes to the minimum in what is at no bound, put back into the box if that leads
    /// down, and else as far as the box goes.
    @Test
    void aStepIsThatOfTheWholeMatrix() {
        int n = 7, bent = 0, inside = 0, clamped = 0, cut = 0;
        for (int round = 0; round < 500; round++) {
            var random = new SplittableRandom(SEED + round);
            var f = Quadratic.random(n, random);
            // Of variables in units of their own.
            var units = random.doubles(n, -1, 1).map(v -> Math.pow(10, v)).toArray();
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) f.h()[i][j] *= units[i] * units[j];
            double[] lower = new double[n], upper = new double[n], start = new double[n];
            for (int i = 0; i < n; i++) {
                lower[i] = random.nextInt(4) == 0 ? -NONE : random.nextDouble(-1, 0);
                upper[i] = random.nextInt(4) == 0 ? NONE : random.nextDouble(0, 1);
                start[i] = Math.max(lower[i], Math.min(upper[i], random.nextDouble(-1, 1)));
            }
            var descent = new BoundedDescent(f, start, 4, new Bounds(lower, upper));
            for (int k = 0; k < 4 && descent.gradientNorm() > 1e-3; k++) {
                double[] x = descent.point(), g = descent.gradient();
                var b = new double[n][n];
                assertThat(descent.matrix.factor()).isTrue();
                for (int i = 0; i < n; i++) {
                    var unit = new double[n];
                    unit[i] = 1;
                    descent.matrix.times(unit, b[i]);
                }
                descent.goToCauchyPoint();
                var cauchy = descent.target.clone();
                var bends = new int[1];
                var expected = cauchyPoint(b, x, g, lower, upper, bends);
                assertThat(cauchy).as("round %d, step %d", round, k).containsExactly(expected, within(1e-9));
                bent += bends[0];

                if (!descent.matrix.isEmpty()) {
                    descent.goOnInside();
                    var end = inside(b, x, g, cauchy, lower, upper);
                    if (end != null) {
                        inside++;
                        var put = new double[n];
                        double slope = 0, part = 1;
                        boolean out = false;
                        for (int i = 0; i < n; i++) {
                            put[i] = Math.max(lower[i], Math.min(upper[i], end[i]));
                            out |= put[i] != end[i];
                            slope += g[i] * (put[i] - x[i]);
                            double d = end[i] - cauchy[i];
                            if (d != 0) part = Math.min(part, ((d > 0 ? upper[i] : lower[i]) - cauchy[i]) / d);
                        }
                        if (out) clamped++;
                        if (slope >= 0) {
                            cut++;
                            for (int i = 0; i < n; i++) put[i] = cauchy[i] + part * (end[i] - cauchy[i]);
                        }
                        assertThat(descent.target)
                                .as("round %d, step %d", round, k)
                                .containsExactly(put, within(1e-8));
                    } else assertThat(descent.target).containsExactly(cauchy);
                }
                var s = random.doubles(n, -1, 1).toArray();
                var y = new double[n];
                for (int i = 0; i < n; i++) y[i] = Dense.dot(f.h()[i], s);
                descent.matrix.add(s, y, Objective.DOUBLE);
            }
        }
        assertThat(bent).isGreaterThan(1000);
        assertThat(inside).isGreaterThan(1000);
        assertThat(clamped).isGreaterThan(100);
        assertThat(cut).isPositive();
    }

    /// @param bends counts those that are passed
    private static double[] cauchyPoint(
            double[][] b, double[] x, double[] g, double[] lower, double[] upper, int[] bends) {
        int n = x.length;
        var ends = new double[n];
        for (int i = 0; i < n; i++)
            ends[i] = g[i] < 0 ? (x[i] - upper[i]) / g[i] : g[i] > 0 ? (x[i] - lower[i]) / g[i] : NONE;
        double t = 0;
        while (true) {
            var z = new double[n];
            var d = new double[n];
            double next = NONE;
            for (int i = 0; i < n; i++) {
                z[i] = ends[i] <= t ? (g[i] < 0 ? upper[i] : lower[i]) - x[i] : -t * g[i];
                if (g[i] == 0) z[i] = 0;
                d[i] = ends[i] <= t ? 0 : -g[i];
                if (ends[i] > t) next = Math.min(next, ends[i]);
            }
            double slope = 0, curvature = 0;
            for (int i = 0; i < n; i++) {
                slope += (g[i] + Dense.dot(b[i], z)) * d[i];
                curvature += Dense.dot(b[i], d) * d[i];
            }
            double further = curvature > 0 ? Math.max(0, -slope / curvature) : 0;
            if (t + further < next || next == NONE) {
                for (int i = 0; i < n; i++) z[i] += x[i] + further * d[i];
                return z;
            }
            t = next;
            bends[0]++;
        }
    }

    /// The minimum of the model in what is at no bound at `cauchy`; null if all is.
    private static double @Nullable [] inside(
            double[][] b, double[] x, double[] g, double[] cauchy, double[] lower, double[] upper) {
        int n = x.length;
        var z = cauchy.clone();
        Dense.add(-1, x, z);
        int[] free = IntStream.range(0, n)
                .filter(i -> lower[i] < cauchy[i] && cauchy[i] < upper[i])
                .toArray();
        if (free.length == 0) return null;
        var a = new double[free.length * free.length];
        var r = new double[free.length];
        for (int i = 0; i < free.length; i++) {
            for (int j = 0; j < free.length; j++) a[i * free.length + j] = b[free[i]][free[j]];
            r[i] = -g[free[i]] - Dense.dot(b[free[i]], z);
        }
        var d = new Parabola(a, r).minimum();
        var end = cauchy.clone();
        for (int i = 0; i < free.length; i++) end[free[i]] += d[i];
        return end;
    }

    @Test
    void takesOutBreakpointsInTheirOrder() {
        var random = new SplittableRandom(SEED);
        var where = random.doubles(33).map(v -> Math.rint(8 * v)).toArray();
        var breakpoints = new Breakpoints(where);
        for (int i = 0; i < where.length; i++) breakpoints.add(i);
        var order = new double[where.length];
        for (int k = 0; k < order.length; k++) {
            order[k] = where[breakpoints.first()];
            breakpoints.removeFirst();
        }
        assertThat(breakpoints.isEmpty()).isTrue();
        Arrays.sort(where);
        assertThat(order).containsExactly(where);
    }
}
