package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What the rules' loops for the Vector API share. Only reached where `Simd.AVAILABLE`: the class
/// must not be loaded in a JVM without the module.
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /// Elements in one register.
    static final int WIDTH = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    /// Where whole registers from `from` end: `to` less what the scalar loop must finish.
    static long end(long from, long to) {
        return to - Math.floorMod(to - from, (long) WIDTH);
    }

    static FloatVector load(FlatVector vector, long i) {
        return FloatVector.fromMemorySegment(SPECIES, vector.segment(), i * Float.BYTES, ORDER);
    }

    static void store(FloatVector values, FlatVector vector, long i) {
        values.intoMemorySegment(vector.segment(), i * Float.BYTES, ORDER);
    }

    /// [Terms#gradient] for a register of elements, bit for bit.
    static FloatVector gradient(Terms terms, FloatVector g, FloatVector theta) {
        return g.mul(terms.gradientScale)
                .max(-terms.gradientLimit)
                .min(terms.gradientLimit)
                .add(theta.mul(terms.coupledDecay));
    }
}
