package dev.thalweg.nn;

import dev.thalweg.tensor.Require;

/// A height and a width in pixels, of a kernel, a stride or a dilation.
public record Extent(int height, int width) {

    public Extent {
        Require.that(height >= 1 && width >= 1, "an extent must be at least 1×1, got %s×%s", height, width);
    }

    public static Extent of(int side) {
        return new Extent(side, side);
    }

    @Override
    public String toString() {
        return height + "×" + width;
    }
}
