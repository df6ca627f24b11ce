package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// Normally distributed with mean 0 and standard deviation gain / √fan.
///
/// @param gain above 0; √2 makes up for the half that a ReLU discards
public record ScaledNormal(Fan fan, double gain) implements Init.ZeroBias {

    public ScaledNormal {
        Require.that(gain > 0 && Double.isFinite(gain), "ScaledNormal.gain must be above 0, got %s", gain);
    }

    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        new Normal(gain / Math.sqrt(fan.of(shape))).fill(values, shape, key);
    }
}
