package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// Powell's singular function over every four variables (a, b, c, d):
/// f = Σ (a + 10b)² + 5 (c − d)² + (b − 2c)⁴ + 10 (a − d)⁴.
record ExtendedPowell() implements WithProducts {

    @Override
    public double at(double[] x, double[] gradient) {
        double f = 0;
        for (int i = 0; i < x.length; i += 4) {
            double a = x[i], b = x[i + 1], c = x[i + 2], d = x[i + 3];
            double s = a + 10 * b, t = c - d, u = b - 2 * c, v = a - d;
            double cubeU = u * u * u, cubeV = v * v * v;
            f += s * s + 5 * t * t + u * cubeU + 10 * v * cubeV;
            gradient[i] = 2 * s + 40 * cubeV;
            gradient[i + 1] = 20 * s + 4 * cubeU;
            gradient[i + 2] = 10 * t - 8 * cubeU;
            gradient[i + 3] = -10 * t - 40 * cubeV;
        }
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        for (int i = 0; i < x.length; i += 4) {
            double u = x[i + 1] - 2 * x[i + 2], v = x[i] - x[i + 3];
            double a = direction[i], b = direction[i + 1], c = direction[i + 2], d = direction[i + 3];
            double s = 2 * (a + 10 * b), t = 10 * (c - d);
            double bent = 12 * u * u * (b - 2 * c), steep = 120 * v * v * (a - d);
            product[i] = s + steep;
            product[i + 1] = 10 * s + bent;
            product[i + 2] = t - 2 * bent;
            product[i + 3] = -t - steep;
        }
    }
}
