package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.WithHessian;

/// Curved valleys and bad scales, in two to four variables: the classics, made to be hard.
final class Valleys {
    private Valleys() {}

    /// r = 10 (x₂ − x₁²), 1 − x₁
    static final WithHessian ROSENBROCK = new CurvedSquaresSum(
            2,
            (i, x, row) -> {
                if (i == 1) {
                    row[0] = -1;
                    return 1 - x[0];
                }
                row[0] = -20 * x[0];
                row[1] = 10;
                return 10 * (x[1] - x[0] * x[0]);
            },
            (i, _, second) -> second[0][0] = i == 0 ? -20 : 0);

    /// r = x₁ − 13 + ((5 − x₂)x₂ − 2)x₂, x₁ − 29 + ((x₂ + 1)x₂ − 14)x₂
    static final WithHessian FREUDENSTEIN_ROTH = new CurvedSquaresSum(
            2,
            (i, x, row) -> {
                double y = x[1];
                row[0] = 1;
                row[1] = i == 0 ? (10 - 3 * y) * y - 2 : (3 * y + 2) * y - 14;
                return x[0] + (i == 0 ? -13 + ((5 - y) * y - 2) * y : -29 + ((y + 1) * y - 14) * y);
            },
            (i, x, second) -> second[1][1] = i == 0 ? 10 - 6 * x[1] : 6 * x[1] + 2);

    /// r = 10⁴x₁x₂ − 1, e^−x₁ + e^−x₂ − 1.0001
    static final WithHessian POWELL_BADLY_SCALED = new CurvedSquaresSum(
            2,
            (i, x, row) -> {
                if (i == 0) {
                    row[0] = 1e4 * x[1];
                    row[1] = 1e4 * x[0];
                    return 1e4 * x[0] * x[1] - 1;
                }
                row[0] = -Math.exp(-x[0]);
                row[1] = -Math.exp(-x[1]);
                return -row[0] - row[1] - 1.0001;
            },
            (i, x, second) -> {
                if (i == 0) {
                    second[1][0] = 1e4;
                } else {
                    second[0][0] = Math.exp(-x[0]);
                    second[1][1] = Math.exp(-x[1]);
                }
            });

    /// r = x₁ − 10⁶, x₂ − 2·10⁻⁶, x₁x₂ − 2
    static final WithHessian BROWN_BADLY_SCALED = new CurvedSquaresSum(
            3,
            (i, x, row) -> {
                if (i < 2) {
                    row[i] = 1;
                    return i == 0 ? x[0] - 1e6 : x[1] - 2e-6;
                }
                row[0] = x[1];
                row[1] = x[0];
                return x[0] * x[1] - 2;
            },
            (i, _, second) -> second[1][0] = i == 2 ? 1 : 0);

    private static final double[] BEALE_Y = {1.5, 2.25, 2.625};

    /// r = yᵢ − x₁(1 − x₂ⁱ), i = 1, 2, 3
    static final WithHessian BEALE = new CurvedSquaresSum(
            3,
            (i, x, row) -> {
                double power = Math.pow(x[1], i);
                row[0] = x[1] * power - 1;
                row[1] = (i + 1) * x[0] * power;
                return BEALE_Y[i] + x[0] * row[0];
            },
            (i, x, second) -> {
                second[1][0] = (i + 1) * Math.pow(x[1], i);
                if (i > 0) second[1][1] = i * (i + 1) * x[0] * Math.pow(x[1], i - 1);
            });

