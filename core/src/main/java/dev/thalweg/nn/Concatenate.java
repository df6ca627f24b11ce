package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// Activations joined along the channels.
///
/// Shape: (C₁, H, W), (C₂, H, W), … → (ΣC, H, W); flat ones likewise.
public record Concatenate() implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        Shape first = inputs.getFirst();
        int channels = 0;
        for (Shape in : inputs) {
            Require.that(
                    in.rank() == first.rank() && in.height() == first.height() && in.width() == first.width(),
                    "a concatenation expects equal heights and widths, got %s and %s",
                    first,
                    in);
            channels += in.channels();
        }
        return first.isSpatial() ? Shape.of(channels, first.height(), first.width()) : Shape.of(channels);
    }

    @Override
    public int arity() {
        return -1;
    }

    @Override
    public String kind() {
        return "concat";
    }
}
