package dev.thalweg.picture;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Simd;

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
///
/// Of a picture that was reduced while it was decoded (see [#reduction]), the box is taken between
/// its pixels: n is then no whole number, and c counts from the box's edge.
public final class Resize {
    /// How many pixels a picture that is decoded at a fraction of its size keeps at least, along each
    /// side, for each pixel wanted.
    static final double LEAST_KEPT = 2;

    private Resize() {}

    /// The whole of `picture` at another size.
    public static Picture to(Picture picture, Dimensions size) {
        return part(picture, Box.whole(picture.dimensions()), size, Box.whole(size));
    }

    /// What one would get by cutting `from` out of `picture`, resizing that to `size`, and cutting
    /// `window` out of the result; only the window is computed.
    public static Picture part(Picture picture, Box from, Dimensions size, Box window) {
        return part(picture, picture.dimensions(), from, size, window);
    }

    /// The same of a picture of which only a reduced form is at hand.
    ///
    /// @param whole its size; `from` counts its pixels
    static Picture part(Picture reduced, Dimensions whole, Box from, Dimensions size, Box window) {
        return part(reduced.pixels(), reduced.dimensions(), reduced.channels(), whole, from, size, window);
    }

    /// The same of pixels in memory that may be longer than they are.
    static Picture part(
            byte[] pixels, Dimensions reduced, int channels, Dimensions whole, Box from, Dimensions size, Box window) {
        Require.that(from.liesIn(whole), "the box %s lies outside a picture of %s", from, whole);
        Require.that(window.liesIn(size), "the window %s lies outside a result of %s", window, size);
        int reduction = reductionOf(reduced, whole);
        var columns =
                Taps.of(from.x(), from.width(), reduction, reduced.width(), size.width(), window.x(), window.width());
        var rows = Taps.of(
                from.y(), from.height(), reduction, reduced.height(), size.height(), window.y(), window.height());

        // Only the columns that the window needs are filtered vertically.
        int left = columns.first[0];
        int right = left;
        for (int i = 0; i < window.width(); i++) right = Math.max(right, columns.first[i] + columns.count[i]);
        int stride = reduced.width() * channels;
        int line = window.width() * channels;

        var result = new byte[window.height() * line];
        int span = (right - left) * channels;
        // Room for vectors that begin at the last pixel, and for taps of weight 0 beyond it.
        var mixed = new float[span + columns.most * channels + ResizeSimd.PIXEL];
        var filtered = new float[line + ResizeSimd.PIXEL];
        for (int y = 0; y < window.height(); y++) {
            int at = rows.first[y] * stride + left * channels;
            if (Simd.AVAILABLE) {
                ResizeSimd.mixRows(rows, y, pixels, at, stride, mixed, span);
                if (channels == 3) ResizeSimd.mixColours(columns, left, mixed, filtered);
                else mixGreys(columns, left, mixed, filtered);
                ResizeSimd.round(filtered, line, result, y * line);
            } else {
                mixRows(rows, y, pixels, at, stride, mixed, 0, span);
                if (channels == 3) mixColours(columns, left, mixed, filtered);
                else mixGreys(columns, left, mixed, filtered);
                round(filtered, 0, line, result, y * line);
            }
        }
        return new Picture(window.width(), window.height(), channels, result);
    }

    /// The most by which a picture may be reduced while it is decoded, so that `from` is then resized to
    /// `size`: the greatest of 8, 4 and 2 at which the box keeps [#LEAST_KEPT] pixels for each one
    /// wanted along both sides, else 1.
    ///
    /// The decoder's own reduction is not quite this filter. On 120 photographs, at two pixels kept for
    /// each one wanted, the result differs from that of the whole picture by 0.5 (a half) to 0.8 (an
    /// eighth) of 255 levels on average; at one pixel kept by 1.7 to 2.2.
    public static int reduction(Box from, Dimensions size) {
        int reduction = EncodedPicture.MOST;
        while (reduction > 1
                && (from.width() < LEAST_KEPT * reduction * size.width()
                        || from.height() < LEAST_KEPT * reduction * size.height())) reduction /= 2;
        return reduction;
    }

