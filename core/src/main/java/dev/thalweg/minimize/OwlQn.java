package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;

/// L-BFGS for f(x) + λ‖x‖₁, whose minimum has many variables that are exactly zero (Andrew & Gao, "Scalable
/// training of L1-regularized log-linear models", ICML 2007): orthant-wise, with the departure that
/// [OrthantDescent] states.
///
/// The value includes the term, and the gradient's norm is that of the pseudo-gradient: how steeply the sum
/// falls to the side where it falls most.
///
/// Memory 2mN numbers, time of the order of m²N a step.
///
/// @param history m, at least 1
/// @param lambda λ, above 0
public record OwlQn(int history, double lambda) implements Minimizer {
    /// With a history of ten steps and λ = 10⁻⁴.
    public OwlQn() {
        this(10, 1e-4);
    }

    public OwlQn {
        Require.that(history >= 1, "OwlQn.history must be at least 1, got %s", history);
        Require.that(
                lambda > 0 && lambda < Double.POSITIVE_INFINITY,
                "OwlQn.lambda must be above 0 and finite, got %s",
                lambda);
    }

    @Override
    public Descent start(Objective f, double... start) {
        Cost.requireHistory(history, start.length);
        return new OrthantDescent(f, start, history, lambda);
    }
}
