package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import java.util.Arrays;

/// A sum of squares, as most problems of the collection are.
///
///     f = Σ rᵢ²          ∇f = 2 Σ rᵢ ∇rᵢ
///
/// @param count of the residuals rᵢ
record SquaresSum(int count, Residual residual) implements Objective {

    /// One of the functions whose squares are added up.
    @FunctionalInterface
    interface Residual {

        /// @param i which, from 0
        /// @param x n variables
        /// @param row n zeros, into which the derivatives of the residual go
        /// @return the residual
        double at(int i, double[] x, double[] row);
    }

    @Override
    public double at(double[] x, double[] gradient) {
        double[] row = new double[x.length];
        double f = 0;
        Arrays.fill(gradient, 0);
        for (int i = 0; i < count; i++) {
            Arrays.fill(row, 0);
            double r = residual.at(i, x, row);
            f += r * r;
            for (int j = 0; j < x.length; j++) gradient[j] += 2 * r * row[j];
        }
        return f;
    }
}
