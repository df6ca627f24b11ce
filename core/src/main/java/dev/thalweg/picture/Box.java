package dev.thalweg.picture;

import dev.thalweg.tensor.Require;

/// A rectangle of pixels: columns [x, x + width), rows [y, y + height).
public record Box(int x, int y, int width, int height) {

    public Box {
        Require.that(width >= 1 && height >= 1, "a box must have at least 1×1 pixels, got %s×%s", width, height);
    }

    public static Box whole(Dimensions size) {
        return new Box(0, 0, size.width(), size.height());
    }

    /// The box of `size` in the middle of `whole`; where a margin is odd, the pixel over is on the
    /// right or at the bottom of a half that rounds to even, as torchvision's centre crop has it.
    public static Box centre(Dimensions size, Dimensions whole) {
        return new Box(
                (int) Math.rint((whole.width() - size.width()) / 2.0),
                (int) Math.rint((whole.height() - size.height()) / 2.0),
                size.width(),
                size.height());
    }

    /// Whether no part of it is outside a picture of that size.
    public boolean liesIn(Dimensions whole) {
        return x >= 0 && y >= 0 && x + width <= whole.width() && y + height <= whole.height();
    }

    @Override
    public String toString() {
        return width + "×" + height + " at (" + x + ", " + y + ")";
    }
}
