package dev.thalweg.picture;

import dev.thalweg.tensor.Require;

/// A decoded picture: rows top to bottom, channels interleaved, (height, width, channels).
///
/// @param channels 1 (grey) or 3 (red, green, blue)
/// @param pixels unsigned bytes, 0–255; shared, not copied: treat them as read-only
public record Picture(int width, int height, int channels, byte[] pixels) {

    public Picture {
        Require.that(width >= 1 && height >= 1, "a picture must have at least 1×1 pixels, got %s×%s", width, height);
        Require.that(channels == 1 || channels == 3, "a picture must have 1 or 3 channels, got %s", channels);
        Require.that(
                pixels.length == (long) width * height * channels,
                "a picture of %s×%s×%s must have %s bytes, got %s",
                height,
                width,
                channels,
                (long) height * width * channels,
                pixels.length);
    }

    /// The sample at row `y`, column `x`, 0–255.
    public int at(int x, int y, int channel) {
        return pixels[(y * width + x) * channels + channel] & 0xff;
    }

    public Dimensions dimensions() {
        return new Dimensions(width, height);
    }

    /// This picture with 1 or 3 channels. Grey becomes three equal channels; colour becomes luma
    /// by ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, rounded to the nearest (ties up).
    public Picture withChannels(int wanted) {
        if (wanted == channels) return this;
        var converted = new byte[width * height * wanted];
        if (wanted == 3) {
            for (int i = 0, o = 0; i < pixels.length; i++) {
                byte grey = pixels[i];
                converted[o++] = grey;
                converted[o++] = grey;
                converted[o++] = grey;
            }
        } else {
            for (int i = 0, o = 0; o < converted.length; i += 3) {
                int thousandths =
                        299 * (pixels[i] & 0xff) + 587 * (pixels[i + 1] & 0xff) + 114 * (pixels[i + 2] & 0xff);
                converted[o++] = (byte) ((thousandths + 500) / 1000);
            }
        }
        return new Picture(width, height, wanted, converted);
    }

    @Override
    public String toString() {
        return "picture of " + width + "×" + height + ", " + (channels == 1 ? "grey" : "RGB");
    }
}
