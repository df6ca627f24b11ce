package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// Multiplication by a constant, such as the output scale 1/9 of airbench94.
///
/// Shape: any → the same.
public record Scale(float factor) implements Layer {

    public Scale {
        Require.that(Float.isFinite(factor), "Scale.factor must be finite, got %s", factor);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public String kind() {
        return "scale";
    }
}
