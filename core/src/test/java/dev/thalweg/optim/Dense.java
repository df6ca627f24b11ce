package dev.thalweg.optim;

/// Matrices of doubles, by the book and slowly, for oracles.
final class Dense {
    private Dense() {}

    static double[][] of(double[] elements, int rows) {
        int columns = elements.length / rows;
        var a = new double[rows][columns];
        for (int i = 0; i < rows; i++) System.arraycopy(elements, i * columns, a[i], 0, columns);
        return a;
    }

    static double[] flat(double[][] a) {
        var elements = new double[a.length * a[0].length];
        for (int i = 0; i < a.length; i++) System.arraycopy(a[i], 0, elements, i * a[0].length, a[0].length);
        return elements;
    }

    static double[][] transpose(double[][] a) {
        var b = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) for (int j = 0; j < a[0].length; j++) b[j][i] = a[i][j];
        return b;
    }

    static double[][] times(double[][] a, double[][] b) {
        var c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++)
            for (int k = 0; k < b.length; k++) for (int j = 0; j < b[0].length; j++) c[i][j] += a[i][k] * b[k][j];
        return c;
    }

    /// α A + β B
    static double[][] sum(double alpha, double[][] a, double beta, double[][] b) {
        var c = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++)
            for (int j = 0; j < a[0].length; j++) c[i][j] = alpha * a[i][j] + beta * b[i][j];
        return c;
    }

    static double[][] identity(int n) {
        var a = new double[n][n];
        for (int i = 0; i < n; i++) a[i][i] = 1;
        return a;
    }

    static double norm(double[][] a) {
        double sum = 0;
        for (var row : a) for (double x : row) sum += x * x;
        return Math.sqrt(sum);
    }

    /// n orthonormal columns: rotations by angles that nothing else has, one for each pair of axes.
    static double[][] rotation(int n, int seed) {
        var q = identity(n);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) {
                double angle = 1 + (seed + 7 * i + 3 * j) % 11 / 5.0;
                for (int k = 0; k < n; k++) {
                    double x = q[k][i], y = q[k][j];
                    q[k][i] = Math.cos(angle) * x - Math.sin(angle) * y;
                    q[k][j] = Math.sin(angle) * x + Math.cos(angle) * y;
                }
            }
        return q;
    }

    /// The first `columns` columns.
    static double[][] left(double[][] a, int columns) {
        var b = new double[a.length][columns];
        for (int i = 0; i < a.length; i++) System.arraycopy(a[i], 0, b[i], 0, columns);
        return b;
    }

    /// The columns in this order.
    static double[][] columns(double[][] a, Integer[] order) {
        var b = new double[a.length][order.length];
        for (int i = 0; i < a.length; i++) for (int j = 0; j < order.length; j++) b[i][j] = a[i][order[j]];
        return b;
    }

    /// Columns made orthonormal one after the other (Gram & Schmidt, twice).
    static double[][] orthonormal(double[][] a) {
        var q = transpose(a);
        for (int i = 0; i < q.length; i++) {
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++) {
                    double along = 0;
                    for (int k = 0; k < q[i].length; k++) along += q[i][k] * q[j][k];
                    for (int k = 0; k < q[i].length; k++) q[i][k] -= along * q[j][k];
                }
            double norm = norm(new double[][] {q[i]});
            for (int k = 0; k < q[i].length; k++) q[i][k] /= norm;
        }
        return transpose(q);
    }

    /// Eigenvectors of a symmetric matrix as columns, by descending eigenvalues (Jacobi's rotations).
    static double[][] eigenvectors(double[][] matrix) {
        int n = matrix.length;
        var a = sum(1, matrix, 0, matrix);
        var v = identity(n);
        for (int sweep = 0; sweep < 60; sweep++)
            for (int p = 0; p < n; p++)
                for (int q = p + 1; q < n; q++) {
                    if (a[p][q] == 0) continue;
                    double angle = Math.atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2;
                    var turn = identity(n);
                    turn[p][p] = turn[q][q] = Math.cos(angle);
                    turn[p][q] = Math.sin(angle);
                    turn[q][p] = -Math.sin(angle);
                    a = times(transpose(turn), times(a, turn));
                    v = times(v, turn);
                }
        return columns(v, descending(a));
    }

    /// The numbers of the diagonal's elements, the greatest first.
    static Integer[] descending(double[][] a) {
        var order = new Integer[a.length];
        for (int i = 0; i < order.length; i++) order[i] = i;
        java.util.Arrays.sort(order, (i, j) -> Double.compare(a[j][j], a[i][i]));
        return order;
    }
}
