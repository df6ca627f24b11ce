package dev.thalweg.nn;

import dev.thalweg.tensor.Require;

/// Pixels of zeros (for maximum pooling: of nothing) around a picture.
public record Padding(int top, int left, int bottom, int right) {
    public static final Padding NONE = new Padding(0, 0, 0, 0);

    public Padding {
        Require.that(
                top >= 0 && left >= 0 && bottom >= 0 && right >= 0,
                "padding must be at least 0, got %s, %s, %s, %s",
                top,
                left,
                bottom,
                right);
    }

    public static Padding of(int side) {
        return new Padding(side, side, side, side);
    }
}
