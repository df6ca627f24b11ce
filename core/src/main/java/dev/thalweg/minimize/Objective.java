package dev.thalweg.minimize;

/// A smooth function of n real variables, to be minimized.
///
///     Objective bowl = (x, gradient) -> {
///         gradient[0] = 2 * x[0];
///         gradient[1] = 20 * x[1];
///         return x[0] * x[0] + 10 * x[1] * x[1];
///     };
///
/// Where the value or a part of the gradient is no finite number, the point counts as one where the
/// function is not defined: minimizers stay away from it. Whoever knows second derivatives implements
/// [WithHessian] or [WithProducts].
@FunctionalInterface
public interface Objective {
    /// The relative error of a double's arithmetic.
    double DOUBLE = 0x1p-52;

    /// @param x the point, n numbers; not to be changed or kept
    /// @param gradient n numbers to be written: the derivative by each variable at `x`
    /// @return the value at `x`
    double at(double[] x, double[] gradient);

    /// The relative error of values and gradients, in (0, 1): of what size differences mean nothing, and
    /// how far apart points must lie for the difference of their gradients to mean something.
    default double precision() {
        return DOUBLE;
    }
}
