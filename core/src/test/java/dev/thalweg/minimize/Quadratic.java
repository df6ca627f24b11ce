package dev.thalweg.minimize;

import java.util.SplittableRandom;

/// ½(x − c)ᵀH(x − c)
record Quadratic(double[][] h, double[] c) implements Objective {
    /// With H = AᵀA + I/10.
    static Quadratic random(int n, SplittableRandom random) {
        var a = new double[n][n];
        var c = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) a[i][j] = random.nextDouble(-1, 1);
            c[i] = random.nextDouble(-2, 2);
        }
        var h = new double[n][n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                h[i][j] = i == j ? 0.1 : 0;
                for (int k = 0; k < n; k++) h[i][j] += a[k][i] * a[k][j];
            }
        return new Quadratic(h, c);
    }

    @Override
    public double at(double[] x, double[] g) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            g[i] = 0;
            for (int j = 0; j < x.length; j++) g[i] += h[i][j] * (x[j] - c[j]);
            sum += (x[i] - c[i]) * g[i] / 2;
        }
        return sum;
    }
}
