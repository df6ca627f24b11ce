package dev.thalweg.tensor;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The portable workers: daemon threads of plain Java that spin briefly for the next job, then park.
public final class JavaWorkers implements Workers, AutoCloseable {
    /// Rounds of waiting before a worker parks: some tens of microseconds, about the gap between
    /// two steps of a plan.
    private static final int SPINS = 2_000;

    private final Thread[] threads;
    private final Done[] done;
    private volatile long generation;
    private volatile @Nullable Job job;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /// One worker's last finished generation, on a cache line of its own.
    private static final class Done {
        volatile long generation;
        volatile boolean parked;

        @SuppressWarnings("unused")
        long p1, p2, p3, p4, p5, p6, p7;
    }

    public JavaWorkers(int count) {
        Require.that(count >= 1, "the number of workers must be at least 1, got %s", count);
        threads = new Thread[count];
        done = new Done[count];
        for (int i = 1; i < count; i++) {
            int worker = i;
            done[i] = new Done();
            threads[i] =
                    Thread.ofPlatform().daemon().name("thalweg-worker-" + i).unstarted(() -> work(worker));
        }
        for (int i = 1; i < count; i++) threads[i].start();
    }

    @Override
    public int count() {
        return threads.length;
    }

    @Override
    public synchronized void run(Job job) {
        long next = generation + 1;
        this.job = job;
        generation = next;
        for (int i = 1; i < threads.length; i++) if (done[i].parked) LockSupport.unpark(threads[i]);
        job.run(0, threads.length);
        for (int i = 1; i < threads.length; i++) {
            int spins = 0;
            while (done[i].generation != next) {
                if (++spins < SPINS) Thread.onSpinWait();
                else Thread.yield();
            }
        }
        this.job = null;
        var thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
    }

    private void work(int worker) {
        var mine = done[worker];
        long seen = 0;
        while (true) {
            int spins = 0;
            while (generation == seen) {
                if (closed) return;
                if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    mine.parked = true;
                    if (generation == seen && !closed) LockSupport.park(this);
                    mine.parked = false;
                }
            }
            seen = generation;
            var current = job;
            try {
                if (current != null) current.run(worker, threads.length);
            } catch (RuntimeException e) {
                failure = e;
            }
            mine.generation = seen;
        }
    }

    /// Ends the threads. No job may be running.
    @Override
    public void close() {
        closed = true;
        for (int i = 1; i < threads.length; i++) LockSupport.unpark(threads[i]);
    }

    @Override
    public String toString() {
        return threads.length + " Java threads";
    }
}
