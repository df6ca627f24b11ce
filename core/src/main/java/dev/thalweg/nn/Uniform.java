package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// Uniform in [−bound, bound).
///
/// @param bound above 0
public record Uniform(double bound) implements Init.ZeroBias {

    public Uniform {
        Require.that(bound > 0 && Double.isFinite(bound), "Uniform.bound must be above 0, got %s", bound);
    }

    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        for (long i = 0; i < values.length(); i++) values.set(i, (float) (bound * (2.0 * key.uniform(i) - 1)));
    }
}
