package dev.thalweg.minimize;

/// An [Objective] that knows the product of its second derivatives with a vector, which mostly costs as
/// much as a gradient or two where all n² of them would not fit into memory.
public interface WithProducts extends Objective {

    /// @param x the point, n numbers; not to be changed or kept
    /// @param direction n numbers; not to be changed or kept
    /// @param product n numbers to be written: the matrix of second derivatives at `x` times `direction`
    void product(double[] x, double[] direction, double[] product);
}
