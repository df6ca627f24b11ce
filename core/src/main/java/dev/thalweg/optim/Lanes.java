package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What the rules' loops for the Vector API share. Each of these is small: what is compiled by itself to more
/// than a few kilobytes is not inlined any more, and a register that is handed over becomes an object. Only reached
/// where `Simd.AVAILABLE`: the class
/// must not be loaded in a JVM without the module.
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /// Elements in one register.
    static final int WIDTH = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// All memory. Of a constant the JIT compiler knows the class, the bounds and that it is never closed, so that
    /// nothing is left to check at each access, and little to inline.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Lanes() {}

    static FloatVector load(FlatVector vector, long i) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, vector.address() + i * Float.BYTES, ORDER);
    }

    static void store(FloatVector values, FlatVector vector, long i) {
        values.intoMemorySegment(ALL, vector.address() + i * Float.BYTES, ORDER);
    }

    /// slot ← keep · slot + fresh · x, which is also returned.
    static FloatVector fade(FlatVector slot, long i, float keep, FloatVector x, float fresh) {
        var mixed = load(slot, i).mul(keep).add(x.mul(fresh));
        store(mixed, slot, i);
        return mixed;
    }

    /// slot ← slot + fresh · (x − slot), an average that fades, which is also returned.
    static FloatVector average(FlatVector slot, long i, FloatVector x, float fresh) {
        var old = load(slot, i);
        var mixed = x.sub(old).mul(fresh).add(old);
        store(mixed, slot, i);
        return mixed;
    }

    /// −1, 0 or 1.
    static FloatVector sign(FloatVector x) {
        var zero = FloatVector.zero(SPECIES);
        return zero.blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    }
}
