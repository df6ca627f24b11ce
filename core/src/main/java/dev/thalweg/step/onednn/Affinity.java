package dev.thalweg.step.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/// Which processors a thread may run on: Linux's `sched_setaffinity`.
///
/// While a plan runs, its workers are bound to a processor each. Where another process keeps a
/// processor busy, the system otherwise wakes both of two workers on the free one and leaves them there,
/// and they wait for each other at every kernel's end.
final class Affinity {
    /// Bytes of a set of processors: 1,024 of them, as glibc has it.
    private static final long BYTES = 128;

    private static final boolean PRESENT = System.getProperty("os.name")
                    .toLowerCase(Locale.ROOT)
                    .contains("linux")
            && Linker.nativeLinker().defaultLookup().find("sched_setaffinity").isPresent()
            && !"false".equals(System.getProperty("thalweg.bind"));

    /// Loaded only where they are.
    private static final class Calls {
        static final MethodHandle GET = function("sched_getaffinity");
        static final MethodHandle SET = function("sched_setaffinity");

        private static MethodHandle function(String name) {
            var linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().find(name).orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
        }
    }

    /// Of the calling thread, before it was bound.
    private final MemorySegment own = Arena.ofAuto().allocate(BYTES, 8);

    private final MemorySegment one = Arena.ofAuto().allocate(BYTES, 8);
    private boolean bound;

    /// Notes which processors the calling thread may run on, and says how many; 0 where nobody can tell.
    int read() {
        if (!PRESENT || bound) return 0;
        try {
            if ((int) Calls.GET.invokeExact(0, BYTES, own.address()) < 0) return 0;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        int count = 0;
        for (long at = 0; at < BYTES; at += 8) count += Long.bitCount(own.get(JAVA_LONG, at));
        return count;
    }

    /// Binds the calling thread, which called [#read] before, to the first of its processors.
    void bind() {
        bound = true;
        single(one, 0);
        set(one);
    }

    /// Gives the calling thread back what it had.
    void restore() {
        if (!bound) return;
        bound = false;
        set(own);
    }

    /// Binds the calling thread, another than the one that called [#read], to the n-th processor of that one.
    void bindHelper(int n) {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(BYTES, 8);
            single(mask, n);
            set(mask);
        }
    }

    /// Lets the calling thread, another than the one that called [#read], run where that one may.
    void freeHelper() {
        set(own);
    }

    private void single(MemorySegment mask, int n) {
        mask.fill((byte) 0);
        int left = n;
        for (long at = 0; at < BYTES; at += 8) {
            long word = own.get(JAVA_LONG, at);
            int here = Long.bitCount(word);
            if (left < here) {
                for (; left > 0; left--) word &= word - 1;
                mask.set(JAVA_LONG, at, Long.lowestOneBit(word));
                return;
            }
            left -= here;
        }
    }

    private static void set(MemorySegment mask) {
        try {
            int ignored = (int) Calls.SET.invokeExact(0, BYTES, mask.address());
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }
}
