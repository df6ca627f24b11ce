package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Map;

/// BFGS with a memory of the last m steps only (Liu & Nocedal, "On the limited memory BFGS method for large
/// scale optimization", Math. Programming 45, 1989): the product Hg is computed from the steps s and the
/// changes y of the gradient, by the two loops of Nocedal & Wright's algorithm 7.4, beginning with sᵀy /
/// yᵀy of the last step.
///
/// Memory 2mN numbers, time of the order of 4mN a step.
///
/// @param history m, at least 1
public record Lbfgs(int history) implements Minimizer {
    /// With a history of ten steps.
    public Lbfgs() {
        this(10);
    }

    public Lbfgs {
        Require.that(history >= 1, "Lbfgs.history must be at least 1, got %s", history);
    }

    /// The same within bounds.
    ///
    /// @param lower −∞ where there is none
    /// @param upper ∞ where there is none; where it is the same as the lower one, the variable is fixed
    public LbfgsB withBounds(double[] lower, double[] upper) {
        return new LbfgsB(history, new Bounds(lower, upper));
    }

    /// The same of f(x) + λ‖x‖₁.
    ///
    /// @param lambda λ, above 0
    public OwlQn withL1(double lambda) {
        return new OwlQn(history, lambda);
    }

    @Override
    public Descent start(Objective f, double... start) {
        Cost.requireHistory(history, start.length);
        return new Limited(f, start, history);
    }

    private static final class Limited extends LineDescent {
        private final History history;

        Limited(Objective f, double[] start, int size) {
            super(f, start, 0.9);
            history = new History(size, start.length);
        }

        @Override
        double aim() {
            if (history.isEmpty()) return steepest();
            Dense.scaled(-1, g, direction);
            history.multiply(direction);
            return 1;
        }

        @Override
        void learn(double length) {
            history.add(s, y, f.precision());
        }

        @Override
        boolean forget() {
            return history.clear();
        }

        @Override
        void remember(Map<String, double[]> memory) {
            super.remember(memory);
            history.remember(memory);
        }

        @Override
        void recall(Map<String, double[]> memory) {
            super.recall(memory);
            history.recall(memory);
        }
    }
}
