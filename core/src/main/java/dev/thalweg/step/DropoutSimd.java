package dev.thalweg.step;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.XOR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// [DropoutKernel#apply] with the Vector API: the same numbers, bit for bit.
final class DropoutSimd {
    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> S =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, I.length() * Short.SIZE)));
    private static final IntVector LANES = IntVector.zero(I).addIndex(1);

    private DropoutSimd() {}

    static void apply(
            MemorySegment x, MemorySegment y, long from, long to, boolean bf16, DropoutKernel.Mask mask, long key) {
        long i = from;
        int step = F.length();
        if (bf16) {
            for (; i + step <= to; i += step) {
                var bits = ShortVector.fromMemorySegment(S, x, i * 2, LITTLE_ENDIAN)
                        .convertShape(ZERO_EXTEND_S2I, I, 0)
                        .reinterpretAsInts()
                        .lanewise(LSHL, 16);
                var value = bits.reinterpretAsFloats()
                        .mul(factor((int) i, mask, key))
                        .reinterpretAsInts();
                var rounded =
                        value.add(value.lanewise(LSHR, 16).and(1)).add(0x7fff).lanewise(LSHR, 16);
                rounded.convertShape(I2S, S, 0).reinterpretAsShorts().intoMemorySegment(y, i * 2, LITTLE_ENDIAN);
            }
        } else {
            for (; i + step <= to; i += step)
                FloatVector.fromMemorySegment(F, x, i * 4, LITTLE_ENDIAN)
                        .mul(factor((int) i, mask, key))
                        .intoMemorySegment(y, i * 4, LITTLE_ENDIAN);
        }
        DropoutKernel.apply(x, y, i, to, bf16, mask, key);
    }

    private static FloatVector factor(int i, DropoutKernel.Mask mask, long key) {
        var h = LANES.add(i).lanewise(XOR, (int) key);
        h = h.lanewise(XOR, h.lanewise(LSHR, 16)).mul(0x7feb352d);
        h = h.lanewise(XOR, h.lanewise(LSHR, 15)).add((int) (key >>> 32)).mul(0x846ca68b);
        h = h.lanewise(XOR, h.lanewise(LSHR, 16));
        var dropped = h.lanewise(LSHR, 8).compare(LT, mask.threshold());
        return FloatVector.broadcast(F, mask.scale()).blend(0f, dropped.cast(F));
    }
}
