package dev.thalweg.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What loops over registers share. Only reached where `Simd.AVAILABLE`: the class must not be loaded in a JVM
/// without the module.
///
/// Nothing here looks whether an element is there: whoever loops makes sure of the range first
/// ([FlatVector#requireRange]).
///
/// Loops must be short. The JIT compiler counts what it has inlined and stops at some size, and a register that is
/// handed to a method that was not inlined becomes an object.
public final class Lanes {
    public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /// Elements in one register.
    public static final int WIDTH = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /// Of sums in float64, of half as many elements. `convertShape` brings a register there, half after half; that
    /// is written out at each sum, since a method around it is long once it is compiled, and then not inlined.
    public static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;

    private static final ThreadLocal<double[]> ROOM = ThreadLocal.withInitial(() -> new double[DOUBLES.length()]);

    /// All memory. Of a constant the JIT compiler knows the class, the bounds and that it is never closed, so that
    /// nothing is left to check at each access, and little to inline.
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Lanes() {}

    /// The elements from `i` on.
    public static FloatVector load(FlatVector vector, long i) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, vector.address() + i * Float.BYTES, ORDER);
    }

    /// Puts `values` where the elements from `i` on are.
    public static void store(FloatVector values, FlatVector vector, long i) {
        values.intoMemorySegment(ALL, vector.address() + i * Float.BYTES, ORDER);
    }

    /// The numbers of 16 bits at an address.
    static ShortVector shorts(VectorSpecies<Short> species, long address) {
        return ShortVector.fromMemorySegment(species, ALL, address, ORDER);
    }

    /// Puts numbers of 16 bits at an address.
    static void store(ShortVector values, long address) {
        values.intoMemorySegment(ALL, address, ORDER);
    }

    /// slot ← keep · slot + fresh · x, which is also returned.
    public static FloatVector fade(FlatVector slot, long i, float keep, FloatVector x, float fresh) {
        var mixed = load(slot, i).mul(keep).add(x.mul(fresh));
        store(mixed, slot, i);
        return mixed;
    }

    /// slot ← slot + fresh · (x − slot), an average that fades, which is also returned.
    public static FloatVector average(FlatVector slot, long i, FloatVector x, float fresh) {
        var old = load(slot, i);
        var mixed = x.sub(old).mul(fresh).add(old);
        store(mixed, slot, i);
        return mixed;
    }

    /// −1, 0 or 1.
    public static FloatVector sign(FloatVector x) {
        var zero = FloatVector.zero(SPECIES);
        return zero.blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    }

    /// A sum in float64 that is 0 so far, one for each lane.
    public static DoubleVector zeros() {
        return DoubleVector.zero(DOUBLES);
    }

    /// Room for a register in float64, the calling thread's own. Does not allocate but once for each thread.
    public static double[] room() {
        return ROOM.get();
    }

    /// The sum of what was put into [#room], in the order of the lanes. `reduceLanes` adds them in one order while it
    /// is interpreted and in another once it is compiled; and to a method that is called as rarely as this one, a
    /// register would be handed as an object.
    public static double sum(double[] room) {
        double sum = 0;
        for (double lane : room) sum += lane;
        return sum;
    }
}
