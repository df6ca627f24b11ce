package dev.thalweg.data.check;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Looks at numbered things once each, on all processors. In which order, and on which thread, is left
/// open: what is kept must be kept by number, or in sums that do not depend on the order.
public final class Scan {
    /// Things that a thread takes at once.
    private static final int CHUNK = 16;
    /// Milliseconds between two reports.
    private static final long TICK = 100;

    private Scan() {}

    /// Threads that a scan runs on: one for each processor.
    public static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// What is done with one thing.
    @FunctionalInterface
    public interface Look {
        /// @param thread 0 ≤ thread < [#threads]; no two looks of one thread overlap
        void at(int i, int thread) throws IOException;
    }

    /// Hears how far a scan is, ten times a second, on the thread that called it.
    @FunctionalInterface
    public interface Progress {
        /// Says nothing.
        Progress SILENT = (done, total) -> {};

        void seen(int done, int total);
    }

    /// Looks at 0 … n − 1.
    ///
    /// @throws IOException the first that a look threw; the others are left off then
    public static void all(int n, Progress progress, Look look) throws IOException {
        var next = new AtomicInteger();
        var done = new AtomicInteger();
        var failure = new Failure();
        var threads = new Thread[Math.min(threads(), Math.max(1, n))];
        for (int t = 0; t < threads.length; t++) {
            int thread = t;
            threads[t] = Thread.ofPlatform().daemon().name("thalweg-scan-" + t).start(() -> {
                try {
                    while (failure.thrown == null) {
                        int from = next.getAndAdd(CHUNK);
                        if (from >= n || from < 0) return;
                        int to = Math.min(n, from + CHUNK);
                        for (int i = from; i < to; i++) look.at(i, thread);
                        done.addAndGet(to - from);
                    }
                } catch (Throwable e) {
                    failure.thrown = e;
                }
            });
        }
        try {
            for (var thread : threads)
                while (!thread.join(java.time.Duration.ofMillis(TICK))) progress.seen(done.get(), n);
        } catch (InterruptedException e) {
            failure.thrown = e;
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while reading the data").initCause(e);
        }
        progress.seen(done.get(), n);
        failure.rethrow();
    }

    private static final class Failure {
        volatile @Nullable Throwable thrown;

        void rethrow() throws IOException {
            switch (thrown) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
