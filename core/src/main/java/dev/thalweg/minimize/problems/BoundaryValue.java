package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithHessian;
import dev.thalweg.minimize.WithProducts;

/// The boundary value problem x″ = (x + t + 1)³/2, x(0) = x(1) = 0, at the points t = i h, h = 1/(n + 1):
/// as a differential equation and as an integral equation, which have the same solution.
final class BoundaryValue {
    private BoundaryValue() {}

    /// r = 2xᵢ − xᵢ₋₁ − xᵢ₊₁ + h² (xᵢ + tᵢ + 1)³ / 2, x₀ = xₙ₊₁ = 0
    static WithProducts differential(int n) {
        return new Differential(n);
    }

    private static final class Differential extends Banded {
        private final double h;

        Differential(int n) {
            super(1, 1);
            h = 1.0 / (n + 1);
        }

        @Override
        double term(int i, int j, double x) {
            double s = shifted(i, x);
            return i == j ? 2 * x + h * h * s * s * s / 2 : -x;
        }

        @Override
        double slope(int i, int j, double x) {
            double s = shifted(i, x);
            return i == j ? 2 + 1.5 * h * h * s * s : -1;
        }

        @Override
        double bend(int i, int j, double x) {
            return i == j ? 3 * h * h * shifted(i, x) : 0;
        }

        private double shifted(int i, double x) {
            return x + (i + 1) * h + 1;
        }
    }

    /// r = xᵢ + (h/2) Σ g(tᵢ, tⱼ) (xⱼ + tⱼ + 1)³, g(t, s) = (1 − max(t, s)) min(t, s)
    static WithHessian integral(int n) {
        double h = 1.0 / (n + 1);
        return new CurvedSquaresSum(
                n,
                (i, x, row) -> {
                    double r = x[i], t = (i + 1) * h;
                    for (int j = 0; j < n; j++) {
                        double s = (j + 1) * h, y = x[j] + s + 1, weight = h / 2 * green(t, s);
                        r += weight * y * y * y;
                        row[j] = 3 * weight * y * y;
                    }
                    row[i] += 1;
                    return r;
                },
                (i, x, second) -> {
                    double t = (i + 1) * h;
                    for (int j = 0; j < n; j++) {
                        double s = (j + 1) * h;
                        second[j][j] = 3 * h * green(t, s) * (x[j] + s + 1);
                    }
                });
    }

    private static double green(double t, double s) {
        return (1 - Math.max(t, s)) * Math.min(t, s);
    }
}
