package dev.thalweg.data;

import dev.thalweg.tensor.RandomKey;
import java.io.IOException;
import java.util.Arrays;

/// From example to network input: decodes, fits or crops, shifts, mirrors, cuts out, normalizes. What
/// comes out is a function of the arguments alone; the cache only saves time.
final class Renderer {
    private final Examples examples;
    private final Preprocessing preprocessing;
    private final Variation variation;
    private final RandomKey augmentKey;
    private final RandomKey flipKey;
    private final PictureCache cache;
    private final float[] table;

    Renderer(Examples examples, Preprocessing preprocessing, Variation variation, LoaderOptions options) {
        this.examples = examples;
        this.preprocessing = preprocessing;
        this.variation = variation;
        augmentKey = RandomKey.of(options.seed()).fold("augment");
        flipKey = RandomKey.of(options.seed()).fold("flip");
        cache = new PictureCache(examples.size(), options.cacheBytes());
        table = preprocessing.table();
    }

    /// One thread's working memory.
    ///
    /// @param columns index of the source column, times the number of channels, for each column
    /// @param pixels one example, (height, width, channels)
    record Scratch(int[] columns, float[] pixels) {}

    Scratch scratch() {
        int pixels = preprocessing.width() * preprocessing.height();
        return new Scratch(new int[preprocessing.width()], new float[pixels * preprocessing.channels()]);
    }

    /// Puts example `i` of `epoch` into the scratch memory.
    void render(int i, int epoch, int view, Scratch scratch) throws IOException {
        switch (variation) {
            case Views views -> {
                var v = views.views().get(view);
                write(fitted(i), v.dx(), v.dy(), v.mirror(), scratch);
            }
            case Augmentation augmentation -> augment(augmentation, i, epoch, scratch);
        }
    }

    private void augment(Augmentation augmentation, int i, int epoch, Scratch scratch) throws IOException {
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
            var whole = whole(i);
            var size = preprocessing.size();
            var box = crop.choose(whole.dimensions(), key.fold("crop"));
            picture = Resize.part(whole, box, size, Box.whole(size));
        }
        write(picture, dx, dy, mirror, scratch);
        int side = augmentation.cutout();
        if (side > 0)
            cutOut(
                    key.below(3, preprocessing.width()) - side / 2,
                    key.below(4, preprocessing.height()) - side / 2,
                    side,
                    scratch.pixels());
    }

    private Picture fitted(int i) throws IOException {
        var held = cache.get(i);
        if (held != null) return held;
        var picture = preprocessing.fit(examples.picture(i));
        cache.offer(i, picture);
        return picture;
    }

    private Picture whole(int i) throws IOException {
        var held = cache.get(i);
        if (held != null) return held;
        var picture = examples.picture(i).withChannels(preprocessing.channels());
        cache.offer(i, picture);
        return picture;
    }

    /// Every output pixel is one source pixel, so that shift, mirror and reflection cost no more
    /// than an index for each row and column; normalization is a look-up.
    private void write(Picture picture, int dx, int dy, boolean mirror, Scratch scratch) {
        int width = preprocessing.width();
        int height = preprocessing.height();
        int channels = preprocessing.channels();
        int[] columns = scratch.columns();
        for (int x = 0; x < width; x++) columns[x] = channels * reflect((mirror ? width - 1 - x : x) + dx, width);
        float[] pixels = scratch.pixels();
        byte[] source = picture.pixels();
        float[] table = this.table;
        for (int y = 0, o = 0; y < height; y++) {
            int row = reflect(y + dy, height) * width * channels;
            if (channels == 3) {
                for (int x = 0; x < width; x++, o += 3) {
                    int at = row + columns[x];
                    pixels[o] = table[source[at] & 0xff];
                    pixels[o + 1] = table[256 + (source[at + 1] & 0xff)];
                    pixels[o + 2] = table[512 + (source[at + 2] & 0xff)];
                }
            } else {
                for (int x = 0; x < width; x++, o++) pixels[o] = table[source[row + columns[x]] & 0xff];
            }
        }
    }

    /// Sets a square to the mean, which is 0; what of it lies outside the picture does not matter.
    private void cutOut(int left, int top, int side, float[] pixels) {
        int width = preprocessing.width();
        int channels = preprocessing.channels();
        int from = Math.max(left, 0);
        int to = Math.min(left + side, width);
        int bottom = Math.min(top + side, preprocessing.height());
        for (int y = Math.max(top, 0); y < bottom; y++)
            Arrays.fill(pixels, (y * width + from) * channels, (y * width + to) * channels, 0);
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
