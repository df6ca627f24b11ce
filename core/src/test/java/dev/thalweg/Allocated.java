package dev.thalweg;

/// How many bytes the calling thread allocates. Asked by reflection, since the library's
/// module has no reason to read `jdk.management`.
public final class Allocated {
    private Allocated() {}

    /// Runs `work` until it has been compiled and allocates nothing, several hundred times if need be: whatever it
    /// takes by
    /// then more than asking does is returned, 0 if all is well.
    public static long soonBy(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 2000 && least > 0; round++) {
            long first = bytes(), second = bytes();
            work.run();
            least = Math.max(0, Math.min(least, bytes() - second - (second - first)));
        }
        return least;
    }

    /// So far.
    public static long bytes() {
        try {
            var threads = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(threads);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
