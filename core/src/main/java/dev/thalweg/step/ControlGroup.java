package dev.thalweg.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The limits that Linux's control groups set to this process: containers, batch systems, systemd. The
/// tightest of the process's own group and those above it counts, in either version of the interface
/// (Linux's Documentation/admin-guide/cgroup-v2.rst, and cgroup-v1).
public final class ControlGroup {
    /// Version 1 says "no limit" with a number of pages near 2⁶³.
    private static final long UNLIMITED = 1L << 60;

    private final Path root;
    private final List<String> membership;

    private ControlGroup(Path root, List<String> membership) {
        this.root = root;
        this.membership = membership;
    }

    /// Of this process.
    public static ControlGroup own() {
        return at(Path.of("/sys/fs/cgroup"), lines(Path.of("/proc/self/cgroup")));
    }

    /// @param root where the groups are mounted
    /// @param membership the lines of the process's `/proc/self/cgroup`
    static ControlGroup at(Path root, List<String> membership) {
        return new ControlGroup(root, List.copyOf(membership));
    }

    /// 2, 1, or 0 where there are none.
    public int version() {
        if (Files.exists(root.resolve("cgroup.controllers"))) return 2;
        return Files.isDirectory(root.resolve("memory")) || Files.isDirectory(root.resolve("cpu")) ? 1 : 0;
    }

    /// Bytes that the group may take at most, where there is a limit.
    public OptionalLong memoryLimit() {
        long least = UNLIMITED;
        for (Path folder : folders("memory"))
            least = Math.min(least, number(folder, version() == 2 ? "memory.max" : "memory.limit_in_bytes", UNLIMITED));
        return least == UNLIMITED ? OptionalLong.empty() : OptionalLong.of(least);
    }

    /// Bytes that may still be taken under the tightest limit, where there is one. File pages that the
    /// system would drop first are counted as free.
    public OptionalLong memoryLeft() {
        long least = Long.MAX_VALUE;
        boolean two = version() == 2;
        for (Path folder : folders("memory")) {
            long limit = number(folder, two ? "memory.max" : "memory.limit_in_bytes", UNLIMITED);
            long used = number(folder, two ? "memory.current" : "memory.usage_in_bytes", -1);
            if (limit >= UNLIMITED || used < 0) continue;
            long droppable = statistic(folder, two ? "inactive_file" : "total_inactive_file");
            least = Math.min(least, Math.max(0, limit - Math.max(0, used - droppable)));
        }
        return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
    }

    /// Processors' worth of time that the group may use, where there is a limit: 1.5 is one and a half.
    public OptionalDouble processors() {
        double least = Double.POSITIVE_INFINITY;
        for (Path folder : folders("cpu")) {
            if (version() == 2) {
                var words = first(folder.resolve("cpu.max")).split(" ");
                if (words.length == 2 && words[0].matches("\\d+"))
                    least = Math.min(least, Double.parseDouble(words[0]) / Double.parseDouble(words[1]));
            } else {
                long quota = number(folder, "cpu.cfs_quota_us", -1);
                long period = number(folder, "cpu.cfs_period_us", -1);
                if (quota > 0 && period > 0) least = Math.min(least, (double) quota / period);
            }
        }
        return least == Double.POSITIVE_INFINITY ? OptionalDouble.empty() : OptionalDouble.of(least);
    }

    /// The process's folder for a controller, those above it, and the root, which in a container is the
    /// process's own whatever `/proc` says.
    private List<Path> folders(String controller) {
        Path mount = version() == 2 ? root : root.resolve(controller);
        var folders = new ArrayList<Path>();
        for (String line : membership) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) continue;
            boolean mine = version() == 2
                    ? parts[1].isEmpty()
                    : List.of(parts[1].split(",")).contains(controller);
            if (!mine) continue;
            @Nullable
            Path path = mount.resolve(parts[2].replaceFirst("^/+", "")).normalize();
            for (; path != null && path.startsWith(mount) && !path.equals(mount); path = path.getParent())
                folders.add(path);
        }
        folders.add(mount);
        return folders;
    }

    private static long statistic(Path folder, String key) {
        for (String line : lines(folder.resolve("memory.stat")))
            if (line.startsWith(key + " "))
                return Long.parseLong(line.substring(key.length() + 1).strip());
        return 0;
    }

    private static long number(Path folder, String file, long otherwise) {
        String text = first(folder.resolve(file));
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }

    private static String first(Path file) {
        var lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // not Linux, no such controller, or not allowed
        }
    }
}
