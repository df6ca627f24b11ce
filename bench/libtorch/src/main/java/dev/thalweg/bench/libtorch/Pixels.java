package dev.thalweg.bench.libtorch;

import dev.thalweg.data.Examples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;

/// All pictures of one part of a data set, decoded; square, of one size.
///
/// @param bytes (picture, height, width, channels)
record Pixels(int count, int side, int channels, byte[] bytes, long[] labels) {

    /// At most `limit` examples, evenly spread over the list.
    static Pixels of(Examples examples, int limit) throws IOException {
        var first = examples.picture(0);
        int count = Math.min(limit, examples.size());
        int size = first.pixels().length;
        var bytes = new byte[Math.multiplyExact(count, size)];
        var labels = new long[count];
        IntStream.range(0, count).parallel().forEach(k -> {
            int i = (int) ((long) k * examples.size() / count);
            try {
                var picture = examples.picture(i).withChannels(first.channels());
                if (picture.width() != first.width() || picture.height() != first.width())
                    throw new IllegalArgumentException("expected %d×%d pixels, found %s in %s"
                            .formatted(first.width(), first.width(), picture, examples.name(i)));
                System.arraycopy(picture.pixels(), 0, bytes, k * size, size);
                labels[k] = examples.label(i);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new Pixels(count, first.width(), first.channels(), bytes, labels);
    }

    /// Values of one picture: side² pixels of so many channels.
    int size() {
        return side * side * channels;
    }

    /// What each byte becomes in each channel, `[channel][byte]`: less the mean, divided by the
    /// deviation, of these pictures.
    float[][] normalization() {
        var counts = new long[channels][256];
        for (int i = 0; i < bytes.length; i++) counts[i % channels][bytes[i] & 0xff]++;
        var table = new float[channels][256];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            for (int v = 0; v < 256; v++) {
                sum += counts[c][v] * (v / 255.0);
                squares += counts[c][v] * (v / 255.0) * (v / 255.0);
            }
            double n = bytes.length / (double) channels;
            double mean = sum / n;
            double deviation = Math.sqrt(squares / n - mean * mean);
            for (int v = 0; v < 256; v++) table[c][v] = (float) ((v / 255.0 - mean) / deviation);
        }
        return table;
    }

    /// Writes picture `i` at place `at` of a batch (place, height, width, channels), shifted by
    /// (dy, dx) with reflected borders, and mirrored if so wished.
    void render(int i, float[][] table, int dy, int dx, boolean mirrored, float[] batch, int at) {
        int out = at * size();
        for (int y = 0; y < side; y++) {
            int row = i * size() + reflected(y + dy) * side * channels;
            for (int x = 0; x < side; x++) {
                int in = row + reflected((mirrored ? side - 1 - x : x) + dx) * channels;
                for (int c = 0; c < channels; c++) batch[out++] = table[c][bytes[in + c] & 0xff];
            }
        }
    }

    private int reflected(int at) {
        if (at < 0) return -at;
        return at < side ? at : 2 * side - 2 - at;
    }
}
