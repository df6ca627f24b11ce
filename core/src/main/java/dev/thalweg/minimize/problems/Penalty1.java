package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// A weak pull towards 1 and a strong one onto a sphere: f = 10⁻⁵ Σ (xⱼ − 1)² + (Σ xⱼ² − 1/4)².
record Penalty1() implements WithProducts {
    private static final double A = 1e-5;

    @Override
    public double at(double[] x, double[] gradient) {
        double s = sphere(x), f = s * s;
        for (int j = 0; j < x.length; j++) {
            f += A * (x[j] - 1) * (x[j] - 1);
            gradient[j] = 2 * A * (x[j] - 1) + 4 * s * x[j];
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        double s = sphere(x), along = 0;
        for (int j = 0; j < x.length; j++) along += x[j] * direction[j];
        for (int j = 0; j < x.length; j++) product[j] = (2 * A + 4 * s) * direction[j] + 8 * along * x[j];
    }

    private static double sphere(double[] x) {
        double s = -0.25;
        for (double xj : x) s += xj * xj;
        return s;
    }
}
