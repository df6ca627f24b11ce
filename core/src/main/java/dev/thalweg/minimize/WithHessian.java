package dev.thalweg.minimize;

/// An [Objective] that knows its second derivatives.
public interface WithHessian extends Objective {

    /// @param x the point, n numbers; not to be changed or kept
    /// @param hessian n × n numbers to be written, row by row, both halves: number i·n + j is the derivative by
    ///     variables i and j. Holds anything before.
    void hessian(double[] x, double[] hessian);
}
