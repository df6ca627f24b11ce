package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.WithHessian;

/// Residuals that are linear or almost so. Of the linear ones there are m = 2n, for the customary 5
/// variables thus 10.
final class Linear {
    private Linear() {}

    /// r = xᵢ − (2/m) Σ xⱼ − 1 for i = 1 … n, then −(2/m) Σ xⱼ − 1
    static WithHessian fullRank(int n) {
        int m = 2 * n;
        return new CurvedSquaresSum(
                m,
                (i, x, row) -> {
                    double r = i < n ? x[i] - 1 : -1;
                    for (int j = 0; j < n; j++) {
                        row[j] = -2.0 / m;
                        r += row[j] * x[j];
                    }
                    if (i < n) row[i] += 1;
                    return r;
                },
                CurvedSquaresSum.NONE);
    }

    /// r = i Σ j xⱼ − 1
    static WithHessian rank1(int n) {
        return new CurvedSquaresSum(2 * n, (i, x, row) -> multiple(i + 1, x, row, 0, n) - 1, CurvedSquaresSum.NONE);
    }

    /// r = (i − 1) Σ j xⱼ − 1 over j = 2 … n − 1, but −1 for i = 1 and i = m: two columns and two rows of zeros.
    static WithHessian rank1Zero(int n) {
        int m = 2 * n;
        return new CurvedSquaresSum(
                m, (i, x, row) -> i == m - 1 ? -1 : multiple(i, x, row, 1, n - 1) - 1, CurvedSquaresSum.NONE);
    }

    private static double multiple(int factor, double[] x, double[] row, int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            row[j] = (double) factor * (j + 1);
            sum += row[j] * x[j];
        }
        return sum;
    }

    /// r = xᵢ + Σ xⱼ − (n + 1) for i = 1 … n − 1, then Π xⱼ − 1
    static Objective brownAlmost(int n) {
        return new SquaresSum(n, (i, x, row) -> {
            if (i < n - 1) {
                double r = x[i] - (n + 1);
                for (int j = 0; j < n; j++) {
                    row[j] = 1;
                    r += x[j];
                }
                row[i] = 2;
                return r;
            }
            double left = 1;
            for (int j = 0; j < n; j++) {
                row[j] = left;
                left *= x[j];
            }
            double right = 1;
            for (int j = n - 1; j >= 0; j--) {
                row[j] *= right;
                right *= x[j];
            }
            return left - 1;
        });
    }
}
