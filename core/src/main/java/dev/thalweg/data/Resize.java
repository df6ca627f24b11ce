package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import java.util.Arrays;

/// Antialiased bilinear resampling, the convention of Pillow and of torchvision with
/// `antialias=True`: a triangle filter, widened by the factor of reduction, normalised to sum 1
/// where the picture's edge cuts it off.
///
/// Along one axis, from n to m samples: scale s = n/m, radius r = max(s, 1), and output i is
///
///     Σ w((k + ½ − c)/r) · input k / Σ w(…)      c = (i + ½)·s      w(t) = max(1 − |t|, 0)
///
/// over the k from ⌊c − r + ½⌋ to ⌊c + r + ½⌋ − 1 that exist. Columns are filtered first, then
/// rows, both in float32, and the result is rounded once (Pillow rounds between the passes too,
/// so that single samples may differ by one).
public final class Resize {
    private Resize() {}

    /// The whole of `picture` at another size.
    public static Picture to(Picture picture, Dimensions size) {
        return part(picture, Box.whole(picture.dimensions()), size, Box.whole(size));
    }

    /// What one would get by cutting `from` out of `picture`, resizing that to `size`, and cutting
    /// `window` out of the result; only the window is computed.
    public static Picture part(Picture picture, Box from, Dimensions size, Box window) {
        Require.that(from.liesIn(picture.dimensions()), "the box %s lies outside a %s", from, picture);
        Require.that(window.liesIn(size), "the window %s lies outside a result of %s", window, size);
        var columns = Taps.of(from.width(), size.width(), window.x(), window.width());
        var rows = Taps.of(from.height(), size.height(), window.y(), window.height());
        int channels = picture.channels();

        // Only the columns that the window needs are filtered vertically.
        int left = columns.first[0];
        int right = left;
        for (int i = 0; i < window.width(); i++) right = Math.max(right, columns.first[i] + columns.count[i]);
        int span = (right - left) * channels;
        int stride = picture.width() * channels;
        int origin = from.y() * stride + (from.x() + left) * channels;

        var result = new byte[window.width() * window.height() * channels];
        var ring = new FloatRows(picture.pixels(), origin, stride, span, rows.width);
        var mixed = new float[span];
        for (int y = 0, o = 0; y < window.height(); y++) {
            rows.mix(ring, y, mixed);
            for (int x = 0; x < window.width(); x++) {
                int at = (columns.first[x] - left) * channels;
                int w = x * columns.width;
                int count = columns.count[x];
                if (channels == 3) {
                    float red = 0.5f, green = 0.5f, blue = 0.5f;
                    for (int k = 0; k < count; k++, at += 3) {
                        float weight = columns.weights[w + k];
                        red += weight * mixed[at];
                        green += weight * mixed[at + 1];
                        blue += weight * mixed[at + 2];
                    }
                    // The weights sum to 1 up to rounding: the results cannot leave 0–255 by a whole unit.
                    result[o++] = (byte) Math.min((int) red, 255);
                    result[o++] = (byte) Math.min((int) green, 255);
                    result[o++] = (byte) Math.min((int) blue, 255);
                } else {
                    float grey = 0.5f;
                    for (int k = 0; k < count; k++) grey += columns.weights[w + k] * mixed[at + k];
                    result[o++] = (byte) Math.min((int) grey, 255);
                }
            }
        }
        return new Picture(window.width(), window.height(), channels, result);
    }

    /// For each output sample of one axis: the inputs that it is made of, and their weights.
    ///
    /// @param width room for the most weights of any sample
    private record Taps(int[] first, int[] count, float[] weights, int width) {

        /// Taps of the output samples [begin, begin + length) of a resize from `n` to `m`.
        static Taps of(int n, int m, int begin, int length) {
            double scale = (double) n / m;
            double radius = Math.max(scale, 1);
            int width = 2 * (int) Math.ceil(radius) + 1;
            var first = new int[length];
            var count = new int[length];
            var weights = new float[length * width];
            var exact = new double[width];
            for (int i = 0; i < length; i++) {
                double centre = (begin + i + 0.5) * scale;
                int from = Math.max((int) Math.floor(centre - radius + 0.5), 0);
                int to = Math.min((int) Math.floor(centre + radius + 0.5), n);
                double sum = 0;
                for (int k = from; k < to; k++) {
                    exact[k - from] = Math.max(1 - Math.abs((k + 0.5 - centre) / radius), 0);
                    sum += exact[k - from];
                }
                for (int k = from; k < to; k++) weights[i * width + k - from] = (float) (exact[k - from] / sum);
                first[i] = from;
                count[i] = to - from;
            }
            return new Taps(first, count, weights, width);
        }

        /// Output row `y`: the weighted sum of input rows.
        void mix(FloatRows input, int y, float[] mixed) {
            for (int k = 0; k < count[y]; k++) {
                float weight = weights[y * width + k];
                float[] row = input.row(first[y] + k);
                if (k == 0) for (int x = 0; x < mixed.length; x++) mixed[x] = weight * row[x];
                else for (int x = 0; x < mixed.length; x++) mixed[x] += weight * row[x];
            }
        }
    }

    /// Rows of bytes as floats, each converted once: the last few are kept in a ring.
    private static final class FloatRows {
        private final byte[] pixels;
        private final int origin;
        private final int stride;
        private final float[][] rows;
        private final int[] held;

        FloatRows(byte[] pixels, int origin, int stride, int span, int kept) {
            this.pixels = pixels;
            this.origin = origin;
            this.stride = stride;
            rows = new float[kept][span];
            held = new int[kept];
            Arrays.fill(held, -1);
        }

        float[] row(int y) {
            int slot = y % rows.length;
            float[] row = rows[slot];
            if (held[slot] != y) {
                held[slot] = y;
                int at = origin + y * stride;
                for (int x = 0; x < row.length; x++) row[x] = pixels[at + x] & 0xff;
            }
            return row;
        }
    }
}
