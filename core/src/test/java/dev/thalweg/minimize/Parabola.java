package dev.thalweg.minimize;

import dev.thalweg.tensor.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;

/// ½xᵀAx − bᵀx.
record Parabola(double[] a, double[] b) implements Objective {

    /// A = MMᵀ + 1, so that it is positive.
    static Parabola random(int n, long seed) {
        var key = RandomKey.of(seed);
        var m = IntStream.range(0, n * n).mapToDouble(i -> key.uniform(i) - 0.5).toArray();
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) a[i * n + j] += m[i * n + k] * m[j * n + k];
                if (i == j) a[i * n + j] += 1;
            }
        return new Parabola(
                a,
                IntStream.range(0, n).mapToDouble(i -> key.uniform(n * n + i)).toArray());
    }

    @Override
    public double at(double[] x, double[] g) {
        int n = x.length;
        double value = 0;
        for (int i = 0; i < n; i++) {
            g[i] = 0;
            for (int j = 0; j < n; j++) g[i] += a[i * n + j] * x[j];
            value += x[i] * (g[i] / 2 - b[i]);
            g[i] -= b[i];
        }
        return value;
    }

    /// By elimination; A is positive, so that no pivot is 0.
    double[] minimum() {
        int n = b.length;
        var m = a.clone();
        var x = b.clone();
        for (int p = 0; p < n; p++)
            for (int i = p + 1; i < n; i++) {
                double factor = m[i * n + p] / m[p * n + p];
                for (int j = p; j < n; j++) m[i * n + j] -= factor * m[p * n + j];
                x[i] -= factor * x[p];
            }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) x[i] -= m[i * n + j] * x[j];
            x[i] /= m[i * n + i];
        }
        return x;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parabola(var otherA, var otherB)
                && Arrays.equals(a, otherA)
                && Arrays.equals(b, otherB);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(a);
    }
}
