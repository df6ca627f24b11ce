package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// Weakly coupled exponentials and a strong pull onto an ellipsoid, with eⱼ = exp(xⱼ/10):
///
///     f = (x₁ − 1/5)² + (Σ (n − j + 1) xⱼ² − 1)²
///         + 10⁻⁵ Σ (eⱼ + eⱼ₋₁ − exp(j/10) − exp((j − 1)/10))² + (eⱼ − exp(−1/10))², j = 2 … n
record Penalty2() implements WithProducts {
    private static final double A = 1e-5;
    private static final double TARGET = Math.exp(-0.1);

    @Override
    public double at(double[] x, double[] gradient) {
        int n = x.length;
        double s = ellipsoid(x), first = x[0] - 0.2, f = first * first + s * s;
        for (int j = 0; j < n; j++) gradient[j] = 4 * s * (n - j) * x[j];
        gradient[0] += 2 * first;
        double before = Math.exp(x[0] / 10);
        for (int j = 1; j < n; j++) {
            double e = Math.exp(x[j] / 10), r = e + before - pair(j), q = e - TARGET;
            f += A * (r * r + q * q);
            gradient[j - 1] += A * r * before / 5;
            gradient[j] += A * (r + q) * e / 5;
            before = e;
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        int n = x.length;
        double s = ellipsoid(x), along = 0;
        for (int j = 0; j < n; j++) along += (n - j) * x[j] * direction[j];
        for (int j = 0; j < n; j++) product[j] = 4 * (n - j) * (s * direction[j] + 2 * along * x[j]);
        product[0] += 2 * direction[0];
        double before = Math.exp(x[0] / 10);
        for (int j = 1; j < n; j++) {
            double e = Math.exp(x[j] / 10), r = e + before - pair(j), q = e - TARGET;
            double changeBefore = before * direction[j - 1], change = e * direction[j];
            product[j - 1] += A * ((changeBefore + change) * before + r * changeBefore) / 50;
            product[j] += A * ((changeBefore + change) * e + r * change + (change * e + q * change)) / 50;
            before = e;
        }
    }

    private static double ellipsoid(double[] x) {
        double s = -1;
        for (int j = 0; j < x.length; j++) s += (x.length - j) * x[j] * x[j];
        return s;
    }

    private static double pair(int j) {
        return Math.exp((j + 1) / 10.0) + Math.exp(j / 10.0);
    }
}
