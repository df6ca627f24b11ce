package dev.thalweg;

/// How many bytes the calling thread has allocated so far. Asked by reflection, since the library's
/// module has no reason to read `jdk.management`.
public final class Allocated {
    private Allocated() {}

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
