package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithProducts;

/// r = n − Σ cos xⱼ + i (1 − cos xᵢ) − sin xᵢ, with many minima besides that of value 0.
record Trigonometric() implements WithProducts {

    @Override
    public double at(double[] x, double[] gradient) {
        double common = common(x), f = 0, sum = 0;
        for (int j = 0; j < x.length; j++) {
            double r = common + own(j, x[j]);
            f += r * r;
            sum += r;
            gradient[j] = 2 * r * slope(j, x[j]);
        }
        for (int j = 0; j < x.length; j++) gradient[j] += 2 * sum * Math.sin(x[j]);
        return f;
    }

    @Override
    public void product(double[] x, double[] direction, double[] product) {
        double common = common(x), commonChange = 0, sum = 0, sumChange = 0;
        for (int j = 0; j < x.length; j++) commonChange += Math.sin(x[j]) * direction[j];
        for (int j = 0; j < x.length; j++) {
            double v = direction[j], slope = slope(j, x[j]);
            double r = common + own(j, x[j]), change = commonChange + slope * v;
            double bend = (j + 1) * Math.cos(x[j]) + Math.sin(x[j]);
            sum += r;
            sumChange += change;
            product[j] = 2 * (change * slope + r * bend * v);
        }
        for (int j = 0; j < x.length; j++)
            product[j] += 2 * (sumChange * Math.sin(x[j]) + sum * Math.cos(x[j]) * direction[j]);
    }

    /// What all residuals share: n − Σ cos xⱼ.
    private static double common(double[] x) {
        double sum = 0;
        for (double xj : x) sum += 1 - Math.cos(xj);
        return sum;
    }

    /// What residual j adds of its own variable.
    private static double own(int j, double x) {
        return (j + 1) * (1 - Math.cos(x)) - Math.sin(x);
    }

    private static double slope(int j, double x) {
        return (j + 1) * Math.sin(x) - Math.cos(x);
    }
}
