package dev.thalweg.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Very many mutations of a parser's inputs, on all processors and without instrumentation: a hundred times as
/// many in the time as Jazzer, which in return knows the code that each reaches. It begins with what Jazzer
/// found.
///
/// Arguments: name, executions, seed, a folder for findings, and further folders of inputs.
final class Endurance {
    private static final Duration TICK = Duration.ofMillis(100);
    /// Seconds of a processor that an input may take; Jazzer is stricter. Of time as such it is no matter how much, for
    /// others may use the machine, or hold this process.
    private static final double LONGEST = 10;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Target target;
    private final List<byte[]> corpus;
    private final long executions;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private volatile @Nullable Finding finding;
    private volatile boolean told;

    private record Finding(byte[] input, String what) {}

    /// What one thread is at.
    private static final class Desk {
        volatile byte[] input = {};
        // What the last look saw: which input, and how long the thread had run by then.
        private byte[] seen = {};
        private long begun;

        /// Whether the input has taken too long; to be called from time to time, by one thread.
        boolean overdue(Thread thread) {
            byte[] now = input;
            long ran = THREADS.getThreadCpuTime(thread.threadId());
            if (now != seen) {
                seen = now;
                begun = ran;
            }
            return ran - begun > LONGEST * 1e9;
        }
    }

    private Endurance(Target target, List<byte[]> corpus, long executions) {
        this.target = target;
        this.corpus = corpus;
        this.executions = executions;
    }

    static void main(String[] arguments) throws IOException, InterruptedException {
        var target = Targets.named(arguments[0]);
        var corpus = new ArrayList<>(Targets.corpus(target));
        for (String folder : Arrays.asList(arguments).subList(4, arguments.length))
            try (var files = Files.list(Path.of(folder))) {
                for (var file : files.sorted().toList()) corpus.add(Files.readAllBytes(file));
            }
        var run = new Endurance(target, corpus, Long.parseLong(arguments[1]));
        System.exit(run.run(Long.parseLong(arguments[2]), Path.of(arguments[3])) ? 0 : 1);
    }

    /// Returns whether every promise was kept.
    private boolean run(long seed, Path findings) throws IOException, InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors() * target.atOnce();
        var desks = new Desk[threads];
        long begin = System.nanoTime();
        // Whoever stops it learns how far it came.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (told) return;
            try {
                tell(seed, findings, begin);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
        var running = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            var desk = desks[t] = new Desk();
            var mutations = new Mutations(seed * 1000 + t, corpus, target.words());
            running.add(Thread.ofPlatform().daemon().start(() -> work(mutations, desk)));
        }
        while (finding == null && running.stream().anyMatch(Thread::isAlive)) {
            for (var thread : running) thread.join(TICK);
            for (int t = 0; t < threads; t++)
                if (running.get(t).isAlive() && desks[t].overdue(running.get(t)))
                    finding = new Finding(desks[t].input, "more than " + LONGEST + " seconds");
        }
        told = true;
        tell(seed, findings, begin);
        return finding == null;
    }

    private void tell(long seed, Path findings, long begin) throws IOException {
        var found = finding;
        if (found != null) Files.write(findings.resolve("endurance-finding"), found.input());
        long tried = Math.min(done.get(), executions);
        System.out.printf(
                Locale.ROOT,
                "%-14s %12d mutations  %8.0f/s  accepted %3.0f %%  of %5d inputs  seed %d  findings: %s%n",
                target,
                tried,
                tried / seconds(begin),
                100.0 * accepted.get() / Math.max(1, tried),
                corpus.size(),
                seed,
                found == null ? "none" : found.what() + ", see " + findings.resolve("endurance-finding"));
    }

    private void work(Mutations mutations, Desk desk) {
        while (finding == null && done.getAndIncrement() < executions) {
            byte[] input = mutations.next();
            desk.input = input;
            try {
                if (Check.accepts(target, input)) accepted.incrementAndGet();
            } catch (Throwable e) {
                finding = new Finding(input, String.valueOf(e.getMessage()));
            }
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
