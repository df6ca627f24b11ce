package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;

/// When to stop.
///
/// @param gradientNorm the Euclidean norm of the gradient (with bounds, of the projected one) that counts as a
///     minimum; at least 0
/// @param iterations at most; at least 0
/// @param evaluations at most, about: an iteration that was begun is ended; at least 1
public record Stop(double gradientNorm, int iterations, int evaluations) {
    /// A gradient of norm 10⁻⁵, 100,000 iterations.
    public static final Stop DEFAULT = new Stop(1e-5, 100_000, Integer.MAX_VALUE);

    public Stop {
        Require.that(gradientNorm >= 0, "gradientNorm must be at least 0, got %s", gradientNorm);
        Require.that(iterations >= 0, "iterations must be at least 0, got %s", iterations);
        Require.that(evaluations >= 1, "evaluations must be at least 1, got %s", evaluations);
    }

    public Stop withGradientNorm(double norm) {
        return new Stop(norm, iterations, evaluations);
    }

    public Stop withIterations(int most) {
        return new Stop(gradientNorm, most, evaluations);
    }

    public Stop withEvaluations(int most) {
        return new Stop(gradientNorm, iterations, most);
    }
}
