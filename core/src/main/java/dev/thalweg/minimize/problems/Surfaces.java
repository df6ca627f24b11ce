package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.WithHessian;

/// Functions of two variables (x, y) to look at.
final class Surfaces {
    private Surfaces() {}

    /// x² + 10 y²
    static final WithHessian BOWL = new CurvedSquaresSum(
            2,
            (i, x, row) -> {
                row[i] = i == 0 ? 1 : Math.sqrt(10);
                return row[i] * x[i];
            },
            CurvedSquaresSum.NONE);

    /// (x² + y − 11)² + (x + y² − 7)²: four minima, all 0.
    static final WithHessian HIMMELBLAU = new CurvedSquaresSum(
            2,
            (i, x, row) -> {
                row[i] = 2 * x[i];
                row[1 - i] = 1;
                return x[i] * x[i] + x[1 - i] - (i == 0 ? 11 : 7);
            },
            (i, _, second) -> second[i][i] = 2);

    /// x²/2 − y²/2 + y⁴/4: on the ridge y = 0 the gradient leads into the saddle at the origin.
    record Saddle() implements WithHessian {
        @Override
        public double at(double[] x, double[] gradient) {
            double y = x[1];
            gradient[0] = x[0];
            gradient[1] = y * y * y - y;
            return x[0] * x[0] / 2 - y * y / 2 + y * y * y * y / 4;
        }

        @Override
        public void hessian(double[] x, double[] hessian) {
            hessian[0] = 1;
            hessian[1] = hessian[2] = 0;
            hessian[3] = 3 * x[1] * x[1] - 1;
        }
    }

    /// 20 + x² − 10 cos 2πx + y² − 10 cos 2πy: a minimum near every point of whole coordinates that is not
    /// too far out.
    record Rastrigin() implements WithHessian {
        private static final double TURN = 2 * Math.PI;

        @Override
        public double at(double[] x, double[] gradient) {
            double f = 20;
            for (int j = 0; j < 2; j++) {
                f += x[j] * x[j] - 10 * Math.cos(TURN * x[j]);
                gradient[j] = 2 * x[j] + 10 * TURN * Math.sin(TURN * x[j]);
            }
            return f;
        }

        @Override
        public void hessian(double[] x, double[] hessian) {
            hessian[0] = 2 + 10 * TURN * TURN * Math.cos(TURN * x[0]);
            hessian[1] = hessian[2] = 0;
            hessian[3] = 2 + 10 * TURN * TURN * Math.cos(TURN * x[1]);
        }
    }

    /// |x| + 3 |y|, with the derivative from the right where there is none: the gradient is nowhere small.
    static final Objective KINK = (x, gradient) -> {
        gradient[0] = x[0] >= 0 ? 1 : -1;
        gradient[1] = x[1] >= 0 ? 3 : -3;
        return Math.abs(x[0]) + 3 * Math.abs(x[1]);
    };
}
