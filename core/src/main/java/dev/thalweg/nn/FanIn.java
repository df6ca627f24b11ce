package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;

/// Weight and bias uniform in ±1/√fan-in of the weight: PyTorch's default for convolutions and
/// linear layers, which it writes as a He initialisation with negative slope √5.
public record FanIn() implements Init {
    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        bias(shape).fill(values, shape, key);
    }

    @Override
    public Init bias(Shape weight) {
        return new Uniform(1 / Math.sqrt(Fan.IN.of(weight)));
    }
}
