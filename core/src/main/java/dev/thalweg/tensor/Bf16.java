package dev.thalweg.tensor;

import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Numbers in bf16, the upper half of float32: two for each element of a [FlatVector].
///
/// They are rounded up or down at random, with chances as the two neighbours are near, so that the mean of many
/// roundings is the number itself (stochastic rounding; Croci et al., 2022, doi:10.1098/rsos.211631). To the nearest,
/// an
/// average
/// that fades by a thousandth a step would stand still: neighbours are four to eight thousandths apart.
/// Chance is a function of (seed, place) alone.
public final class Bf16 {
    private static final int WEYL = 0x9e3779b9;
    private static final int MIX = 0x85ebca6b;
    private static final int MIX_AGAIN = 0xc2b2ae35;
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int QUIET_NAN = 0x7fc00000;

    private Bf16() {}

    /// Elements of a vector that holds `n` numbers.
    public static long room(long n) {
        return (n + 1) / 2;
    }

    /// Number `i` of `packed`.
    public static float get(FlatVector packed, long i) {
        return Float.intBitsToFloat(packed.segment().get(JAVA_SHORT_UNALIGNED, i * Short.BYTES) << 16);
    }

    /// target[0, count) ← the numbers from `from` on. Does not allocate.
    public static void unpack(FlatVector packed, long from, FlatVector target, long count) {
        packed.requireRange(from / 2, room(from + count));
        target.requireRange(0, count);
        long i = Simd.AVAILABLE ? Wide.unpack(packed, from, target, count) : 0;
        for (; i < count; i++) target.set(i, get(packed, from + i));
    }

    /// The numbers from `from` on ← source[0, count), rounded. Does not allocate.
    public static void pack(FlatVector source, long count, FlatVector packed, long from, int seed) {
        packed.requireRange(from / 2, room(from + count));
        source.requireRange(0, count);
        long i = Simd.AVAILABLE ? Wide.pack(source, count, packed, from, seed) : 0;
        for (; i < count; i++) {
            short rounded = rounded(source.get(i), seed, from + i);
            packed.segment().set(JAVA_SHORT_UNALIGNED, (from + i) * Short.BYTES, rounded);
        }
    }

    /// The magnitude is limited so that a NaN stays one, or becomes infinite.
    private static short rounded(float value, int seed, long place) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = Math.min(bits & MAGNITUDE, QUIET_NAN) + (hash(seed, (int) place) >>> 16);
        return (short) ((magnitude | bits & ~MAGNITUDE) >>> 16);
    }

    /// Murmur's finalizer (Appleby, 2016) over a Weyl sequence.
    private static int hash(int seed, int place) {
        int x = place * WEYL + seed;
        x = (x ^ x >>> 16) * MIX;
        x = (x ^ x >>> 13) * MIX_AGAIN;
        return x ^ x >>> 16;
    }

    private static final class Wide {
        private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
        private static final VectorSpecies<Short> SHORTS =
                VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
        private static final int WIDTH = INTS.length();
        private static final IntVector SEQUENCE =
                IntVector.broadcast(INTS, 0).addIndex(1).mul(WEYL);

        static long unpack(FlatVector packed, long from, FlatVector target, long count) {
            long i = 0;
            for (; i + WIDTH <= count; i += WIDTH) {
                var halves = Lanes.shorts(SHORTS, packed.address() + (from + i) * Short.BYTES);
                var bits = (IntVector) halves.convertShape(VectorOperators.S2I, INTS, 0);
                Lanes.store(bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), target, i);
            }
            return i;
        }

        static long pack(FlatVector source, long count, FlatVector packed, long from, int seed) {
            long i = 0;
            for (; i + WIDTH <= count; i += WIDTH) {
                var x = SEQUENCE.add((int) (from + i) * WEYL + seed);
                x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16))
                        .mul(MIX);
                x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 13))
                        .mul(MIX_AGAIN);
                x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
                var bits = Lanes.load(source, i).reinterpretAsInts();
                var magnitude = bits.and(MAGNITUDE).min(QUIET_NAN).add(x.lanewise(VectorOperators.LSHR, 16));
                var rounded = magnitude.or(bits.and(~MAGNITUDE)).lanewise(VectorOperators.LSHR, 16);
                var halves = (ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0);
                Lanes.store(halves, packed.address() + (from + i) * Short.BYTES);
            }
            return i;
        }
    }
}
