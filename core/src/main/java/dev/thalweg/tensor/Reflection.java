package dev.thalweg.tensor;

/// Householder's reflection H = I − τ v vᵀ that turns a vector into its first axis, and what it does to the rows
/// of a matrix (Golub & Van Loan, Matrix Computations, section 5.1). All loops go along rows.
final class Reflection {
    /// v, whose first element is 1.
    final double[] v;

    /// 0 for the identity.
    double tau;

    private final double[] sums;

    /// @param most the longest vector
    Reflection(int most) {
        v = new double[most];
        sums = new double[most];
    }

    /// Puts v in place of the vector that lies at [from, to) in [#v].
    ///
    /// @return what the reflection leaves of the vector, along the first axis
    double turn(int from, int to) {
        double square = 0;
        for (int i = from + 1; i < to; i++) square += v[i] * v[i];
        double first = v[from];
        v[from] = 1;
        tau = 0;
        if (square == 0) return first;
        double left = -Math.copySign(Math.sqrt(first * first + square), first);
        tau = (left - first) / left;
        double factor = 1 / (first - left);
        for (int i = from + 1; i < to; i++) v[i] *= factor;
        return left;
    }

    /// H · A for the rows [from, to) of `a`, in the columns [column, end).
    void apply(double[][] a, int from, int to, int column, int end) {
        if (tau == 0) return;
        product(a, from, to, column, end);
        for (int i = from; i < to; i++) add(a[i], -tau * v[i], sums, column, end);
    }

    /// vᵀ A of the same rows and columns; good until the next call.
    double[] product(double[][] a, int from, int to, int column, int end) {
        for (int j = column; j < end; j++) sums[j] = 0;
        for (int i = from; i < to; i++) add(sums, v[i], a[i], column, end);
        return sums;
    }

    private static void add(double[] target, double factor, double[] source, int from, int to) {
        for (int j = from; j < to; j++) target[j] += factor * source[j];
    }
}
