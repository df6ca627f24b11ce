package dev.thalweg.data;

import dev.thalweg.picture.Box;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import dev.thalweg.tensor.RandomKey;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// From example to network input: decodes, fits or crops, shifts, mirrors, cuts out, normalizes. What
/// comes out is a function of the arguments alone; the cache only saves time.
final class Renderer {
    private final Examples examples;
    private final Preprocessing preprocessing;
    private final Variation variation;
    private final RandomKey augmentKey;
    private final RandomKey flipKey;
    private final PictureCache cache;
    private final Normalizer normalizer;

    Renderer(Examples examples, Preprocessing preprocessing, Variation variation, LoaderOptions options) {
        this.examples = examples;
        this.preprocessing = preprocessing;
        this.variation = variation;
        augmentKey = RandomKey.of(options.seed()).fold("augment");
        flipKey = RandomKey.of(options.seed()).fold("flip");
        cache = plan(options.cacheBytes()).fits()
                ? new PictureCache(examples.size(), options.cacheBytes())
                : PictureCache.none();
        normalizer = new Normalizer(preprocessing);
    }

    private CachePlan plan(long budget) {
        try {
            return CachePlan.of(examples, preprocessing, variation, budget);
        } catch (IOException e) {
            // Whoever reads the example will say what is wrong with it.
            return new CachePlan(0, 0);
        }
    }

    /// float32 numbers of one example, (height, width, channels).
    int floats() {
        return preprocessing.width() * preprocessing.height() * preprocessing.channels();
    }

    /// One thread's working memory.
    ///
    /// @param samples of one example, moved and mirrored
    record Scratch(byte[] samples) {}

    Scratch scratch() {
        return new Scratch(new byte[floats()]);
    }

    /// Puts example `i` of `epoch` at byte `at` of `target`.
    void render(int i, int epoch, int view, Scratch scratch, MemorySegment target, long at) throws IOException {
        switch (variation) {
            case Views views -> {
                var v = views.views().get(view);
                write(fitted(i), v.dx(), v.dy(), v.mirror(), scratch, target, at);
            }
            case Augmentation augmentation -> augment(augmentation, i, epoch, scratch, target, at);
        }
    }

    private void augment(Augmentation augmentation, int i, int epoch, Scratch scratch, MemorySegment target, long at)
            throws IOException {
        var key = augmentKey.fold(epoch).fold(i);
        int p = augmentation.cropPadding();
        int dx = p == 0 ? 0 : key.below(0, 2 * p + 1) - p;
        int dy = p == 0 ? 0 : key.below(1, 2 * p + 1) - p;
        boolean mirror = switch (augmentation.flip()) {
            case NONE -> false;
            case RANDOM -> key.at(2) < 0;
            case ALTERNATING -> flipKey.at(i) < 0 ^ (epoch & 1) == 1;
        };
        var crop = augmentation.resizedCrop();
        Picture picture;
        if (crop == null) {
            picture = fitted(i);
        } else {
            var encoded = encoded(i);
            var size = preprocessing.size();
            var box = crop.choose(encoded.dimensions(), key.fold("crop"));
            picture = encoded.resized(box, size, Box.whole(size), preprocessing.channels());
        }
        write(picture, dx, dy, mirror, scratch, target, at);
        int side = augmentation.cutout();
        if (side > 0)
            cutOut(
                    key.below(3, preprocessing.width()) - side / 2,
                    key.below(4, preprocessing.height()) - side / 2,
                    side,
                    target,
                    at);
    }

    private Picture fitted(int i) throws IOException {
        var held = cache.get(i);
        if (held != null) return held;
        var picture = preprocessing.fit(examples.toDecode(i));
        cache.offer(i, picture);
        return picture;
    }

    /// Whole pictures are kept unless a crop may want them reduced: which of the two it gets may not
    /// depend on the cache.
    private EncodedPicture encoded(int i) throws IOException {
        var held = cache.get(i);
        if (held != null) return EncodedPicture.of(held);
        var encoded = examples.toDecode(i);
        var whole = encoded.dimensions();
        if (!cache.keeps() || encoded.reducible() && Resize.reduction(Box.whole(whole), preprocessing.size()) > 1)
            return encoded;
        var picture = encoded.decode(1).withChannels(preprocessing.channels());
        cache.offer(i, picture);
        return EncodedPicture.of(picture);
    }

    /// Every output pixel is one source pixel: what is not taken as it is, is put together in the scratch
    /// memory row by row, and then normalized.
    private void write(
            Picture picture, int dx, int dy, boolean mirror, Scratch scratch, MemorySegment target, long at) {
        byte[] samples = picture.pixels();
        if (dx != 0 || dy != 0 || mirror) {
            samples = scratch.samples();
            int height = preprocessing.height();
            int line = preprocessing.width() * preprocessing.channels();
            for (int y = 0; y < height; y++)
                shift(picture.pixels(), reflect(y + dy, height) * line, dx, mirror, samples, y * line);
        }
        normalizer.apply(samples, target, at);
    }

    /// A row whose pixel x is pixel x + dx of the source, or width − 1 − x + dx if mirrored, with
    /// reflected ends.
    private void shift(byte[] source, int from, int dx, boolean mirror, byte[] rows, int row) {
        int width = preprocessing.width();
        int channels = preprocessing.channels();
        // What lies within the source's row is a run of pixels in one direction.
        int begin = Math.clamp(-dx, 0, width);
        int end = Math.clamp(width - dx, begin, width);
        int to = row + (mirror ? width - end : begin) * channels;
        int at = from + (begin + dx) * channels;
        if (begin < end) { // shifted by less than its width
            if (mirror) reversed(source, at, end - begin, channels, rows, to);
            else System.arraycopy(source, at, rows, to, (end - begin) * channels);
        }
        for (int u = 0; u < width; u++) {
            if (u == begin) u = end;
            if (u == width) break;
            int x = mirror ? width - 1 - u : u;
            for (int c = 0; c < channels; c++)
                rows[row + x * channels + c] = source[from + reflect(u + dx, width) * channels + c];
        }
    }

    private static void reversed(byte[] source, int from, int pixels, int channels, byte[] row, int to) {
        int at = from + (pixels - 1) * channels;
        if (channels == 3) {
            for (int i = 0; i < pixels; i++, at -= 3, to += 3) {
                row[to] = source[at];
                row[to + 1] = source[at + 1];
                row[to + 2] = source[at + 2];
            }
        } else {
            for (int i = 0; i < pixels; i++) row[to + i] = source[at - i];
        }
    }

    /// Sets a square to the mean, which is 0; what of it lies outside the picture does not matter.
    private void cutOut(int left, int top, int side, MemorySegment target, long at) {
        int width = preprocessing.width();
        long pixel = (long) preprocessing.channels() * Float.BYTES;
        int from = Math.max(left, 0);
        int to = Math.min(left + side, width);
        int bottom = Math.min(top + side, preprocessing.height());
        for (int y = Math.max(top, 0); y < bottom; y++)
            target.asSlice(at + ((long) y * width + from) * pixel, (to - from) * pixel)
                    .fill((byte) 0);
    }

    /// Index `i` folded back into 0 … n − 1 at mirrors on the first and the last element, as often
    /// as need be: −1 becomes 1, n becomes n − 2.
    static int reflect(int i, int n) {
        if (0 <= i && i < n) return i;
        if (n == 1) return 0;
        int period = 2 * (n - 1);
        int folded = Math.floorMod(i, period);
        return folded < n ? folded : period - folded;
    }
}
