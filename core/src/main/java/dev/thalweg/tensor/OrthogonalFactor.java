package dev.thalweg.tensor;

/// The orthogonal factor Q of A = Q R, R upper triangular: A's columns made orthonormal, each of what the
/// columns before it leave of it (Householder's method; Golub & Van Loan, Matrix Computations, section 5.2).
/// Always orthogonal to rounding, also where columns of A depend on each other. A column may come out with
/// either sign.
///
/// Holds working memory for one thread.
public final class OrthogonalFactor {
    private final Reflection reflection;
    private final double[] taus;

    /// @param most rows of the largest matrix
    public OrthogonalFactor(int most) {
        reflection = new Reflection(most);
        taus = new double[most];
    }

    /// Puts Q in place of the first `n` rows and columns of `a`. Does not allocate.
    public void of(double[][] a, int n) {
        for (int k = 0; k < n; k++) {
            column(a, k, n);
            reflection.turn(k, n);
            taus[k] = reflection.tau;
            reflection.apply(a, k, n, k + 1, n);
            for (int i = k + 1; i < n; i++) a[i][k] = reflection.v[i];
        }
        // Q is the product of all reflections, multiplied from the last to the first: each then meets only what
        // those after it have filled.
        for (int k = n - 1; k >= 0; k--) {
            column(a, k, n);
            reflection.v[k] = 1;
            reflection.tau = taus[k];
            reflection.apply(a, k, n, k + 1, n);
            for (int i = 0; i < k; i++) a[i][k] = 0;
            a[k][k] = 1 - taus[k];
            for (int i = k + 1; i < n; i++) a[i][k] = -taus[k] * reflection.v[i];
        }
    }

    private void column(double[][] a, int k, int n) {
        for (int i = k; i < n; i++) reflection.v[i] = a[i][k];
    }
}
