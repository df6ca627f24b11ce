package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// How many terms meet in a unit, by which the initialisations that preserve variance scale.
public enum Fan {
    /// Inputs of one output: in · height · width.
    IN,
    /// Outputs that one input reaches: out · height · width.
    OUT,
    /// The mean of both.
    MEAN;

    /// The fan of a weight (out, in, height, width) or (out, in). `in` is that of the tensor: for a
    /// convolution in groups, the channels of one group.
    public double of(Shape weight) {
        Require.that(
                weight.rank() == 2 || weight.rank() == 4,
                "a fan is defined for weights (out, in) or (out, in, height, width), got %s",
                weight);
        double in = weight.size() / (double) weight.dim(0);
        double out = weight.size() / (double) weight.dim(1);
        return switch (this) {
            case IN -> in;
            case OUT -> out;
            case MEAN -> (in + out) / 2;
        };
    }
}
