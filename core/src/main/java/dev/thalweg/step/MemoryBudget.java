package dev.thalweg.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much memory this process may still take: what the system says is available, within the
/// control group's limit (containers).
public final class MemoryBudget {
    private MemoryBudget() {}

    /// Bytes, or [Long#MAX_VALUE] where the system does not say.
    public static long available() {
        long limit = Long.MAX_VALUE;
        for (String line : lines("/proc/meminfo")) if (line.startsWith("MemAvailable:")) limit = number(line) * 1024;
        long groupLimit = first("/sys/fs/cgroup/memory.max");
        long groupUse = first("/sys/fs/cgroup/memory.current");
        if (groupLimit >= 0 && groupUse >= 0) limit = Math.min(limit, groupLimit - groupUse);
        return limit;
    }

    private static long first(String file) {
        var lines = lines(file);
        return lines.isEmpty() || !lines.getFirst().matches("\\d+") ? -1 : Long.parseLong(lines.getFirst());
    }

    private static long number(String line) {
        return Long.parseLong(line.replaceAll("\\D", ""));
    }

    private static java.util.List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return java.util.List.of(); // not Linux, or not allowed
        }
    }
}
