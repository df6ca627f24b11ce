package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.WithHessian;

/// Sums of exponentials that are to meet given ones; far from the start they overflow.
final class Exponentials {
    private Exponentials() {}

    /// r = 2 + 2i − (e^i x₁ + e^i x₂), i = 1 … 10
    static final WithHessian JENNRICH_SAMPSON = new CurvedSquaresSum(
            10,
            (i, x, row) -> {
                int k = i + 1;
                double a = Math.exp(k * x[0]), b = Math.exp(k * x[1]);
                row[0] = -k * a;
                row[1] = -k * b;
                return 2 + 2 * k - (a + b);
            },
            (i, x, second) -> {
                int k = i + 1;
                second[0][0] = -k * k * Math.exp(k * x[0]);
                second[1][1] = -k * k * Math.exp(k * x[1]);
            });

    /// r = exp(−|y − x₂|^x₃ / x₁) − t, t = i/100, y = 25 + (−50 ln t)^⅔, i = 1 … 99. The paper misprints
    /// the minus between y and x₂.
    static final Objective GULF = new SquaresSum(99, (i, x, row) -> {
        double t = (i + 1) / 100.0, y = 25 + Math.pow(-50 * Math.log(t), 2.0 / 3);
        double d = Math.abs(y - x[1]), power = Math.pow(d, x[2]), e = Math.exp(-power / x[0]);
        row[0] = e * power / (x[0] * x[0]);
        row[1] = e * x[2] * power / (x[0] * (y - x[1]));
        row[2] = -e * power * Math.log(d) / x[0];
        return e - t;
    });

    /// r = e^−t x₁ − e^−t x₂ − x₃(e^−t − e^−10t), t = i/10, i = 1 … 10
    static final WithHessian BOX = new CurvedSquaresSum(
            10,
            (i, x, row) -> {
                double t = (i + 1) / 10.0, a = Math.exp(-t * x[0]), b = Math.exp(-t * x[1]);
                row[0] = -t * a;
                row[1] = t * b;
                row[2] = Math.exp(-10 * t) - Math.exp(-t);
                return a - b + x[2] * row[2];
            },
            (i, x, second) -> {
                double t = (i + 1) / 10.0;
                second[0][0] = t * t * Math.exp(-t * x[0]);
                second[1][1] = -t * t * Math.exp(-t * x[1]);
            });

    /// r = (x₁ + t x₂ − eᵗ)² + (x₃ + x₄ sin t − cos t)², t = i/5, i = 1 … 20
    static final WithHessian BROWN_DENNIS = new CurvedSquaresSum(
            20,
            (i, x, row) -> {
                double t = (i + 1) / 5.0, sin = Math.sin(t);
                double a = x[0] + t * x[1] - Math.exp(t), b = x[2] + sin * x[3] - Math.cos(t);
                row[0] = 2 * a;
                row[1] = 2 * a * t;
                row[2] = 2 * b;
                row[3] = 2 * b * sin;
                return a * a + b * b;
            },
            (i, _, second) -> {
                double t = (i + 1) / 5.0, sin = Math.sin(t);
                second[0][0] = second[2][2] = 2;
                second[1][0] = 2 * t;
                second[1][1] = 2 * t * t;
                second[3][2] = 2 * sin;
                second[3][3] = 2 * sin * sin;
            });

    /// r = x₃ e^−t x₁ − x₄ e^−t x₂ + x₆ e^−t x₅ − y, y = e^−t − 5 e^−10t + 3 e^−4t, t = i/10, i = 1 … 13
    static final WithHessian BIGGS_EXP6 = new CurvedSquaresSum(
            13,
            (i, x, row) -> {
                double t = (i + 1) / 10.0;
                double a = Math.exp(-t * x[0]), b = Math.exp(-t * x[1]), c = Math.exp(-t * x[4]);
                row[0] = -t * x[2] * a;
                row[1] = t * x[3] * b;
                row[2] = a;
                row[3] = -b;
                row[4] = -t * x[5] * c;
                row[5] = c;
                double y = Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t);
                return x[2] * a - x[3] * b + x[5] * c - y;
            },
            (i, x, second) -> {
                double t = (i + 1) / 10.0;
                double a = Math.exp(-t * x[0]), b = Math.exp(-t * x[1]), c = Math.exp(-t * x[4]);
                second[0][0] = t * t * x[2] * a;
                second[2][0] = -t * a;
                second[1][1] = -t * t * x[3] * b;
                second[3][1] = t * b;
                second[4][4] = t * t * x[5] * c;
                second[5][4] = -t * c;
            });
}
