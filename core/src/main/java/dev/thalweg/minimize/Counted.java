package dev.thalweg.minimize;

import java.util.Arrays;

/// An objective that counts what it is asked, and makes up for second derivatives that it does not know by
/// differences of gradients.
///
/// Central differences: (∇f(x + hv) − ∇f(x − hv)) / 2h, whose error is of the order of h² by the third
/// derivatives and of ε/h by the roundings ε of gradients; h is in the order of ∛ε, where the two meet, so
/// that ε⅔ of the second derivatives' size is what may be wrong with them: 4·10⁻¹¹ with doubles' gradients.
final class Counted {
    private final Objective f;
    private final double step;
    private double[] there = {};
    private double[] ahead = {};
    private double[] behind = {};
    private double[] matrix = {};

    int evaluations;
    int hessians;
    int products;

    Counted(Objective f) {
        this.f = f;
        step = Math.cbrt(f.precision());
    }

    double precision() {
        return f.precision();
    }

    double at(double[] x, double[] gradient) {
        evaluations++;
        return f.at(x, gradient);
    }

    /// @param hessian n × n numbers to be written
    void hessian(double[] x, double[] hessian) {
        hessians++;
        if (f instanceof WithHessian known) known.hessian(x, hessian);
        else byColumns(x, hessian);
    }

    private void byColumns(double[] x, double[] hessian) {
        int n = x.length;
        var direction = new double[n];
        var column = new double[n];
        for (int j = 0; j < n; j++) {
            direction[j] = 1;
            if (f instanceof WithProducts known) known.product(x, direction, column);
            else difference(x, direction, step * Math.max(1, Math.abs(x[j])), column);
            for (int i = 0; i < n; i++) hessian[i * n + j] = column[i];
            direction[j] = 0;
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) {
                double mean = (hessian[i * n + j] + hessian[j * n + i]) / 2;
                hessian[i * n + j] = mean;
                hessian[j * n + i] = mean;
            }
    }

    /// @param product n numbers to be written
    void product(double[] x, double[] direction, double[] product) {
        products++;
        switch (f) {
            case WithProducts known -> known.product(x, direction, product);
            case WithHessian known -> {
                int n = x.length;
                if (matrix.length == 0) matrix = new double[Math.multiplyExact(n, n)];
                known.hessian(x, matrix);
                for (int i = 0; i < n; i++) {
                    double sum = 0;
                    for (int j = 0; j < n; j++) sum += matrix[i * n + j] * direction[j];
                    product[i] = sum;
                }
            }
            default -> {
                double length = Dense.norm(direction);
                if (length == 0) Arrays.fill(product, 0);
                else difference(x, direction, step * (1 + Dense.norm(x)) / length, product);
            }
        }
    }

    private void difference(double[] x, double[] direction, double h, double[] product) {
        if (there.length == 0) {
            there = new double[x.length];
            ahead = new double[x.length];
            behind = new double[x.length];
        }
        Dense.sum(x, h, direction, there);
        at(there, ahead);
        Dense.sum(x, -h, direction, there);
        at(there, behind);
        for (int i = 0; i < product.length; i++) product[i] = (ahead[i] - behind[i]) / (2 * h);
    }
}
