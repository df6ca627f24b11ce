package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// The arithmetic that layers share when they infer shapes.
final class Shapes {
    private Shapes() {}

    static Shape spatial(Shape in, String who) {
        Require.that(
                in.isSpatial(), "%s expects (channels, height, width), got %s; is it placed after a flatten?", who, in);
        return in;
    }

    /// Positions of a window of `kernel` taps `dilation` apart that slides by `stride`.
    static int slid(Shape in, int size, int kernel, int stride, int dilation, int before, int after) {
        int span = dilation * (kernel - 1) + 1;
        Require.that(
                size + before + after >= span,
                "a window of %s pixels does not fit into %s + %s pixels of padding (input %s); is the picture too small,"
                        + " or are there too many strides before?",
                span,
                size,
                before + after,
                in);
        return (size + before + after - span) / stride + 1;
    }
}
