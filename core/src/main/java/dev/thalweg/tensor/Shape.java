package dev.thalweg.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The extents of a tensor, outermost first. For the activation of one example that is
/// (channels, height, width) or (features); the batch is never part of a shape.
///
/// @param dims each at least 1
public record Shape(List<Integer> dims) {

    public Shape {
        dims = List.copyOf(dims);
        for (int dim : dims) Require.that(dim >= 1, "every extent of a shape must be at least 1, got %s", dims);
    }

    public static Shape of(int... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    public int rank() {
        return dims.size();
    }

    public int dim(int i) {
        return dims.get(i);
    }

    /// The product of the extents; 1 for a scalar.
    public long size() {
        long size = 1;
        for (int dim : dims) size = Math.multiplyExact(size, (long) dim);
        return size;
    }

    /// Whether this is a picture-like activation, (channels, height, width).
    public boolean isSpatial() {
        return rank() == 3;
    }

    /// Channels of a picture-like activation, or the number of features of a flat one.
    public int channels() {
        return dims.getFirst();
    }

    /// Height of a picture-like activation; 1 for a flat one.
    public int height() {
        return isSpatial() ? dim(1) : 1;
    }

    /// Width of a picture-like activation; 1 for a flat one.
    public int width() {
        return isSpatial() ? dim(2) : 1;
    }

    @Override
    public String toString() {
        return dims.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
