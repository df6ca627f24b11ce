package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations (Golub & Van
/// Loan, Matrix Computations, section 8.5): slow beyond some hundred rows, and as accurate as it gets.
///
/// @param values in descending order
/// @param vectors one a row, in the order of `values`, orthonormal; the element of largest
///     magnitude (the first of them) is positive, so that the result is unique
@SuppressWarnings("ArrayRecordComponent") // plain numbers, never compared
record SymmetricEigen(double[] values, double[][] vectors) {
    private static final int MAX_SWEEPS = 64;

    /// @param matrix symmetric; only its lower triangle is read
    static SymmetricEigen of(double[][] matrix) {
        int n = matrix.length;
        double[][] a = new double[n][n];
        double[][] v = new double[n][n]; // row i will be the eigenvector that belongs to a[i][i]
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
            for (int j = 0; j <= i; j++) {
                Require.that(
                        Double.isFinite(matrix[i][j]),
                        "a matrix must be finite to have eigenvalues, element (%s, %s) is %s",
                        i,
                        j,
                        matrix[i][j]);
                a[i][j] = a[j][i] = matrix[i][j];
            }
        }
        for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
            boolean rotated = false;
            for (int p = 0; p < n; p++) for (int q = p + 1; q < n; q++) rotated |= rotate(a, v, p, q);
            if (!rotated) return sorted(a, v);
        }
        throw new ArithmeticException("no eigenvalues after %d sweeps".formatted(MAX_SWEEPS));
    }

    /// Makes a[p][q] zero by a rotation in the plane (p, q), unless it is as good as zero.
    private static boolean rotate(double[][] a, double[][] v, int p, int q) {
        double off = a[p][q];
        if (Math.abs(off) <= 0x1p-54 * Math.sqrt(Math.abs(a[p][p]) * Math.abs(a[q][q]))
                || Math.abs(off) < Double.MIN_NORMAL) return false;
        double theta = (a[q][q] - a[p][p]) / (2 * off);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
        double cosine = 1 / Math.hypot(tangent, 1);
        double sine = tangent * cosine;
        for (int k = 0; k < a.length; k++) {
            double kp = a[k][p];
            double kq = a[k][q];
            a[k][p] = cosine * kp - sine * kq;
            a[k][q] = sine * kp + cosine * kq;
        }
        for (double[][] rows : new double[][][] {a, v}) {
            for (int k = 0; k < a.length; k++) {
                double pk = rows[p][k];
                double qk = rows[q][k];
                rows[p][k] = cosine * pk - sine * qk;
                rows[q][k] = sine * pk + cosine * qk;
            }
        }
        a[p][q] = a[q][p] = 0;
        return true;
    }

    private static SymmetricEigen sorted(double[][] a, double[][] v) {
        int n = a.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> a[i][i]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[n];
        double[][] vectors = new double[n][];
        for (int i = 0; i < n; i++) {
            values[i] = a[order[i]][order[i]];
            vectors[i] = v[order[i]];
            int largest = 0;
            for (int k = 1; k < n; k++) if (Math.abs(vectors[i][k]) > Math.abs(vectors[i][largest])) largest = k;
            if (vectors[i][largest] < 0) for (int k = 0; k < n; k++) vectors[i][k] = -vectors[i][k];
        }
        return new SymmetricEigen(values, vectors);
    }
}
