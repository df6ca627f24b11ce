package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.WithHessian;

/// Models fitted to measurements by least squares.
final class DataFits {
    private DataFits() {}

    private static final double[] BARD_Y = {
        0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39
    };

    /// r = yᵢ − (x₁ + u / (v x₂ + w x₃)), u = i, v = 16 − i, w = min(u, v)
    static final WithHessian BARD = new CurvedSquaresSum(
            BARD_Y.length,
            (i, x, row) -> {
                int u = i + 1, v = 16 - u, w = Math.min(u, v);
                double d = v * x[1] + w * x[2];
                row[0] = -1;
                row[1] = u * v / (d * d);
                row[2] = u * w / (d * d);
                return BARD_Y[i] - (x[0] + u / d);
            },
            (i, x, second) -> {
                int u = i + 1, v = 16 - u, w = Math.min(u, v);
                double d = v * x[1] + w * x[2], scale = -2 * u / (d * d * d);
                second[1][1] = scale * v * v;
                second[2][1] = scale * v * w;
                second[2][2] = scale * w * w;
            });

    private static final double[] GAUSSIAN_Y = {
        0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989, 0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044,
        0.0009
    };

    /// r = x₁ exp(−x₂ (t − x₃)² / 2) − yᵢ, t = (8 − i)/2
    static final Objective GAUSSIAN = new SquaresSum(GAUSSIAN_Y.length, (i, x, row) -> {
        double d = (7 - i) / 2.0 - x[2], e = Math.exp(-x[1] * d * d / 2);
        row[0] = e;
        row[1] = -x[0] * e * d * d / 2;
        row[2] = x[0] * e * x[1] * d;
        return x[0] * e - GAUSSIAN_Y[i];
    });

    private static final double[] MEYER_Y = {
        34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872
    };

    /// r = x₁ exp(x₂ / (t + x₃)) − yᵢ, t = 45 + 5i: the resistance of a thermistor.
    static final Objective MEYER = new SquaresSum(MEYER_Y.length, (i, x, row) -> {
        double d = 45 + 5 * (i + 1) + x[2], e = Math.exp(x[1] / d);
        row[0] = e;
        row[1] = x[0] * e / d;
        row[2] = -x[0] * e * x[1] / (d * d);
        return x[0] * e - MEYER_Y[i];
    });

    private static final double[] KOWALIK_OSBORNE_Y = {
        0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246
    };
    private static final double[] KOWALIK_OSBORNE_U = {4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};

    /// r = yᵢ − x₁(u² + u x₂) / (u² + u x₃ + x₄): the rate of an enzyme's reaction.
    static final Objective KOWALIK_OSBORNE = new SquaresSum(KOWALIK_OSBORNE_Y.length, (i, x, row) -> {
        double u = KOWALIK_OSBORNE_U[i], above = u * u + u * x[1], below = u * u + u * x[2] + x[3];
        row[0] = -above / below;
        row[1] = -x[0] * u / below;
        row[2] = x[0] * above * u / (below * below);
        row[3] = x[0] * above / (below * below);
        return KOWALIK_OSBORNE_Y[i] - x[0] * above / below;
    });

    private static final double[] OSBORNE_1_Y = {
        0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603,
        0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420, 0.414, 0.411,
        0.406
    };

    /// r = yᵢ − (x₁ + x₂ e^−t x₄ + x₃ e^−t x₅), t = 10 (i − 1)
    static final WithHessian OSBORNE_1 = new CurvedSquaresSum(
            OSBORNE_1_Y.length,
            (i, x, row) -> {
                double t = 10 * i, a = Math.exp(-t * x[3]), b = Math.exp(-t * x[4]);
                row[0] = -1;
                row[1] = -a;
                row[2] = -b;
                row[3] = t * x[1] * a;
                row[4] = t * x[2] * b;
                return OSBORNE_1_Y[i] - (x[0] + x[1] * a + x[2] * b);
            },
            (i, x, second) -> {
                double t = 10 * i, a = Math.exp(-t * x[3]), b = Math.exp(-t * x[4]);
                second[3][1] = t * a;
                second[4][2] = t * b;
                second[3][3] = -t * t * x[1] * a;
                second[4][4] = -t * t * x[2] * b;
            });

    private static final double[] OSBORNE_2_Y = {
        1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606,
        0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423,
        0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668,
        0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098,
        0.054
    };

    /// r = yᵢ − (x₁ e^−t x₅ + x₂ e^−(t − x₉)² x₆ + x₃ e^−(t − x₁₀)² x₇ + x₄ e^−(t − x₁₁)² x₈), t = (i − 1)/10:
    /// three peaks on a slope.
    static final Objective OSBORNE_2 = new SquaresSum(OSBORNE_2_Y.length, (i, x, row) -> {
        double t = i / 10.0, slope = Math.exp(-t * x[4]), model = x[0] * slope;
        row[0] = -slope;
        row[4] = t * x[0] * slope;
        for (int k = 0; k < 3; k++) {
            double height = x[1 + k], width = x[5 + k], d = t - x[8 + k], e = Math.exp(-d * d * width);
            row[1 + k] = -e;
            row[5 + k] = height * e * d * d;
            row[8 + k] = -2 * height * e * width * d;
            model += height * e;
        }
        return OSBORNE_2_Y[i] - model;
    });
}