    private static int reductionOf(Dimensions reduced, Dimensions whole) {
        for (int reduction = 1; reduction <= EncodedPicture.MOST; reduction *= 2)
            if (reduced.width() == Math.ceilDiv(whole.width(), reduction)
                    && reduced.height() == Math.ceilDiv(whole.height(), reduction)) return reduction;
        throw new IllegalArgumentException("a picture of %s is no reduced form of one of %s".formatted(reduced, whole));
    }

    // One sample at a time: the documentation, the test's oracle, and the form without the Vector API.

    /// Output row `y`, of samples [begin, end) of a row: the weighted sum of input rows, the first of
    /// which begins at `at`.
    static void mixRows(Taps rows, int y, byte[] pixels, int at, int stride, float[] mixed, int begin, int end) {
        int w = y * rows.width;
        int count = rows.count[y];
        for (int x = begin; x < end; x++) {
            float sum = rows.weights[w] * (pixels[at + x] & 0xff);
            for (int k = 1; k < count; k++) sum += rows.weights[w + k] * (pixels[at + k * stride + x] & 0xff);
            mixed[x] = sum;
        }
    }

    /// The weighted sums of a row's pixels, plus ½. `mixed` begins at pixel `left`.
    static void mixColours(Taps columns, int left, float[] mixed, float[] filtered) {
        for (int x = 0, o = 0; x < columns.count.length; x++) {
            int at = (columns.first[x] - left) * 3;
            int w = x * columns.width;
            float red = 0.5f, green = 0.5f, blue = 0.5f;
            for (int k = 0; k < columns.count[x]; k++, at += 3) {
                float weight = columns.weights[w + k];
                red += weight * mixed[at];
                green += weight * mixed[at + 1];
                blue += weight * mixed[at + 2];
            }
            filtered[o++] = red;
            filtered[o++] = green;
            filtered[o++] = blue;
        }
    }

    static void mixGreys(Taps columns, int left, float[] mixed, float[] filtered) {
        for (int x = 0; x < columns.count.length; x++) {
            int at = columns.first[x] - left;
            int w = x * columns.width;
            float grey = 0.5f;
            for (int k = 0; k < columns.count[x]; k++) grey += columns.weights[w + k] * mixed[at + k];
            filtered[x] = grey;
        }
    }

    /// Samples [begin, end), the fraction dropped. The weights sum to 1 up to rounding: results cannot
    /// leave 0–255 by a whole unit.
    static void round(float[] filtered, int begin, int end, byte[] result, int at) {
        for (int i = begin; i < end; i++) result[at + i] = (byte) Math.min((int) filtered[i], 255);
    }

    /// For each output sample of one axis: the inputs that it is made of, and their weights.
    ///
    /// @param weights `width` for each sample, 0 beyond its count
    /// @param most the greatest of the counts
    record Taps(int[] first, int[] count, float[] weights, int width, int most) {

        /// Taps of the output samples [begin, begin + length) of a resize to `m` samples, from the `n`
        /// samples from `edge` on of a row of which every `reduction` are one input.
        ///
        /// @param inputs that there are
        static Taps of(int edge, int n, int reduction, int inputs, int m, int begin, int length) {
            int lowest = edge / reduction;
            int there = Math.min(Math.ceilDiv(edge + n, reduction), inputs) - lowest;
            // Counted from the lowest input; 0 unless reduced.
            double start = (double) edge / reduction - lowest;
            double scale = (double) n / reduction / m;
            double radius = Math.max(scale, 1);
            int width = 2 * (int) Math.ceil(radius) + 1;
            var first = new int[length];
            var count = new int[length];
            var weights = new float[length * width];
            var exact = new double[width];
            int most = 0;
            for (int i = 0; i < length; i++) {
                double centre = start + (begin + i + 0.5) * scale;
                int from = Math.max((int) Math.floor(centre - radius + 0.5), 0);
                int to = Math.min((int) Math.floor(centre + radius + 0.5), there);
                double sum = 0;
                for (int k = from; k < to; k++) {
                    exact[k - from] = Math.max(1 - Math.abs((k + 0.5 - centre) / radius), 0);
                    sum += exact[k - from];
                }
                for (int k = from; k < to; k++) weights[i * width + k - from] = (float) (exact[k - from] / sum);
                first[i] = lowest + from;
                count[i] = to - from;
                most = Math.max(most, to - from);
            }
            return new Taps(first, count, weights, width, most);
        }
    }
}
