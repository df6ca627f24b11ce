package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// Every `stride`-th pixel, then channels of zeros before and after: the parameter-free shortcut
/// "option A" of He et al. (2015, arXiv:1512.03385, section 4.2).
///
/// Shape: (C, H, W) → (before + C + after, ⌈H/stride⌉, ⌈W/stride⌉).
public record Subsample(int stride, int before, int after) implements Layer {

    public Subsample {
        Require.that(stride >= 1, "Subsample.stride must be at least 1, got %s", stride);
        Require.that(before >= 0 && after >= 0, "Subsample cannot pad by %s and %s channels", before, after);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Shape in = Shapes.spatial(inputs.getFirst(), "a subsampling shortcut");
        return Shape.of(
                before + in.channels() + after, Math.ceilDiv(in.height(), stride), Math.ceilDiv(in.width(), stride));
    }

    @Override
    public String kind() {
        return "subsample";
    }
}
