package dev.thalweg.cli;

import dev.thalweg.step.ControlGroup;
import dev.thalweg.step.Machine;
import dev.thalweg.step.MemoryBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What `doctor` looks at in the operating system.
final class SystemChecks {
    private static final long GIGABYTE = 1_000_000_000;
    private static final long FEW_FILES = 1024;
    /// Share of a processor that others may use without anybody noticing.
    private static final double UNNOTICED = 0.15;

    private static final long LOOK_MILLIS = 250;

    private SystemChecks() {}

    /// What others do meanwhile, in processors' worth of time.
    static Check load() throws IOException, InterruptedException {
        if (!Files.isReadable(Path.of("/proc/stat"))) return Check.ok("load", "this system does not tell");
        long[] before = busy();
        long own = ownNanos();
        Thread.sleep(LOOK_MILLIS);
        long[] after = busy();
        double mine = (ownNanos() - own) / (LOOK_MILLIS * 1e6);
        int processors = Runtime.getRuntime().availableProcessors();
        long ticks = after[1] - before[1];
        int all = processorsOfTheMachine();
        double busy = ticks == 0 ? 0 : (double) (after[0] - before[0]) / ticks * all;
        return load(Math.max(0, busy - mine), all, processors);
    }

    /// @param others processors' worth of time that others use
    /// @param all processors of the machine
    /// @param ours that this process may use
    static Check load(double others, int all, int ours) {
        String text = "others use %.1f of the machine's %s".formatted(others, Text.counted(all, "processor"));
        boolean disturbed = others > all - ours + UNNOTICED;
        return Check.of(
                "load", text, disturbed ? "training shares the processors with them, and is slower for it" : "");
    }

    private static int processorsOfTheMachine() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        }
    }

    /// Ticks that all processors were busy, and all ticks.
    private static long[] busy() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] words = lines.findFirst().orElse("cpu 0 0 0 0").split("\\s+");
            long all = 0;
            for (int i = 1; i < Math.min(words.length, 9); i++) all += Long.parseLong(words[i]);
            long idle = Long.parseLong(words[4]) + (words.length > 5 ? Long.parseLong(words[5]) : 0);
            return new long[] {all - idle, all};
        }
    }

    private static long ownNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(java.time.Duration::toNanos)
                .orElse(0L);
    }

    static Check threads() {
        int processors = Runtime.getRuntime().availableProcessors();
        String allowed = line("/proc/self/status", "Cpus_allowed_list:");
        String pool = Machine.here().kind().pool();
        String text = "%s by default, %s%s"
                .formatted(
                        Text.counted(processors, "thread"),
                        pool.equals("libgomp") ? "libgomp's" : "Java's",
                        allowed.isEmpty() ? "" : "; this process may run on processors " + allowed);
        if (pool.equals("java"))
            return Check.warn(
                    "threads",
                    text,
                    "libgomp's serve better where it is there: the kernels and Java then share them"
                            + ("java".equals(System.getProperty("thalweg.pool"))
                                    ? "; leave out -Dthalweg.pool=java"
                                    : ""));
        return Check.of(
                "threads",
                text,
                "false".equals(System.getProperty("thalweg.bind"))
                        ? "-Dthalweg.bind=false lets them wander between processors, which costs beside other work"
                        : "");
    }

    static Check limits() {
        return limits(ControlGroup.own(), Runtime.getRuntime().availableProcessors(), container());
    }

    /// @param container what this runs in, empty for none
    static Check limits(ControlGroup group, int processors, String container) {
        if (group.version() == 0) return Check.ok("limits", "no control groups" + in(container));
        var quota = group.processors();
        var memory = group.memoryLimit();
        String text = "control groups %d%s: %s, %s"
                .formatted(
                        group.version(),
                        in(container),
                        quota.isPresent()
                                ? "%s of processor time".formatted(Text.plain(quota.getAsDouble()))
                                : "processor time without limit",
                        memory.isPresent() ? Text.bytes(memory.getAsLong()) + " of memory" : "memory without limit");
        boolean tight = quota.isPresent() && quota.getAsDouble() < processors - UNNOTICED;
        return Check.of(
                "limits",
                text,
                tight
                        ? "more threads than the limit allows are put to sleep together; --threads %d fits it"
                                .formatted((int) Math.max(1, quota.getAsDouble()))
                        : "");
    }

    private static String in(String container) {
        return container.isEmpty() ? "" : " in " + container;
    }

    /// What this process is shut in.
    private static String container() {
        if (Files.exists(Path.of("/.dockerenv"))) return "a Docker container";
        if (Files.exists(Path.of("/run/.containerenv"))) return "a Podman container";
        if (System.getenv("KUBERNETES_SERVICE_HOST") != null) return "a Kubernetes pod";
        String named = System.getenv("container");
        return named == null ? "" : "a container (%s)".formatted(named);
    }

    static Check memory() {
        long available = MemoryBudget.available();
        if (available == Long.MAX_VALUE) return Check.ok("memory", "this system does not tell");
        return memory(available, MemoryBudget.total());
    }

    static Check memory(long available, long total) {
        return Check.of(
                "memory",
                "%s available of %s".formatted(Text.bytes(available), Text.bytes(total)),
                available < GIGABYTE ? "little is left: end other programs, or choose small batches" : "");
    }

    /// How many files may be open.
    static Check files() {
        var words = line("/proc/self/limits", "Max open files").split("\\s+");
        if (words.length < 2) return Check.ok("files", "this system does not tell how many may be open");
        return files(words[0]);
    }

    static Check files(String limit) {
        boolean few = limit.matches("\\d+") && Long.parseLong(limit) < FEW_FILES;
        return Check.of(
                "files",
                limit + " may be open at once",
                few ? "ulimit -n %d allows more, should data in many files be refused".formatted(4 * FEW_FILES) : "");
    }

    /// Whether `folder`, or what it would be made in, can be written to.
    static Check folder(String name, Path folder, String advice) throws IOException {
        Path existing = folder;
        while (existing != null && !Files.exists(existing)) existing = existing.getParent();
        if (existing == null) return Check.fail(name, folder + " cannot be made", advice);
        if (!Files.isDirectory(existing)) return Check.fail(name, existing + " is no folder", advice);
        if (!writable(existing)) return Check.fail(name, "no permission to write to " + existing, advice);
        long free = Files.getFileStore(existing).getUsableSpace();
        return Check.of(
                name,
                "%s%s, %s free".formatted(folder, existing.equals(folder) ? "" : " (not there yet)", Text.bytes(free)),
                free < GIGABYTE ? "little is left: a run needs some times the size of its network" : "");
    }

    /// Tried out, since permissions alone do not tell of file systems that are mounted to be read only.
    private static boolean writable(Path folder) {
        try {
            Files.delete(Files.createTempFile(folder, ".thalweg-doctor", ".tmp"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// What stands behind `key` at the beginning of a line of `file`.
    private static String line(String file, String key) {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return "";
        }
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.replaceFirst(Pattern.quote(key), "").strip())
                .findFirst()
                .orElse("");
    }
}
