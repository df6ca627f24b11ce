package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;

/// The box lᵢ ≤ xᵢ ≤ uᵢ that points have to lie in; infinite where there is no bound. Where both are the
/// same, the variable is fixed.
///
/// @param lower l
/// @param upper u, of the same length
public record Bounds(double[] lower, double[] upper) {
    public Bounds {
        Require.that(
                lower.length == upper.length,
                "as many lower bounds as upper ones are needed, got %s and %s",
                lower.length,
                upper.length);
        for (int i = 0; i < lower.length; i++)
            Require.that(
                    lower[i] <= upper[i] && lower[i] < Double.POSITIVE_INFINITY && upper[i] > Double.NEGATIVE_INFINITY,
                    "a lower bound must be at most the upper one, and a finite number between them, those of number %d are %s and %s",
                    i + 1,
                    lower[i],
                    upper[i]);
        lower = lower.clone();
        upper = upper.clone();
    }

    /// A copy.
    @Override
    public double[] lower() {
        return lower.clone();
    }

    /// A copy.
    @Override
    public double[] upper() {
        return upper.clone();
    }

    int size() {
        return lower.length;
    }

    boolean isFinite() {
        return Dense.finite(lower) && Dense.finite(upper);
    }

    /// The nearest point to `x` in the box. What is not finite is left as it is, to be refused.
    double[] nearest(double[] x) {
        var near = x.clone();
        for (int i = 0; i < x.length; i++) if (Double.isFinite(x[i])) near[i] = clamp(i, x[i]);
        return near;
    }

    double clamp(int i, double v) {
        return Math.max(lower[i], Math.min(upper[i], v));
    }

    /// Whether variable i is at neither of its bounds.
    boolean isInside(int i, double v) {
        return lower[i] < v && v < upper[i];
    }

    /// How far variable i can go from `x` in steps of `d`.
    double reach(int i, double x, double d) {
        return d == 0 ? Double.POSITIVE_INFINITY : (end(i, d) - x) / d;
    }

    /// The bound that variable i meets when it goes by `d`.
    double end(int i, double d) {
        return d > 0 ? upper[i] : lower[i];
    }

    /// How far `x` can go in steps of `d` in the box.
    double reach(double[] x, double[] d) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < x.length; i++) least = Math.min(least, reach(i, x[i], d[i]));
        return least;
    }

    /// to ← x + αd; what arrives at its bound is on it exactly.
    void move(double[] x, double alpha, double[] d, double[] to) {
        for (int i = 0; i < x.length; i++)
            to[i] = alpha >= reach(i, x[i], d[i]) ? end(i, d[i]) : clamp(i, x[i] + alpha * d[i]);
    }

    /// to ← P(x − g) − x, the way to the nearest point of the box from x − g.
    void projected(double[] x, double[] g, double[] to) {
        for (int i = 0; i < x.length; i++) to[i] = Math.max(lower[i] - x[i], Math.min(upper[i] - x[i], -g[i]));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bounds(var l, var u) && Arrays.equals(lower, l) && Arrays.equals(upper, u);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lower) + Arrays.hashCode(upper);
    }

    @Override
    public String toString() {
        return "Bounds[of %d variables]".formatted(lower.length);
    }
}
