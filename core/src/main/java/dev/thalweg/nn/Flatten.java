package dev.thalweg.nn;

import dev.thalweg.tensor.Shape;
import java.util.List;

/// A picture as a list of features in the order channel, row, column, as PyTorch's: a linear
/// layer's weights behind it mean the same in both.
///
/// Shape: (C, H, W) → (C · H · W).
public record Flatten() implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        return Shape.of(Math.toIntExact(inputs.getFirst().size()));
    }

    @Override
    public String kind() {
        return "flatten";
    }
}
