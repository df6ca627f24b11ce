package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// Uniform in ±gain · √(3 / fan), whose standard deviation is gain / √fan.
///
/// @param gain above 0; √2 makes up for the half that a ReLU discards
public record ScaledUniform(Fan fan, double gain) implements Init.ZeroBias {

    public ScaledUniform {
        Require.that(gain > 0 && Double.isFinite(gain), "ScaledUniform.gain must be above 0, got %s", gain);
    }

    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        new Uniform(gain * Math.sqrt(3 / fan.of(shape))).fill(values, shape, key);
    }
}
