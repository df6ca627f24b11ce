package dev.thalweg.data;

import static java.nio.ByteOrder.nativeOrder;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.I2D;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [Normalizer] with the Vector API: value · slope + offset in float64, rounded to float32.
final class NormalizerSimd {
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;
    private static final int WIDTH = D.length();
    /// A multiple of every possible number of lanes.
    static final int MOST = 64;

    private static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, shape(Integer.SIZE));
    private static final VectorSpecies<Float> F = VectorSpecies.of(float.class, shape(Float.SIZE));
    private static final VectorSpecies<Byte> B = VectorSpecies.of(byte.class, shape(Byte.SIZE));

    private NormalizerSimd() {}

    private static VectorShape shape(int bitsPerLane) {
        return VectorShape.forBitSize(Math.max(64, WIDTH * bitsPerLane));
    }

    /// @param slopes of the sample at a place modulo `channels` times [#MOST]
    /// @return samples done, perhaps not all, but whole pixels
    static int apply(byte[] samples, int channels, double[] slopes, double[] offsets, MemorySegment target, long at) {
        // Loads of bytes may be wider than what is used of them.
        int last = samples.length - Math.max(WIDTH, B.length());
        int i = 0;
        if (channels == 1) {
            var slope = DoubleVector.fromArray(D, slopes, 0);
            var offset = DoubleVector.fromArray(D, offsets, 0);
            for (; i <= last; i += WIDTH) store(samples, i, slope, offset, target, at);
            return i;
        }
        // Three vectors hold whole pixels.
        var slope0 = DoubleVector.fromArray(D, slopes, 0);
        var slope1 = DoubleVector.fromArray(D, slopes, WIDTH);
        var slope2 = DoubleVector.fromArray(D, slopes, 2 * WIDTH);
        var offset0 = DoubleVector.fromArray(D, offsets, 0);
        var offset1 = DoubleVector.fromArray(D, offsets, WIDTH);
        var offset2 = DoubleVector.fromArray(D, offsets, 2 * WIDTH);
        for (last -= 2 * WIDTH; i <= last; i += 3 * WIDTH) {
            store(samples, i, slope0, offset0, target, at);
            store(samples, i + WIDTH, slope1, offset1, target, at);
            store(samples, i + 2 * WIDTH, slope2, offset2, target, at);
        }
        return i;
    }

    private static void store(
            byte[] samples, int i, DoubleVector slope, DoubleVector offset, MemorySegment target, long at) {
        ((DoubleVector) ByteVector.fromArray(B, samples, i)
                        .convertShape(ZERO_EXTEND_B2I, I, 0)
                        .convertShape(I2D, D, 0))
                .fma(slope, offset)
                .convertShape(D2F, F, 0)
                .reinterpretAsFloats()
                .intoMemorySegment(target, at + (long) i * Float.BYTES, nativeOrder());
    }
}
