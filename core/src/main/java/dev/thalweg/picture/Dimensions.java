package dev.thalweg.picture;

import dev.thalweg.tensor.Require;

/// Extents of a picture in pixels.
public record Dimensions(int width, int height) {

    public Dimensions {
        Require.that(width >= 1 && height >= 1, "a picture must have at least 1×1 pixels, got %s×%s", width, height);
    }

    public long pixels() {
        return (long) width * height;
    }

    public int shorterSide() {
        return Math.min(width, height);
    }

    @Override
    public String toString() {
        return width + "×" + height;
    }
}
