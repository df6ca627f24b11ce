package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.thalweg.tensor.Simd;
import java.lang.foreign.MemorySegment;

/// From samples to network input: (value/255 − mean) / deviation of the sample's channel, computed in
/// float64 and rounded to float32. There are but 256 values for each channel, so that the definition is a
/// table; the Vector API does without look-ups, see [NormalizerSimd].
final class Normalizer {
    private final int channels;
    private final float[] table;
    private final boolean wide;
    /// Of the sample at a place modulo the arrays' length.
    private final double[] slopes;

    private final double[] offsets;

    Normalizer(Preprocessing preprocessing) {
        channels = preprocessing.channels();
        table = preprocessing.table();
        slopes = new double[channels * NormalizerSimd.MOST];
        offsets = new double[slopes.length];
        float[] mean = preprocessing.mean();
        float[] deviation = preprocessing.deviation();
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = 1 / (255.0 * deviation[i % channels]);
            offsets[i] = -(double) mean[i % channels] / deviation[i % channels];
        }
        wide = Simd.AVAILABLE && isLine();
    }

    /// Whether v · slope + offset, in float64 and rounded once to float32, is the table's value for each
    /// v: as good as always, for it would take a value within 2⁻²⁹ of the middle between two floats.
    private boolean isLine() {
        for (int c = 0; c < channels; c++)
            for (int v = 0; v < 256; v++)
                if ((float) Math.fma(v, slopes[c], offsets[c]) != table[256 * c + v]) return false;
        return true;
    }

    /// Normalizes the samples of one picture.
    ///
    /// @param at in bytes, within `target`
    void apply(byte[] samples, MemorySegment target, long at) {
        int done = wide ? NormalizerSimd.apply(samples, channels, slopes, offsets, target, at) : 0;
        plain(samples, done, target, at);
    }

    /// The samples from `begin` on, a whole pixel, by look-up.
    void plain(byte[] samples, int begin, MemorySegment target, long at) {
        if (channels == 3) {
            for (int i = begin; i < samples.length; i += 3) {
                long to = at + (long) i * Float.BYTES;
                target.set(JAVA_FLOAT, to, table[samples[i] & 0xff]);
                target.set(JAVA_FLOAT, to + Float.BYTES, table[256 + (samples[i + 1] & 0xff)]);
                target.set(JAVA_FLOAT, to + 2 * Float.BYTES, table[512 + (samples[i + 2] & 0xff)]);
            }
        } else {
            for (int i = begin; i < samples.length; i++)
                target.set(JAVA_FLOAT, at + (long) i * Float.BYTES, table[samples[i] & 0xff]);
        }
    }
}
