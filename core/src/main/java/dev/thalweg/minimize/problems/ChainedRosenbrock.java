package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// Rosenbrock's valley from each variable to the next: f = Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², i = 1 … n − 1.
/// From four variables on, it has a second minimum, where x₁ is near −1.
record ChainedRosenbrock() implements WithProducts {

    @Override
    public double at(double[] x, double[] gradient) {
        double f = 0;
        gradient[0] = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double a = x[i], t = x[i + 1] - a * a;
            f += 100 * t * t + (1 - a) * (1 - a);
            gradient[i] += -400 * a * t - 2 * (1 - a);
            gradient[i + 1] = 200 * t;
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        product[0] = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double a = x[i], u = direction[i], v = direction[i + 1];
            product[i] += (1200 * a * a - 400 * x[i + 1] + 2) * u - 400 * a * v;
            product[i + 1] = -400 * a * u + 200 * v;
        }
    }
}
