package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.thalweg.picture.Box;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// How any picture becomes the input of one network, in training, at test and in use: number of
/// channels, size, and for each channel (value/255 − mean) / deviation.
///
/// @param channels 1 or 3; other pictures are converted, see [Picture#withChannels]
/// @param height of the network's input in pixels
/// @param width of the network's input in pixels
/// @param mean of each channel, in units of 255 grey levels; read-only
/// @param deviation of each channel, in units of 255 grey levels, above 0; read-only
/// @param centre share of a larger picture's shorter side that the network sees, in (0, 1];
///     0.875 is the custom for photographs, see [#fit]
public record Preprocessing(int channels, int height, int width, float[] mean, float[] deviation, double centre) {
    /// The custom for photographs: shorter side to 256, the 224 × 224 in the middle.
    public static final double PHOTOGRAPHS = 0.875;

    public Preprocessing {
        Require.that(channels == 1 || channels == 3, "Preprocessing.channels must be 1 or 3, got %s", channels);
        Require.that(
                height >= 1 && width >= 1,
                "Preprocessing needs a size of at least 1×1 pixels, got %s×%s",
                height,
                width);
        Require.that(
                (long) height * width <= ImageDecoder.MOST_PIXELS,
                "Preprocessing takes at most %,d pixels, got %,d×%,d",
                ImageDecoder.MOST_PIXELS,
                height,
                width);
        Require.that(
                mean.length == channels && deviation.length == channels,
                "Preprocessing needs %s means and deviations, got %s and %s",
                channels,
                mean.length,
                deviation.length);
        for (float d : deviation) Require.that(d > 0, "Preprocessing.deviation must be > 0, got %s", d);
        for (float m : mean) Require.that(Float.isFinite(m), "Preprocessing.mean must be finite, got %s", m);
        Require.that(0 < centre && centre <= 1, "Preprocessing.centre must be in (0, 1], got %s", centre);
        mean = mean.clone();
        deviation = deviation.clone();
    }

    /// With the margin that is the custom for photographs.
    public Preprocessing(int channels, int height, int width, float[] mean, float[] deviation) {
        this(channels, height, width, mean, deviation, PHOTOGRAPHS);
    }

    /// Values scaled to 0–1, no more.
    public static Preprocessing plain(int channels, int height, int width) {
        var ones = new float[channels];
        Arrays.fill(ones, 1);
        return new Preprocessing(channels, height, width, new float[channels], ones);
    }

    /// Mean and deviation over all pixels of the pictures, fitted to the size. At most `atMost`
    /// examples are read, evenly spread over the list; the result does not depend on threads or
    /// order, being computed from exact counts of the 256 values. A channel without any contrast
    /// gets deviation 1.
    public static Preprocessing measure(Examples examples, int channels, int height, int width, int atMost)
            throws IOException {
        return plain(channels, height, width).measured(examples, atMost);
    }

    /// This preprocessing with mean and deviation as [#measure] finds them.
    public Preprocessing measured(Examples examples, int atMost) throws IOException {
        Require.that(examples.size() >= 1, "the mean of no examples is not defined");
        Require.that(atMost >= 1, "at least one example must be measured, got %s", atMost);
        int n = Math.min(atMost, examples.size());
        var counts = new long[channels][256];
        for (int k = 0; k < n; k++) {
            int i = (int) ((long) k * examples.size() / n);
            Picture picture;
            try {
                picture = fit(examples.toDecode(i));
            } catch (IOException | RuntimeException e) {
                throw new UnreadablePicture(examples, i, e);
            }
            byte[] pixels = picture.pixels();
            for (int c = 0; c < channels; c++) {
                var count = counts[c];
                for (int p = c; p < pixels.length; p += channels) count[pixels[p] & 0xff]++;
            }
        }
        double pixels = (double) n * height * width;
        var mean = new float[channels];
        var deviation = new float[channels];
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int v = 0; v < 256; v++) sum += (double) counts[c][v] * v;
            double average = sum / pixels;
            double squares = 0;
            for (int v = 0; v < 256; v++) squares += counts[c][v] * (v - average) * (v - average);
            mean[c] = (float) (average / 255);
            deviation[c] = squares == 0 ? 1 : (float) (Math.sqrt(squares / pixels) / 255);
        }
        return new Preprocessing(channels, height, width, mean, deviation, centre);
    }

    /// The shape of the network's input, (channels, height, width).
    public Shape shape() {
        return Shape.of(channels, height, width);
    }

    public Dimensions size() {
        return new Dimensions(width, height);
    }

    /// `picture` with the network's number of channels and size:
    ///
    /// - a picture of exactly that size is left as it is;
    /// - one with a side shorter than that is enlarged until it covers the size, and the middle is
    ///   taken, without any further margin;
    /// - any other is resized until it covers round(size / [#centre]), and the middle is taken.
    ///
    /// The side that is not decisive is rounded down. See [Resize] for the filter.
    public Picture fit(Picture picture) {
        var whole = picture.dimensions();
        var size = size();
        var source = picture.withChannels(channels);
        if (whole.equals(size)) return source;
        var covering = covering(whole);
        return Resize.part(source, Box.whole(whole), covering, Box.centre(size, covering));
    }

    /// The same of a picture not decoded yet: of a large one, only as much is decoded as is needed, see
    /// [EncodedPicture#decode], which changes the result by a fraction of a level.
    public Picture fit(EncodedPicture encoded) throws IOException {
        var whole = encoded.dimensions();
        var size = size();
        if (whole.equals(size)) return encoded.decode(1).withChannels(channels);
        var covering = covering(whole);
        return encoded.resized(Box.whole(whole), covering, Box.centre(size, covering), channels);
    }

    private Dimensions covering(Dimensions source) {
        double share = source.width() < width || source.height() < height ? 1 : centre;
        int w = (int) Math.round(width / share);
        int h = (int) Math.round(height / share);
        return (long) w * source.height() >= (long) h * source.width()
                ? new Dimensions(w, (int) ((long) w * source.height() / source.width()))
                : new Dimensions((int) ((long) h * source.width() / source.height()), h);
    }

    /// The picture that became the numbers from element `at` of `images` on: normalization undone, rounded
    /// to the nearest of the 256 values.
    public Picture picture(MemorySegment images, long at) {
        var pixels = new byte[height * width * channels];
        for (int k = 0; k < pixels.length; k++) {
            int c = k % channels;
            float value = images.getAtIndex(JAVA_FLOAT, at + k);
            pixels[k] = (byte) Math.clamp(Math.round(255 * (value * deviation[c] + mean[c])), 0, 255);
        }
        return new Picture(width, height, channels, pixels);
    }

    /// What value `v` of channel `c` becomes, at index 256 · c + v.
    float[] table() {
        var table = new float[256 * channels];
        for (int c = 0; c < channels; c++)
            for (int v = 0; v < 256; v++) table[256 * c + v] = (float) ((v / 255.0 - mean[c]) / deviation[c]);
        return table;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Preprocessing that
                && channels == that.channels
                && height == that.height
                && width == that.width
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(deviation, that.deviation)
                && centre == that.centre;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mean) + 31 * (Arrays.hashCode(deviation) + 31 * (height + 31 * width));
    }

    @Override
    public String toString() {
        return "%s×%s×%s, mean %s, deviation %s, centre %s"
                .formatted(channels, height, width, Arrays.toString(mean), Arrays.toString(deviation), centre);
    }
}
