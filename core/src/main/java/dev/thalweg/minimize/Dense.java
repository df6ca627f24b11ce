package dev.thalweg.minimize;

import dev.thalweg.tensor.Simd;

/// Arithmetic on vectors of doubles. Sums go by eight places in turn, so that a processor need not wait for one
/// addition to begin the next, and always in the same order.
final class Dense {
    /// From so many numbers on, registers are worth their while.
    private static final int MANY = 64;

    private static final boolean SIMD = Simd.AVAILABLE && DenseSimd.WIDE;

    private Dense() {}

    static double dot(double[] a, double[] b) {
        return dot(a, 0, b);
    }

    /// Of `b` and as many numbers of `a` from `from` on.
    static double dot(double[] a, int from, double[] b) {
        int end = b.length & -8;
        double sum = SIMD && end >= MANY ? DenseSimd.dot(a, from, b) : eights(a, from, b);
        for (int i = end; i < b.length; i++) sum += a[from + i] * b[i];
        return sum;
    }

    /// y ← y + αx, by which memory is gone through once less than by [#add] and [#dot].
    ///
    /// @return yᵀz
    static double addAndDot(double alpha, double[] x, double[] y, double[] z) {
        int end = y.length & -8;
        if (!SIMD || end < MANY) {
            add(alpha, x, y);
            return dot(y, z);
        }
        double sum = DenseSimd.addAndDot(alpha, x, y, z);
        for (int i = end; i < y.length; i++) {
            y[i] += alpha * x[i];
            sum += y[i] * z[i];
        }
        return sum;
    }

    private static double eights(double[] a, int from, double[] b) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (int i = 0, k = from; i + 8 <= b.length; i += 8, k += 8) {
            s0 += a[k] * b[i];
            s1 += a[k + 1] * b[i + 1];
            s2 += a[k + 2] * b[i + 2];
            s3 += a[k + 3] * b[i + 3];
            s4 += a[k + 4] * b[i + 4];
            s5 += a[k + 5] * b[i + 5];
            s6 += a[k + 6] * b[i + 6];
            s7 += a[k + 7] * b[i + 7];
        }
        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    /// The Euclidean norm, also where squares would overflow or vanish.
    static double norm(double[] a) {
        double square = dot(a, a);
        if (square > 0x1p-900 && square < 0x1p900) return Math.sqrt(square);
        double greatest = 0;
        for (double v : a) greatest = Math.max(greatest, Math.abs(v));
        if (greatest == 0 || !Double.isFinite(greatest)) return Double.isNaN(square) ? Double.NaN : greatest;
        double sum = 0;
        for (double v : a) sum += v / greatest * (v / greatest);
        return greatest * Math.sqrt(sum);
    }

    /// Whether the gradient grows along a step s, by y, and by more than roundings: whether the angle
    /// between s and y is less than a right one, whatever the units of the function and of its variables.
    ///
    /// @param sy sᵀy
    /// @param yy yᵀy
    static boolean curves(double[] s, double sy, double yy, double precision) {
        return sy > precision * Math.sqrt(dot(s, s)) * Math.sqrt(yy) && Double.isFinite(yy);
    }

    /// y ← y + αx
    static void add(double alpha, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) y[i] += alpha * x[i];
    }

    /// z ← x + αy
    static void sum(double[] x, double alpha, double[] y, double[] z) {
        for (int i = 0; i < z.length; i++) z[i] = x[i] + alpha * y[i];
    }

    /// y ← αx
    static void scaled(double alpha, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) y[i] = alpha * x[i];
    }

    /// Whether every number is finite.
    static boolean finite(double[] a) {
        if (Double.isFinite(dot(a, a))) return true;
        // What is not finite makes zero times itself not zero.
        double sum = 0;
        for (double v : a) sum += 0 * v;
        return sum == 0;
    }
}
