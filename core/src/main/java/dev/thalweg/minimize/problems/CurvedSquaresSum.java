package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithHessian;
import java.util.Arrays;

/// A sum of squares whose residuals' second derivatives are known.
///
///     ∇²f = 2 Σ (∇rᵢ ∇rᵢᵀ + rᵢ ∇²rᵢ)
record CurvedSquaresSum(SquaresSum sum, Curvature curvature) implements WithHessian {
    /// That of residuals that are linear.
    static final Curvature NONE = (i, x, second) -> {};

    /// The second derivatives of a residual.
    @FunctionalInterface
    interface Curvature {

        /// @param i which residual, from 0
        /// @param x n variables
        /// @param second n × n zeros, into whose lower half, diagonal included, the derivatives go
        void at(int i, double[] x, double[][] second);
    }

    CurvedSquaresSum(int count, SquaresSum.Residual residual, Curvature curvature) {
        this(new SquaresSum(count, residual), curvature);
    }

    @Override
    public double at(double[] x, double[] gradient) {
        return sum.at(x, gradient);
    }

    @Override
    public void hessian(double[] x, double[] hessian) {
        int n = x.length;
        double[] row = new double[n];
        double[][] second = new double[n][n];
        Arrays.fill(hessian, 0);
        for (int i = 0; i < sum.count(); i++) {
            Arrays.fill(row, 0);
            for (double[] line : second) Arrays.fill(line, 0);
            double r = sum.residual().at(i, x, row);
            curvature.at(i, x, second);
            for (int j = 0; j < n; j++)
                for (int k = 0; k <= j; k++) hessian[j * n + k] += 2 * (row[j] * row[k] + r * second[j][k]);
        }
        for (int j = 0; j < n; j++) for (int k = 0; k < j; k++) hessian[k * n + j] = hessian[j * n + k];
    }
}
