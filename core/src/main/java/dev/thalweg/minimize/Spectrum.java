package dev.thalweg.minimize;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.jspecify.annotations.Nullable;

/// Eigenvalues and eigenvectors of a symmetric matrix.
///
/// @param vectors one for each value, of norm 1
record Spectrum(double[] values, double[][] vectors) {
    static final Spectrum NONE = new Spectrum(new double[0], new double[0][]);

    /// @param matrix n × n numbers, row by row
    /// @return null where they cannot be found, as where a number is not finite or their arithmetic overflows
    static @Nullable Spectrum of(double[] matrix, int n) {
        var decomposition = DecompositionFactory_DDRM.eig(n, true, true);
        if (!decomposition.decompose(DMatrixRMaj.wrap(n, n, matrix.clone()))) return null;
        var values = new double[n];
        var vectors = new double[n][];
        for (int k = 0; k < n; k++) {
            values[k] = decomposition.getEigenvalue(k).getReal();
            vectors[k] = decomposition.getEigenVector(k).getData();
        }
        return Dense.finite(values) ? new Spectrum(values, vectors) : null;
    }

    double least() {
        double least = Double.POSITIVE_INFINITY;
        for (double value : values) least = Math.min(least, value);
        return least;
    }

    /// The greatest magnitude.
    double greatest() {
        double greatest = 0;
        for (double value : values) greatest = Math.max(greatest, Math.abs(value));
        return greatest;
    }
}
