package dev.thalweg.minimize;

import java.util.Arrays;

/// An objective that counts what it is asked, and makes up for second derivatives that it does not know by
/// [Differences], whose gradients count as well.
final class Counted implements Objective {
    private final Objective f;
    private final Differences differences;
    /// The matrix that products are taken with, and the point it is of: a function that knows it is asked
    /// for it once at each.
    private double[] matrix = {};

    private double[] where = {};

    int evaluations;
    int hessians;
    int products;

    Counted(Objective f) {
        this.f = f;
        differences = new Differences(this);
    }

    @Override
    public double precision() {
        return f.precision();
    }

    @Override
    public double at(double[] x, double[] gradient) {
        evaluations++;
        return f.at(x, gradient);
    }

    /// @param hessian n × n numbers to be written
    void hessian(double[] x, double[] hessian) {
        hessians++;
        switch (f) {
            case WithHessian known -> known.hessian(x, hessian);
            case WithProducts _ -> byProducts(x, hessian);
            default -> differences.hessian(x, hessian);
        }
    }

    private void byProducts(double[] x, double[] hessian) {
        int n = x.length;
        var direction = new double[n];
        var column = new double[n];
        for (int j = 0; j < n; j++) {
            direction[j] = 1;
            product(x, direction, column);
            for (int i = 0; i < n; i++) hessian[i * n + j] = column[i];
            direction[j] = 0;
        }
        Differences.symmetric(hessian, n);
    }

    /// @param product n numbers to be written
    void product(double[] x, double[] direction, double[] product) {
        products++;
        switch (f) {
            case WithProducts known -> known.product(x, direction, product);
            case WithHessian known -> {
                lookAt(known, x);
                for (int i = 0; i < x.length; i++) product[i] = Dense.dot(matrix, i * x.length, direction);
            }
            default -> differences.product(x, direction, product);
        }
    }

    private void lookAt(WithHessian known, double[] x) {
        if (Arrays.equals(where, x)) return;
        int n = x.length;
        if (matrix.length == 0) matrix = new double[Math.multiplyExact(n, n)];
        forget();
        hessians++;
        known.hessian(x, matrix);
        where = x.clone();
    }

    /// Asks for the matrix anew.
    void forget() {
        where = new double[0];
    }
}
