package dev.thalweg.minimize;

import java.util.Arrays;

/// Newton's method without its matrix: the step is sought by conjugate gradients that ask for products of
/// second derivatives with a vector only, and end at the edge of what is trusted or where the curvature
/// turns negative (Steihaug, "The conjugate gradient method and trust regions in large scale optimization",
/// SIAM J. Numer. Anal. 20, 1983). They go on until what is left is at most min(½, √‖g‖) of the gradient,
/// so that the steps become Newton's own towards the end (Nocedal & Wright, Numerical Optimization, 2006,
/// section 7.1).
///
/// Memory: a few vectors, and where the function knows its matrix of second derivatives but no products,
/// that. Time: two gradients for each product where the function knows neither, and up to N products a
/// step; where curvatures are alike, a few.
public record NewtonCg() implements Minimizer {

    @Override
    public Descent start(Objective f, double... start) {
        if (f instanceof WithHessian && !(f instanceof WithProducts))
            Cost.require("Newton-CG by a known matrix", 1, start.length);
        return new Truncated(f, start);
    }

    private static final class Truncated extends TrustDescent {
        private final double[] residual;
        private final double[] direction;
        private final double[] product;

        Truncated(Objective f, double[] start) {
            super(f, start);
            residual = new double[start.length];
            direction = new double[start.length];
            product = new double[start.length];
        }

        @Override
        boolean model() {
            return true;
        }

        @Override
        double firstRadius() {
            return Math.max(1, Dense.norm(x) / 10);
        }

        @Override
        void best() {
            int n = x.length;
            Arrays.fill(step, 0);
            System.arraycopy(g, 0, residual, 0, n);
            Dense.scaled(-1, g, direction);
            double norm = Dense.norm(g);
            double enough = Math.min(0.5, Math.sqrt(norm)) * norm;
            double squares = Dense.dot(residual, residual);
            predicted = 0;
            length = 0;
            for (int k = 0; k < 2L * n + 10 && squares > 0; k++) {
                f.product(x, direction, product);
                if (!Dense.finite(product)) {
                    predicted = Double.NaN;
                    return;
                }
                double curvature = Dense.dot(direction, product);
                double alpha = squares / curvature;
                if (!(curvature > 0) || beyond(alpha)) {
                    double edge = edge();
                    take(edge, squares, curvature);
                    length = radius;
                    return;
                }
                take(alpha, squares, curvature);
                Dense.add(alpha, product, residual);
                double now = Dense.dot(residual, residual);
                if (Math.sqrt(now) <= enough) break;
                Dense.scaled(now / squares, direction, direction);
                Dense.add(-1, residual, direction);
                squares = now;
            }
            length = Dense.norm(step);
        }

        /// Goes so far along the direction, of which the model's slope is −`squares`.
        private void take(double alpha, double squares, double curvature) {
            Dense.add(alpha, direction, step);
            predicted += alpha * (squares - alpha * curvature / 2);
        }

        private boolean beyond(double alpha) {
            double square = Dense.dot(step, step)
                    + alpha * (2 * Dense.dot(step, direction) + alpha * Dense.dot(direction, direction));
            return !(square < radius * radius);
        }

        /// How far along the direction the edge is.
        private double edge() {
            double a = Dense.dot(direction, direction), b = Dense.dot(step, direction);
            double c = Dense.dot(step, step) - radius * radius;
            double root = Math.sqrt(Math.max(0, b * b - a * c));
            return b > 0 ? -c / (b + root) : (root - b) / a;
        }
    }
}
