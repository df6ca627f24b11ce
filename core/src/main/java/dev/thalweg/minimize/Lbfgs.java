package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// BFGS with a memory of the last m steps only (Liu & Nocedal, "On the limited memory BFGS method for large
/// scale optimization", Math. Programming 45, 1989): the product Hg is computed from the steps s and the
/// changes y of the gradient, by the two loops of Nocedal & Wright's algorithm 7.4, beginning with sᵀy /
/// yᵀy of the last step.
///
/// Memory 2mN numbers, time of the order of 4mN a step; with bounds or an L1 term, where matrices of 2m × 2m
/// numbers are summed over the variables that may move, of m²N.
///
/// @param history m, at least 1
/// @param bounds that points keep within, by L-BFGS-B, see [#withBounds]; null where there are none
/// @param l1 λ of the term λ‖x‖₁ that is added to the function, by OWL-QN, see [#withL1]; at least 0, and 0
///     with bounds
public record Lbfgs(int history, @Nullable Bounds bounds, double l1) implements Minimizer {
    /// With a history of ten steps.
    public Lbfgs() {
        this(10);
    }

    public Lbfgs(int history) {
        this(history, null, 0);
    }

    public Lbfgs {
        Require.that(history >= 1, "Lbfgs.history must be at least 1, got %s", history);
        Require.that(l1 >= 0 && l1 < Double.POSITIVE_INFINITY, "Lbfgs.l1 must be finite and at least 0, got %s", l1);
        Require.that(bounds == null || l1 == 0, "L-BFGS takes bounds or an L1 term, not both");
    }

    /// Within bounds, as L-BFGS-B does. A start outside goes to the nearest point within them, the function
    /// is evaluated nowhere else, and the gradient's norm is that of P(x − g) − x, the projected gradient.
    ///
    /// @param lower −∞ where there is none
    /// @param upper ∞ where there is none; where it is the same as the lower one, the variable is fixed
    public Lbfgs withBounds(double[] lower, double[] upper) {
        return new Lbfgs(history, new Bounds(lower, upper), l1);
    }

    /// Of f(x) + λ‖x‖₁, as OWL-QN does: many variables are exactly zero at its minimum. The value includes
    /// the term, and the gradient's norm is that of the pseudo-gradient: how steeply the sum falls to
    /// the side where it falls most.
    ///
    /// @param lambda λ, at least 0
    public Lbfgs withL1(double lambda) {
        return new Lbfgs(history, bounds, lambda);
    }

    @Override
    public Descent start(Objective f, double... start) {
        if (l1 > 0) return new OrthantDescent(f, start, history, l1);
        if (bounds == null) return new Limited(f, start, history);
        Require.that(
                bounds.size() == start.length,
                "L-BFGS needs a bound for each variable: there are %,d, and the start has %,d numbers",
                bounds.size(),
                start.length);
        return new BoundedDescent(f, start, history, bounds);
    }

    private static final class Limited extends LineDescent {
        private final History history;

        Limited(Objective f, double[] start, int size) {
            super(f, start, 0.9);
            history = new History(size, start.length);
        }

        @Override
        double aim() {
            double first = steepest();
            if (history.isEmpty()) return first;
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
