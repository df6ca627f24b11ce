package dev.thalweg.nn;

import dev.thalweg.tensor.Shape;
import java.util.List;

/// The mean of each channel over the whole picture (Lin et al., 2013, arXiv:1312.4400).
///
/// Shape: (C, H, W) → (C).
public record GlobalAveragePool() implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        return Shape.of(
                Shapes.spatial(inputs.getFirst(), "a global average pool").channels());
    }

    @Override
    public String kind() {
        return "avgpool";
    }
}
