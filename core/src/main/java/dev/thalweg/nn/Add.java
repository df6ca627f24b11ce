package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// The sum of two activations: a residual connection (He et al., 2015, arXiv:1512.03385).
///
/// Shape: two of the same shape → that shape.
public record Add() implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        Require.that(
                inputs.getFirst().equals(inputs.getLast()),
                "an addition expects two equal shapes, got %s and %s; does the shortcut need a projection?",
                inputs.getFirst(),
                inputs.getLast());
        return inputs.getFirst();
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public String kind() {
        return "add";
    }
}
