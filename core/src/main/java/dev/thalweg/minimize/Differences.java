package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;

/// Second derivatives of a function that does not know them, by central differences of its gradients:
///
///     (∇f(x + hv) − ∇f(x − hv)) / 2h.
///
/// The error is of the order of h² by the third derivatives and of ε/h by the relative error ε of gradients,
/// [Objective#precision]; h is in the order of ∛ε, where the two meet, so that ε⅔ of the second derivatives'
/// size is what may be wrong with them: 4·10⁻¹¹ with doubles' gradients, 2·10⁻⁵ with a network's in float32. So it
/// is where functions vary over lengths of about 1 or of the variables' size, whichever is greater.
public final class Differences {
    private final Objective f;
    private final double step;
    private double[] there = {};
    private double[] ahead = {};
    private double[] behind = {};

    /// @param f asked for two gradients for each product, 2n for a matrix
    /// @throws IllegalArgumentException if its precision is none
    public Differences(Objective f) {
        this.f = f;
        step = Math.cbrt(precision(f));
    }

    /// @throws IllegalArgumentException if it is none
    static double precision(Objective f) {
        double precision = f.precision();
        Require.that(
                0 < precision && precision < 1,
                "an objective's precision must be above 0 and below 1, got %s",
                precision);
        return precision;
    }

    /// The matrix of second derivatives.
    ///
    /// @param hessian n × n numbers to be written, row by row
    public void hessian(double[] x, double[] hessian) {
        int n = x.length;
        var direction = new double[n];
        var column = new double[n];
        for (int j = 0; j < n; j++) {
            direction[j] = 1;
            along(x, direction, step * Math.max(1, Math.abs(x[j])), column);
            for (int i = 0; i < n; i++) hessian[i * n + j] = column[i];
            direction[j] = 0;
        }
        symmetric(hessian, n);
    }

    /// Takes the mean of both halves: they differ by roundings.
    static void symmetric(double[] matrix, int n) {
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) {
                double mean = (matrix[i * n + j] + matrix[j * n + i]) / 2;
                matrix[i * n + j] = mean;
                matrix[j * n + i] = mean;
            }
    }

    /// The matrix's product with a vector.
    ///
    /// @param product n numbers to be written
    public void product(double[] x, double[] direction, double[] product) {
        double length = Dense.norm(direction);
        if (length == 0) Arrays.fill(product, 0);
        else along(x, direction, step * (1 + Dense.norm(x)) / length, product);
    }

    private void along(double[] x, double[] direction, double h, double[] product) {
        if (there.length != x.length) {
            there = new double[x.length];
            ahead = new double[x.length];
            behind = new double[x.length];
        }
        Dense.sum(x, h, direction, there);
        f.at(there, ahead);
        Dense.sum(x, -h, direction, there);
        f.at(there, behind);
        for (int i = 0; i < product.length; i++) product[i] = (ahead[i] - behind[i]) / (2 * h);
    }
}