    /// r = 10 (x₃ − 10 θ), 10 (ρ − 1), x₃, where ρ is the distance of (x₁, x₂) from the origin and θ its angle in
    /// turns, from −1/4 to 3/4: the cut is where x₁ = 0 and x₂ < 0. There is no derivative on the x₃ axis.
    static final WithHessian HELICAL_VALLEY = new CurvedSquaresSum(
            3,
            (i, x, row) -> {
                double square = x[0] * x[0] + x[1] * x[1];
                double rho = Math.sqrt(square);
                switch (i) {
                    case 0 -> {
                        row[0] = 50 / Math.PI * x[1] / square;
                        row[1] = -50 / Math.PI * x[0] / square;
                        row[2] = 10;
                        double theta = 0.25 + Math.atan2(-x[0], x[1]) / (2 * Math.PI);
                        return 10 * (x[2] - 10 * theta);
                    }
                    case 1 -> {
                        row[0] = 10 * x[0] / rho;
                        row[1] = 10 * x[1] / rho;
                        return 10 * (rho - 1);
                    }
                    default -> {
                        row[2] = 1;
                        return x[2];
                    }
                }
            },
            (i, x, second) -> {
                double square = x[0] * x[0] + x[1] * x[1];
                if (i == 0) {
                    double scale = 50 / Math.PI / (square * square);
                    second[0][0] = -2 * scale * x[0] * x[1];
                    second[1][0] = scale * (x[0] * x[0] - x[1] * x[1]);
                    second[1][1] = 2 * scale * x[0] * x[1];
                } else if (i == 1) {
                    double scale = 10 / (square * Math.sqrt(square));
                    second[0][0] = scale * x[1] * x[1];
                    second[1][0] = -scale * x[0] * x[1];
                    second[1][1] = scale * x[0] * x[0];
                }
            });

    /// r = x₁ + 10x₂, √5 (x₃ − x₄), (x₂ − 2x₃)², √10 (x₁ − x₄)²: the Hessian at the minimum is singular.
    static final WithHessian POWELL_SINGULAR = new CurvedSquaresSum(
            4,
            (i, x, row) -> switch (i) {
                case 0 -> line(x, row, 0, 1, 1, 10);
                case 1 -> line(x, row, 2, Math.sqrt(5), 3, -Math.sqrt(5));
                case 2 -> parabola(x, row, 1, 2, 2, 1);
                default -> parabola(x, row, 0, 3, 1, Math.sqrt(10));
            },
            (i, _, second) -> {
                if (i == 2) {
                    second[1][1] = 2;
                    second[2][1] = -4;
                    second[2][2] = 8;
                } else if (i == 3) {
                    second[0][0] = second[3][3] = 2 * Math.sqrt(10);
                    second[3][0] = -2 * Math.sqrt(10);
                }
            });

    /// r = 10 (x₂ − x₁²), 1 − x₁, √90 (x₄ − x₃²), 1 − x₃, √10 (x₂ + x₄ − 2), (x₂ − x₄)/√10
    static final WithHessian WOOD = new CurvedSquaresSum(
            6,
            (i, x, row) -> {
                switch (i) {
                    case 0, 2 -> {
                        double scale = i == 0 ? 10 : Math.sqrt(90);
                        row[i] = -2 * scale * x[i];
                        row[i + 1] = scale;
                        return scale * (x[i + 1] - x[i] * x[i]);
                    }
                    case 1, 3 -> {
                        row[i - 1] = -1;
                        return 1 - x[i - 1];
                    }
                    case 4 -> {
                        return line(x, row, 1, Math.sqrt(10), 3, Math.sqrt(10)) - 2 * Math.sqrt(10);
                    }
                    default -> {
                        return line(x, row, 1, Math.sqrt(0.1), 3, -Math.sqrt(0.1));
                    }
                }
            },
            (i, _, second) -> {
                if (i == 0) second[0][0] = -20;
                if (i == 2) second[2][2] = -2 * Math.sqrt(90);
            });

    /// a xⱼ + b xₖ
    private static double line(double[] x, double[] row, int j, double a, int k, double b) {
        row[j] = a;
        row[k] = b;
        return a * x[j] + b * x[k];
    }

    /// scale · (xⱼ − b xₖ)²
    private static double parabola(double[] x, double[] row, int j, int k, double b, double scale) {
        double d = x[j] - b * x[k];
        row[j] = 2 * scale * d;
        row[k] = -2 * scale * b * d;
        return scale * d * d;
    }
}
