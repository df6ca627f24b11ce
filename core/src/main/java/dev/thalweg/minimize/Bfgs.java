package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;
import java.util.Map;

/// Broyden, Fletcher, Goldfarb and Shanno's method (Nocedal & Wright, Numerical Optimization, 2006,
/// algorithm 6.1): the inverse H of the matrix of second derivatives is learned from the steps s and the
/// changes y of the gradient,
///
///     d = −Hg,   H ← (I − ρsyᵀ) H (I − ρysᵀ) + ρssᵀ,   ρ = 1 / yᵀs,
///
/// beginning with yᵀs / yᵀy times the identity after the first step. Memory N² numbers, time of the order
/// of N² a step.
///
/// @param most variables that it takes on: at 10,000, H has 0.8 GB
public record Bfgs(int most) implements Minimizer {
    public Bfgs() {
        this(10_000);
    }

    public Bfgs {
        // An array has 2³¹ − 1 numbers at most.
        Require.that(1 <= most && most <= 46_340, "Bfgs.most must be from 1 to 46340, got %s", most);
    }

    @Override
    public Descent start(Objective f, double... start) {
        Require.that(
                start.length <= most,
                "BFGS keeps a matrix of N × N numbers: of %,d variables that would be %s, and it takes at most %,d"
                        + " variables; L-BFGS keeps a few vectors instead",
                start.length,
                Cost.memory(start.length),
                most);
        Cost.require("BFGS", 1, start.length);
        return new Updated(f, start);
    }

    private static final class Updated extends LineDescent {
        private final int n;
        private final double[] h;
        private final double[] hy;
        /// Whether H is more than a guess.
        private boolean learned;

        Updated(Objective f, double[] start) {
            super(f, start, 0.9);
            n = start.length;
            h = new double[n * n];
            hy = new double[n];
        }

        @Override
        double aim() {
            if (!learned) return steepest();
            for (int i = 0; i < n; i++) direction[i] = -Dense.dot(h, i * n, g);
            return 1;
        }

        @Override
        void learn(double length) {
            double sy = Dense.dot(s, y);
            double yy = Dense.dot(y, y);
            // Without curvature along the step, which a line search that failed in part leaves, H would not be
            // positive.
            if (!Dense.curves(s, sy, yy, f.precision())) return;
            if (!learned) {
                Arrays.fill(h, 0);
                for (int i = 0; i < n; i++) h[i * n + i] = sy / yy;
                learned = true;
            }
            for (int i = 0; i < n; i++) hy[i] = Dense.dot(h, i * n, y);
            double factor = (1 + Dense.dot(y, hy) / sy) / sy;
            for (int i = 0; i < n; i++) {
                double a = factor * s[i] - hy[i] / sy, b = -s[i] / sy;
                for (int j = 0, at = i * n; j < n; j++, at++) h[at] += a * s[j] + b * hy[j];
            }
        }

        @Override
        boolean forget() {
            boolean some = learned;
            learned = false;
            return some;
        }

        @Override
        void remember(Map<String, double[]> memory) {
            super.remember(memory);
            memory.put("learned", new double[] {learned ? 1 : 0});
            memory.put("inverse", h);
        }

        @Override
        void recall(Map<String, double[]> memory) {
            super.recall(memory);
            var number = new double[1];
            copy(memory, "learned", number);
            learned = number[0] != 0;
            copy(memory, "inverse", h);
        }
    }
}
