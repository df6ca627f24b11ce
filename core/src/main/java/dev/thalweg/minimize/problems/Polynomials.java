package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.WithHessian;

/// Polynomials whose coefficients or nodes are sought.
final class Polynomials {
    private Polynomials() {}

    /// r = p′(t) − p(t)² − 1, t = i/29, i = 1 … 29, then x₁ and x₂ − x₁² − 1, where p(t) = Σ xⱼ tʲ⁻¹: an
    /// approximation of the tangent, which solves p′ = p² + 1, p(0) = 0.
    static WithHessian watson(int n) {
        return new CurvedSquaresSum(31, Polynomials::watson, (i, _, second) -> {
            if (i == 30) second[0][0] = -2;
            if (i >= 29) return;
            double t = (i + 1) / 29.0;
            for (int j = 0; j < n; j++) for (int k = 0; k <= j; k++) second[j][k] = -2 * Math.pow(t, j + k);
        });
    }

    private static double watson(int i, double[] x, double[] row) {
        if (i == 29) {
            row[0] = 1;
            return x[0];
        }
        if (i == 30) {
            row[0] = -2 * x[0];
            row[1] = 1;
            return x[1] - x[0] * x[0] - 1;
        }
        double t = (i + 1) / 29.0, p = 0, slope = 0;
        for (int j = x.length - 1; j >= 0; j--) {
            slope = p + t * slope;
            p = x[j] + t * p;
        }
        double before = 0, power = 1;
        for (int j = 0; j < x.length; j++) {
            row[j] = j * before - 2 * p * power;
            before = power;
            power *= t;
        }
        return slope - p * p - 1;
    }

    /// r = (1/n) Σ Tᵢ(xⱼ) − ∫ Tᵢ, i = 1 … n, where Tᵢ is the Chebyshev polynomial of degree i moved to [0,
    /// 1] and its integral is −1/(i² − 1) for even i, 0 for odd ones: nodes of equal weight for exact
    /// integration.
    static Objective chebyquad(int n) {
        return new SquaresSum(n, (i, x, row) -> {
            int degree = i + 1;
            double sum = 0;
            for (int j = 0; j < n; j++) {
                double u = 2 * x[j] - 1, before = 1, value = u, slopeBefore = 0, slope = 2;
                for (int k = 1; k < degree; k++) {
                    double next = 2 * u * value - before;
                    double slopeNext = 4 * value + 2 * u * slope - slopeBefore;
                    before = value;
                    value = next;
                    slopeBefore = slope;
                    slope = slopeNext;
                }
                sum += value;
                row[j] = slope / n;
            }
            return sum / n + (degree % 2 == 0 ? 1.0 / (degree * degree - 1) : 0);
        });
    }
}
