package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// Rosenbrock's valley over each pair of variables, none of which knows of the others:
/// f = Σ 100 (b − a²)² + (1 − a)² over the pairs (a, b).
record ExtendedRosenbrock() implements WithProducts {

    @Override
    public double at(double[] x, double[] gradient) {
        double f = 0;
        for (int i = 0; i < x.length; i += 2) {
            double a = x[i], t = x[i + 1] - a * a;
            f += 100 * t * t + (1 - a) * (1 - a);
            gradient[i] = -400 * a * t - 2 * (1 - a);
            gradient[i + 1] = 200 * t;
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        for (int i = 0; i < x.length; i += 2) {
            double a = x[i], u = direction[i], v = direction[i + 1];
            product[i] = (1200 * a * a - 400 * x[i + 1] + 2) * u - 400 * a * v;
            product[i + 1] = -400 * a * u + 200 * v;
        }
    }
}
