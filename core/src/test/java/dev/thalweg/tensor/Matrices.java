package dev.thalweg.tensor;

/// Square matrices of float64 that are hard in some way, and what one asks of them.
final class Matrices {
    private Matrices() {}

    enum Kind {
        RANDOM,
        ZERO,
        IDENTITY,
        DIAGONAL,
        RANK_ONE,
        /// Elements that span twenty orders of magnitude.
        GRADED,
        /// Almost singular: 1 / (i + j + 1).
        HILBERT
    }

    /// All symmetric but the random one.
    static double[][] of(Kind kind, int n, long seed) {
        var key = RandomKey.of(seed);
        var a = new double[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                a[i][j] = switch (kind) {
                    case RANDOM -> key.uniform((long) i * n + j) * 2 - 1;
                    case ZERO -> 0;
                    case IDENTITY -> i == j ? 1 : 0;
                    case DIAGONAL -> i == j ? (i * 7 + 3) % 5 - 2 : 0;
                    case RANK_ONE -> (i % 3 - 1.0) * (j % 3 - 1.0);
                    case GRADED -> Math.pow(10, -20.0 * (i + j) / (2 * n)) * (i == j ? 2 : 1);
                    case HILBERT -> 1.0 / (i + j + 1);
                };
        return a;
    }

    static double[][] symmetric(Kind kind, int n, long seed) {
        var a = of(kind, n, seed);
        for (int i = 0; i < n; i++) for (int j = 0; j < i; j++) a[j][i] = a[i][j];
        return a;
    }

    /// In the corner of a larger one full of NaN.
    static double[][] copy(double[][] a, int room) {
        var copy = new double[room][room];
        for (var row : copy) java.util.Arrays.fill(row, Double.NaN);
        for (int i = 0; i < a.length; i++) System.arraycopy(a[i], 0, copy[i], 0, a.length);
        return copy;
    }

    static double[][] identity(int n) {
        return of(Kind.IDENTITY, n, 0);
    }

    /// A Aᵀ, or Aᵀ A.
    static double[][] gram(double[][] a, int n, boolean ofRows) {
        var gram = new double[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                for (int k = 0; k < n; k++) gram[i][j] += ofRows ? a[i][k] * a[j][k] : a[k][i] * a[k][j];
        return gram;
    }

    static double distance(double[][] a, double[][] b) {
        double greatest = 0;
        for (int i = 0; i < b.length; i++)
            for (int j = 0; j < b.length; j++) {
                double difference = Math.abs(a[i][j] - b[i][j]);
                if (!(difference <= greatest)) greatest = difference;
            }
        return greatest;
    }

    /// The greatest magnitude of an element.
    static double size(double[][] a, int n) {
        double greatest = 0;
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) greatest = Math.max(greatest, Math.abs(a[i][j]));
        return greatest;
    }
}
