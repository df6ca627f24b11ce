package dev.thalweg.bench.breeze;

/// An L-BFGS to be measured.
@FunctionalInterface
interface Way {
    /// The norm of the gradient at which both stop.
    double GRADIENT_NORM = 1e-5;

    /// Minimizes a function.
    ///
    /// @param f counts and clocks evaluations by itself
    /// @param history steps to be remembered
    End minimize(Clocked f, double[] start, int history);

    /// Where it came to.
    record End(int iterations, double value, double gradientNorm) {}
}
