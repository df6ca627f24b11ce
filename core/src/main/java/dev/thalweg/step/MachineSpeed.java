package dev.thalweg.step;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// What the machine can do, measured.
public final class MachineSpeed {
    private static final long PAGE = 4096;

    private MachineSpeed() {}

    /// How long to measure: seconds before, seconds of a window, windows, of which the best counts.
    public record Timing(double warm, double window, int windows) {}

    /// The rate of a network's first product in a plan for evaluation, what is around it left out, in
    /// GFLOP/s: a multiply-add counts as two operations.
    public static double products(Network network, int batch, Precision precision, int threads, Timing timing) {
        try (var arena = Arena.ofShared();
                var plan = Plan.compile(
                        Model.initialise(network, 1, arena),
                        PlanOptions.evaluation(batch).precision(precision).threads(threads))) {
            var random = new SplittableRandom(1);
            var input = plan.input();
            for (long i = 0; i < input.length(); i++) input.set(i, (float) random.nextGaussian());
            Runnable run = () -> plan.forward(1);
            repeat(run, timing.warm);
            double best = 0;
            for (int window = 0; window < timing.windows; window++) {
                plan.profile(true);
                repeat(run, timing.window);
                best = Math.max(best, rate(plan));
            }
            return best;
        }
    }

    private static double rate(Plan plan) {
        return plan.steps().stream()
                .filter(step -> step.flops() > 0 && step.milliseconds() > 0)
                .mapToDouble(step -> step.flops() / step.milliseconds() / 1e6)
                .findFirst()
                .orElseThrow();
    }

    /// How fast all workers together copy memory that is in no cache, in GB/s; what is read and what is
    /// written both count.
    public static double copies(long bytes, int threads, Timing timing) {
        try (var arena = Arena.ofShared()) {
            var run = copying(bytes, MemorySegment::copyFrom, threads, arena);
            repeat(run, timing.warm);
            double best = 0;
            for (int window = 0; window < timing.windows; window++) {
                long begin = System.nanoTime();
                int times = repeat(run, timing.window);
                best = Math.max(best, 2.0 * bytes * times / (System.nanoTime() - begin));
            }
            return best;
        }
    }

    /// Copies one part.
    @FunctionalInterface
    public interface Copy {
        /// @param from as long as `to`
        void run(MemorySegment to, MemorySegment from);
    }

    /// A job that copies `bytes` bytes, each worker its part.
    public static Runnable copying(long bytes, Copy copy, int threads, Arena arena) {
        var from = arena.allocate(bytes, PAGE).fill((byte) 1);
        var to = arena.allocate(bytes, PAGE).fill((byte) 1);
        var workers = OpenMpWorkers.of(threads);
        Workers.Job job = (worker, count) -> {
            long begin = Workers.begin(bytes, PAGE, worker, count);
            long length = Workers.begin(bytes, PAGE, worker + 1, count) - begin;
            copy.run(to.asSlice(begin, length), from.asSlice(begin, length));
        };
        return () -> workers.run(job);
    }

    /// Runs again and again for so many seconds, at least once; returns how often.
    private static int repeat(Runnable run, double seconds) {
        long begin = System.nanoTime();
        int times = 0;
        do {
            run.run();
            times++;
        } while ((System.nanoTime() - begin) * 1e-9 < seconds);
        return times;
    }
}
