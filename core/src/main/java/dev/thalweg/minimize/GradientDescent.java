package dev.thalweg.minimize;

import java.util.Map;

/// Steepest descent: always against the gradient, as far as the line search finds good (Cauchy, 1847). The
/// baseline: in a long valley its steps go from side to side, and it takes a number of them that grows with
/// the ratio of the greatest to the least curvature.
///
/// The first trial of a step is the last step, by the ratio of slopes (Nocedal & Wright, Numerical
/// Optimization, 2006, section 3.5).
public record GradientDescent() implements Minimizer {

    @Override
    public Descent start(Objective f, double... start) {
        return new Steepest(f, start);
    }

    private static final class Steepest extends LineDescent {
        /// The last step's length times its slope; 0 before the first.
        private double before;

        Steepest(Objective f, double[] start) {
            super(f, start, 0.9);
        }

        @Override
        double aim() {
            double first = steepest();
            return before == 0 ? first : before / Dense.dot(g, direction);
        }

        @Override
        void learn(double length) {
            before = length * -Dense.dot(direction, direction);
        }

        @Override
        boolean forget() {
            boolean some = before != 0;
            before = 0;
            return some;
        }

        @Override
        void remember(Map<String, double[]> memory) {
            super.remember(memory);
            memory.put("before", new double[] {before});
        }

        @Override
        void recall(Map<String, double[]> memory) {
            super.recall(memory);
            var number = new double[1];
            copy(memory, "before", number);
            before = number[0];
        }
    }
}
