package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// The first input with each channel multiplied by the second's value for it: the excitation of
/// squeeze-and-excitation (Hu et al., 2017, arXiv:1709.01507).
///
/// Shape: (C, H, W), (C) or (C, 1, 1) → (C, H, W).
public record ChannelScale() implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        Shape in = Shapes.spatial(inputs.getFirst(), "a channel scale");
        Shape factor = inputs.getLast();
        Require.that(
                factor.channels() == in.channels() && factor.height() == 1 && factor.width() == 1,
                "a channel scale over %s expects one factor a channel, %s, got %s",
                in,
                in.channels(),
                factor);
        return in;
    }

    @Override
    public int arity() {
        return 2;
    }

    @Override
    public String kind() {
        return "channelscale";
    }
}
