package dev.thalweg.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Rates of one piece of work, window by window. A window in which other processes used more than a
/// tenth of a core is dirty; after one, the next waits until the machine is quiet.
///
/// @param clean runs a second in each clean window
/// @param dirty the same in the windows that do not count
/// @param cores most processors that this process used in a window
public record Windows(List<Double> clean, List<Double> dirty, double cores) {
    private static final double FOREIGN_CORES = 0.1;
    private static final double QUIET_CORES = 0.1;
    private static final int LEAST_WINDOWS = 3;
    private static final int LONGEST_WAIT = 60;
    private static final int LOOK_MILLIS = 150;

    /// Takes windows of `work` until enough are clean, or the budget is spent.
    public static Windows take(Runnable work, Task.Timing timing) {
        return inTurns(List.of(work), timing).getFirst();
    }

    /// Takes windows of several pieces of work that are to be compared, in turns, until enough are clean of
    /// each, or the budget is spent.
    public static List<Windows> inTurns(List<Runnable> works, Task.Timing timing) {
        var taken = works.stream().map(Taken::new).toList();
        long begin = System.nanoTime();
        for (int round = 0;
                taken.stream()
                                .anyMatch(t ->
                                        t.clean.size() + (timing.unclean() ? t.dirty.size() : 0) < timing.windows())
                        && (seconds(begin) < timing.budget() || round < Math.min(LEAST_WINDOWS, timing.windows()));
                round++) for (var t : taken) t.window(timing);
        return taken.stream()
                .map(t -> new Windows(List.copyOf(t.clean), List.copyOf(t.dirty), t.cores))
                .toList();
    }

    /// The windows of one piece of work so far.
    private static final class Taken {
        final Runnable work;
        final List<Double> clean = new ArrayList<>();
        final List<Double> dirty = new ArrayList<>();
        double cores;

        Taken(Runnable work) {
            this.work = work;
        }

        void window(Task.Timing timing) {
            var before = ProcessorTime.now(timing.contender());
            long start = System.nanoTime();
            long runs = 0;
            double elapsed;
            do {
                work.run();
                runs++;
                elapsed = seconds(start);
            } while (elapsed < timing.window());
            var after = ProcessorTime.now(timing.contender());
            cores = Math.max(cores, after.ownSince(before, elapsed));
            if (after.othersSince(before, elapsed) < FOREIGN_CORES) {
                clean.add(runs / elapsed);
            } else {
                dirty.add(runs / elapsed);
                if (!timing.unclean()) awaitQuiet(timing.contender());
            }
        }
    }

    /// The median of the clean windows; of all if none is clean.
    public double median() {
        return median(clean.isEmpty() ? dirty : clean);
    }

    public static double median(List<Double> values) {
        var sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }

    private static void awaitQuiet(long contender) {
        for (int i = 0; i < LONGEST_WAIT; i++) {
            var before = ProcessorTime.now(contender);
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (ProcessorTime.now(contender).othersSince(before, LOOK_MILLIS / 1e3) < QUIET_CORES) return;
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
