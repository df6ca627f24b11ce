package dev.thalweg.tensor;

/// Eigenvalues and eigenvectors of a symmetric matrix: reflections make it tridiagonal, then rotations by the
/// implicitly shifted QR method make it diagonal (Golub & Van Loan, Matrix Computations, sections 8.3.1 and
/// 8.3.2, with Wilkinson's shift). About 9n³ operations, a second for a thousand rows. Errors are of the size
/// of the largest eigenvalue's rounding; the package `nn` has Jacobi's method, which is more exact for small
/// eigenvalues and much slower.
///
/// Holds working memory for one thread.
public final class EigenBasis {
    /// An off-diagonal element so small beside its neighbours, or beside the whole, is as good as 0.
    private static final double SMALL = 0x1p-53;

    private static final double TINY = 0x1p-70;

    /// Two for each eigenvalue are usual.
    private static final int MOST_SWEEPS = 50;

    private final Reflection reflection;
    private final double[] taus;
    private final double[] diagonal;
    private final double[] beside;

    /// @param most rows of the largest matrix
    public EigenBasis(int most) {
        reflection = new Reflection(most);
        taus = new double[most];
        diagonal = new double[most];
        beside = new double[most];
    }

    /// The eigenvalues of the last matrix, in descending order. Good until the next.
    public double[] values() {
        return diagonal;
    }

    /// Puts the eigenvectors of the symmetric matrix in the first `n` rows and columns of `a` in its place, one a
    /// row, in the order of [#values], orthonormal and each with either sign. All are NaN if an element is not
    /// finite. Rows may change places within `a`. Does not allocate.
    public void of(double[][] a, int n) {
        if (!finite(a, n)) {
            for (int i = 0; i < n; i++) {
                diagonal[i] = Double.NaN;
                for (int j = 0; j < n; j++) a[i][j] = Double.NaN;
            }
            return;
        }
        tridiagonal(a, n);
        accumulate(a, n);
        transpose(a, n);
        diagonalise(a, n);
        sort(a, n);
    }

    private static boolean finite(double[][] a, int n) {
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) if (!Double.isFinite(a[i][j])) return false;
        return true;
    }

    /// A ← H A H for each column in turn, H leaving of it two elements. The reflections stay in the rows that
    /// they have cleared.
    private void tridiagonal(double[][] a, int n) {
        double[] v = reflection.v;
        for (int k = 0; k < n; k++) {
            diagonal[k] = a[k][k];
            if (k == n - 1) break;
            for (int j = k + 1; j < n; j++) v[j] = a[k][j];
            beside[k] = reflection.turn(k + 1, n);
            double tau = taus[k] = reflection.tau;
            for (int j = k + 1; j < n; j++) a[k][j] = v[j];
            if (tau == 0) continue;
            // H A H = A − v wᵀ − w vᵀ with p = τ A v and w = p − ½ τ (pᵀ v) v.
            double[] w = reflection.product(a, k + 1, n, k + 1, n);
            double along = 0;
            for (int j = k + 1; j < n; j++) along += w[j] * v[j];
            double half = tau * along / 2;
            for (int j = k + 1; j < n; j++) w[j] = tau * (w[j] - half * v[j]);
            for (int i = k + 1; i < n; i++) subtract(a[i], v[i], w, w[i], v, k + 1, n);
        }
    }

    private static void subtract(double[] row, double f, double[] x, double g, double[] y, int from, int to) {
        for (int j = from; j < to; j++) row[j] -= f * x[j] + g * y[j];
    }

    /// The product of all reflections in place of `a`, the last first.
    private void accumulate(double[][] a, int n) {
        a[n - 1][n - 1] = 1;
        for (int k = n - 2; k >= 0; k--) {
            System.arraycopy(a[k], k + 1, reflection.v, k + 1, n - k - 1);
            reflection.tau = taus[k];
            reflection.apply(a, k + 1, n, k + 1, n);
            for (int j = k + 1; j < n; j++) a[k][j] = a[j][k] = 0;
            a[k][k] = 1;
        }
    }

    private static void transpose(double[][] a, int n) {
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) {
                double below = a[i][j];
                a[i][j] = a[j][i];
                a[j][i] = below;
            }
    }

    /// Splits the tridiagonal matrix where an element beside the diagonal has vanished, and works on the last
    /// block until its last element has.
    private void diagonalise(double[][] a, int n) {
        double size = 0;
        for (int i = 0; i < n; i++) size = Math.max(size, Math.abs(diagonal[i]));
        for (int i = 0; i + 1 < n; i++) size = Math.max(size, Math.abs(beside[i]));
        long left = (long) MOST_SWEEPS * n;
        for (int last = n - 1; last > 0; ) {
            int first = last;
            while (first > 0 && !negligible(first - 1, size)) first--;
            if (first == last || left-- <= 0) last--;
            else sweep(a, first, last, n);
        }
    }

    private boolean negligible(int i, double size) {
        double e = Math.abs(beside[i]);
        return e <= SMALL * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1])) || e <= TINY * size;
    }

    /// One step of the QR method on the block [first, last]: a rotation that the shift asks for, and those that
    /// chase what it leaves beside the three diagonals out at the end.
    private void sweep(double[][] a, int first, int last, int n) {
        double[] d = diagonal, e = beside;
        double delta = (d[last - 1] - d[last]) / 2, end = e[last - 1];
        double shift = d[last] - end * end / (delta + Math.copySign(Math.hypot(delta, end), delta));
        double x = d[first] - shift, z = e[first];
        for (int k = first; k < last; k++) {
            double r = Math.hypot(x, z);
            double cosine = r == 0 ? 1 : x / r, sine = r == 0 ? 0 : z / r;
            if (k > first) e[k - 1] = r;
            double upper = d[k], lower = d[k + 1], between = e[k];
            double mixed = 2 * cosine * sine * between;
            d[k] = cosine * cosine * upper + mixed + sine * sine * lower;
            d[k + 1] = sine * sine * upper - mixed + cosine * cosine * lower;
            e[k] = cosine * sine * (lower - upper) + (cosine * cosine - sine * sine) * between;
            x = e[k];
            if (k + 1 < last) {
                z = sine * e[k + 1];
                e[k + 1] *= cosine;
            }
            rotate(a[k], a[k + 1], cosine, sine, n);
        }
    }

    private static void rotate(double[] upper, double[] lower, double cosine, double sine, int n) {
        for (int j = 0; j < n; j++) {
            double u = upper[j], l = lower[j];
            upper[j] = cosine * u + sine * l;
            lower[j] = cosine * l - sine * u;
        }
    }

    private void sort(double[][] a, int n) {
        for (int i = 0; i < n; i++) {
            int greatest = i;
            for (int j = i + 1; j < n; j++) if (diagonal[j] > diagonal[greatest]) greatest = j;
            double value = diagonal[i];
            diagonal[i] = diagonal[greatest];
            diagonal[greatest] = value;
            double[] row = a[i];
            a[i] = a[greatest];
            a[greatest] = row;
        }
    }
}
