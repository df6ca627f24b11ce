package dev.thalweg.minimize;

import java.util.Map;

/// Nonlinear conjugate gradients by Hager & Zhang ("A new conjugate gradient method with guaranteed descent
/// and an efficient line search", SIAM J. Optim. 16, 2005, equations 1.3 to 1.6): with the change y of the
/// gradient g along the last direction d,
///
///     β = (y − 2d‖y‖²/dᵀy)ᵀg / dᵀy,   at least −1 / (‖d‖ min(0.01, ‖g‖ before)),   d ← −g + βd.
///
/// Memory: a few vectors. For functions of very many variables where not even L-BFGS's history fits.
public record ConjugateGradient() implements Minimizer {

    @Override
    public Descent start(Objective f, double... start) {
        return new Conjugate(f, start);
    }

    private static final class Conjugate extends LineDescent {
        /// The last direction and its first trial's scale; no direction before the first step.
        private final double[] last;

        private double length;
        private double slope;
        private double normBefore;

        Conjugate(Objective f, double[] start) {
            super(f, start, 0.1);
            last = new double[start.length];
        }

        @Override
        double aim() {
            double first = steepest();
            if (length == 0) return first;
            double curvature = Dense.dot(last, y);
            if (curvature <= 0) return first;
            double beta = (Dense.dot(y, g) - 2 * Dense.dot(y, y) / curvature * Dense.dot(last, g)) / curvature;
            beta = Math.max(beta, -1 / (Dense.norm(last) * Math.min(0.01, normBefore)));
            Dense.add(beta, last, direction);
            double now = Dense.dot(g, direction);
            return now < 0 ? length * slope / now : first;
        }

        @Override
        void learn(double step) {
            System.arraycopy(direction, 0, last, 0, last.length);
            length = step;
            // The gradient before the step.
            double squares = 0, along = 0;
            for (int i = 0; i < g.length; i++) {
                double before = g[i] - y[i];
                squares += before * before;
                along += before * direction[i];
            }
            normBefore = Math.sqrt(squares);
            slope = along;
        }

        @Override
        boolean forget() {
            boolean some = length != 0;
            length = 0;
            return some;
        }

        @Override
        void remember(Map<String, double[]> memory) {
            super.remember(memory);
            memory.put("last", last);
            memory.put("length", new double[] {length, slope, normBefore});
        }

        @Override
        void recall(Map<String, double[]> memory) {
            super.recall(memory);
            copy(memory, "last", last);
            var numbers = new double[3];
            copy(memory, "length", numbers);
            length = numbers[0];
            slope = numbers[1];
            normBefore = numbers[2];
        }
    }
}
