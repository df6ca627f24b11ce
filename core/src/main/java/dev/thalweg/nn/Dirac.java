package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// The identity as far as it goes: filter i, for i below the number of input channels, passes
/// channel i through its centre tap and ignores the rest; the filters after that start by `rest`.
/// With padding that keeps the picture's size, the first output channels are then the input
/// (Zagoruyko & Komodakis, 2017, arXiv:1706.00388).
///
/// The centre of an even kernel is the tap below and right of its middle, as in PyTorch.
public record Dirac(Init rest) implements Init.ZeroBias {
    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        Require.that(
                shape.rank() == 4,
                "a Dirac start needs a convolution's weight (out, in, height, width), got %s",
                shape);
        rest.fill(values, shape, key);
        int taps = shape.dim(2) * shape.dim(3);
        int centre = shape.dim(2) / 2 * shape.dim(3) + shape.dim(3) / 2;
        long filter = (long) shape.dim(1) * taps;
        for (int i = 0; i < Math.min(shape.dim(0), shape.dim(1)); i++) {
            values.slice(i * filter, filter).fill(0);
            values.set(i * filter + (long) i * taps + centre, 1);
        }
    }
}
