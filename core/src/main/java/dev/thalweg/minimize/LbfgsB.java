package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;

/// L-BFGS within bounds (Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained
/// optimization", SIAM J. Sci. Comput. 16, 1995): along the projected gradient to the first minimum of the
/// model, then to the model's minimum in the variables that are at no bound there, and a line search
/// towards it.
///
/// A start outside goes to the nearest point within the bounds, the function is evaluated nowhere else, and
/// the gradient's norm is that of P(x − g) − x, the projected gradient.
///
/// Memory 2mN numbers, time of the order of m²N a step.
///
/// @param history m, at least 1
/// @param bounds as many as the function has variables
public record LbfgsB(int history, Bounds bounds) implements Minimizer {
    public LbfgsB {
        Require.that(history >= 1, "LbfgsB.history must be at least 1, got %s", history);
    }

    @Override
    public Descent start(Objective f, double... start) {
        Require.that(
                bounds.size() == start.length,
                "L-BFGS-B needs a bound for each variable: there are %,d, and the start has %,d numbers",
                bounds.size(),
                start.length);
        Cost.requireHistory(history, start.length);
        return new BoundedDescent(f, start, history, bounds);
    }
}
