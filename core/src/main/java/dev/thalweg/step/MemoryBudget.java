package dev.thalweg.step;

import java.nio.file.Path;

/// How much memory this process may still take: what the system says is available, within the
/// control group's limit (containers).
public final class MemoryBudget {
    private static final Path SYSTEM = Path.of("/proc/meminfo");

    private MemoryBudget() {}

    /// Bytes, or [Long#MAX_VALUE] where the system does not say.
    public static long available() {
        long free = system("MemAvailable:", Long.MAX_VALUE);
        return Math.min(free, ControlGroup.own().memoryLeft().orElse(Long.MAX_VALUE));
    }

    /// Bytes that the process may take at most, or 0 where the system does not say.
    public static long total() {
        long all = system("MemTotal:", 0);
        var limit = ControlGroup.own().memoryLimit();
        return limit.isPresent() && (all == 0 || limit.getAsLong() < all) ? limit.getAsLong() : all;
    }

    private static long system(String key, long otherwise) {
        for (String line : ControlGroup.lines(SYSTEM))
            if (line.startsWith(key)) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        return otherwise;
    }
}
