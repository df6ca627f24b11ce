package dev.thalweg.bench.thalweg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.thalweg.step.MachineSpeed;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Copying more than the caches hold with all threads, as Java does it and as the C library does: what other
/// passes over memory are compared with, by the faster one.
///
/// @param java by [MemorySegment#copyFrom]
/// @param memcpy by the C library, which writes large blocks past the caches
record Copying(Runnable java, Runnable memcpy) {
    private static final long BYTES = 512L << 20;

    static Copying of(int threads, Arena arena) {
        return new Copying(
                MachineSpeed.copying(BYTES, MemorySegment::copyFrom, threads, arena),
                MachineSpeed.copying(BYTES, function(), threads, arena));
    }

    List<Runnable> both() {
        return List.of(java, memcpy);
    }

    /// GB/s of so many copies a second; what is read and what is written both count.
    static double rate(double copies) {
        return 2 * BYTES * copies / 1e9;
    }

    private static MachineSpeed.Copy function() {
        var linker = Linker.nativeLinker();
        var function = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("memcpy"),
                FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        return (to, from) -> {
            try {
                var _ = (MemorySegment) function.invokeExact(to, from, from.byteSize());
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        };
    }
}
