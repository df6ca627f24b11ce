package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;
import java.util.Arrays;

/// A sum of squares whose residuals look at a few neighbouring variables, each on its own: rᵢ = Σ tᵢⱼ(xⱼ)
/// over j from i − below to i + above, as far as there are such variables.
abstract class Banded implements WithProducts {
    private final int below, above;

    Banded(int below, int above) {
        this.below = below;
        this.above = above;
    }

    /// The summand tᵢⱼ.
    abstract double term(int i, int j, double x);

    /// Its derivative.
    abstract double slope(int i, int j, double x);

    /// Its second derivative.
    abstract double bend(int i, int j, double x);

    @Override
    public double at(double[] x, double[] gradient) {
        double f = 0;
        Arrays.fill(gradient, 0);
        for (int i = 0; i < x.length; i++) {
            double r = residual(i, x);
            f += r * r;
            for (int j = first(i); j <= last(i, x); j++) gradient[j] += 2 * r * slope(i, j, x[j]);
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        Arrays.fill(product, 0);
        for (int i = 0; i < x.length; i++) {
            double r = residual(i, x), change = 0;
            for (int j = first(i); j <= last(i, x); j++) change += slope(i, j, x[j]) * direction[j];
            for (int j = first(i); j <= last(i, x); j++)
                product[j] += 2 * (change * slope(i, j, x[j]) + r * bend(i, j, x[j]) * direction[j]);
        }
    }

    private double residual(int i, double[] x) {
        double r = 0;
        for (int j = first(i); j <= last(i, x); j++) r += term(i, j, x[j]);
        return r;
    }

    private int first(int i) {
        return Math.max(0, i - below);
    }

    private int last(int i, double[] x) {
        return Math.min(x.length - 1, i + above);
    }
}
