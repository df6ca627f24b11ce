package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;
import java.util.Locale;

/// The maximum or the mean of each window.
///
/// Shape: (C, H, W) → (C, H', W'), H' = ⌊(H + pads − k)/s⌋ + 1, rounded up instead if `ceil` (a last
/// window that would begin beyond the picture and its leading padding is dropped, and a picture a
/// little smaller than the window is one window, as in PyTorch).
///
/// Padding never wins a maximum, and is left out of a mean's count.
public record Pool(Kind kindOf, Extent kernel, Extent stride, Padding padding, boolean ceil) implements Layer {

    public enum Kind {
        MAX,
        AVERAGE
    }

    public Pool {
        Require.that(
                padding.top() < kernel.height()
                        && padding.left() < kernel.width()
                        && padding.bottom() < kernel.height()
                        && padding.right() < kernel.width(),
                "a pool's padding must be smaller than its %s window, got %s",
                kernel,
                padding);
    }

    public Pool stride(int stride) {
        return new Pool(kindOf, kernel, Extent.of(stride), padding, ceil);
    }

    public Pool padding(int padding) {
        return new Pool(kindOf, kernel, stride, Padding.of(padding), ceil);
    }

    /// Rounding the number of windows up.
    public Pool ceiling() {
        return new Pool(kindOf, kernel, stride, padding, true);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Shape in = Shapes.spatial(inputs.getFirst(), "a pool");
        return Shape.of(
                in.channels(),
                windows(in, in.height(), kernel.height(), stride.height(), padding.top(), padding.bottom()),
                windows(in, in.width(), kernel.width(), stride.width(), padding.left(), padding.right()));
    }

    private int windows(Shape in, int size, int kernel, int stride, int before, int after) {
        int up = Math.ceilDiv(size + before + after - kernel, stride) + 1;
        if (!ceil || up < 1) return Shapes.slid(in, size, kernel, stride, 1, before, after);
        return (up - 1) * stride < size + before ? up : up - 1;
    }

    @Override
    public String kind() {
        return kindOf.name().toLowerCase(Locale.ROOT) + "pool";
    }
}
