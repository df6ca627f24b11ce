package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// A bowl that is steep along one direction: f = Σ (xⱼ − 1)² + s² + s⁴, s = Σ j (xⱼ − 1).
record VariablyDimensioned() implements WithProducts {

    @Override
    public double at(double[] x, double[] gradient) {
        double s = steep(x), f = s * s + s * s * s * s;
        for (int j = 0; j < x.length; j++) {
            double r = x[j] - 1;
            f += r * r;
            gradient[j] = 2 * r + (j + 1) * (2 * s + 4 * s * s * s);
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        double s = steep(x), along = 0;
        for (int j = 0; j < x.length; j++) along += (j + 1) * direction[j];
        for (int j = 0; j < x.length; j++) product[j] = 2 * direction[j] + (j + 1) * (2 + 12 * s * s) * along;
    }

    private static double steep(double[] x) {
        double s = 0;
        for (int j = 0; j < x.length; j++) s += (j + 1) * (x[j] - 1);
        return s;
    }
}
