package dev.thalweg.bench.breeze;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Measures L-BFGS, ours beside Breeze's, on the same functions until the gradient's norm is 10⁻⁵; prints a
/// table. The two take turns, so that what is compared runs close together in time.
///
/// Arguments: how often they do (9), and the number of steps to be remembered (10).
final class Minimizers {
    /// Seconds of a turn at least, whole minimizations.
    private static final double TURN = 0.1;

    /// Seconds of each before the first turn.
    private static final double WARM = 1.5;

    private Minimizers() {}

    static void main(String[] arguments) {
        int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        int history = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        System.out.printf("""
                L-BFGS with a history of %d, ours / Breeze's (on %s), medians of %d turns

                | function | n | iterations | evaluations | value | gradient's norm | µs an iteration | outside of the function | Breeze's : ours |
                | --- | --: | --: | --: | --: | --: | --: | --: | --: |
                """, history, Breezes.blas(), turns);
        var ours = new Ours();
        var breezes = new Breezes();
        for (var problem : Problem.all()) {
            run(ours, problem, history, WARM);
            run(breezes, problem, history, WARM);
            var all = new Turn[2][turns];
            for (int turn = 0; turn < turns; turn++) {
                all[0][turn] = run(ours, problem, history, TURN);
                all[1][turn] = run(breezes, problem, history, TURN);
            }
            print(problem, all);
        }
        starts(ours, breezes, history);
    }

    /// Which of the two needs fewer evaluations from a single start is mostly chance.
    private static void starts(Way ours, Way breezes, int history) {
        int starts = 100;
        System.out.printf("""

                From %d starts, whose numbers differ from these by up to a tenth:

                | function | n | evaluations in all | fewer of ours / as many / more | ours : Breeze's |
                | --- | --: | --: | --: | --: |
                """, starts);
        for (var problem : Problem.small()) {
            var random = new SplittableRandom(1);
            var sums = new long[2];
            var wins = new int[3];
            for (int k = 0; k < starts; k++) {
                var start = problem.start().clone();
                for (int i = 0; i < start.length; i++) start[i] += random.nextDouble(-0.1, 0.1);
                int our = evaluations(ours, problem, start, history),
                        other = evaluations(breezes, problem, start, history);
                sums[0] += our;
                sums[1] += other;
                wins[1 + Integer.signum(our - other)]++;
            }
            System.out.printf(
                    "| %s | %,d | %,d / %,d | %d / %d / %d | %.3f |%n",
                    problem.name(),
                    problem.size(),
                    sums[0],
                    sums[1],
                    wins[0],
                    wins[1],
                    wins[2],
                    (double) sums[0] / sums[1]);
        }
    }

    private static int evaluations(Way way, Problem problem, double[] start, int history) {
        var f = new Clocked(problem.f());
        var end = way.minimize(f, start, history);
        if (end.gradientNorm() > Way.GRADIENT_NORM)
            System.err.printf(
                    "%s stopped at a gradient of %.1e%n", way.getClass().getSimpleName(), end.gradientNorm());
        return f.evaluations;
    }

    /// What came of a turn.
    ///
    /// @param microseconds of an iteration, those of the function included
    /// @param outside of these, those in which the function was not being evaluated
    private record Turn(Way.End end, int evaluations, double microseconds, double outside) {}

    private static Turn run(Way way, Problem problem, int history, double seconds) {
        long started = System.nanoTime(), now, within = 0;
        int minimizations = 0;
        Way.End end;
        Clocked f;
        do {
            f = new Clocked(problem.f());
            end = way.minimize(f, problem.start(), history);
            within += f.nanoseconds;
            minimizations++;
            now = System.nanoTime();
        } while (now - started < seconds * 1e9);
        double iterations = (double) minimizations * end.iterations();
        return new Turn(
                end, f.evaluations, (now - started) / 1e3 / iterations, (now - started - within) / 1e3 / iterations);
    }

    private static void print(Problem problem, Turn[][] all) {
        Turn ours = all[0][0], breezes = all[1][0];
        var ratios = new double[all[0].length];
        for (int turn = 0; turn < ratios.length; turn++) ratios[turn] = all[1][turn].outside / all[0][turn].outside;
        System.out.printf(
                "| %s | %,d | %,d / %,d | %,d / %,d | %.1e / %.1e | %.1e / %.1e | %s | %s | %.2f |%n",
                problem.name(),
                problem.size(),
                ours.end.iterations(),
                breezes.end.iterations(),
                ours.evaluations,
                breezes.evaluations,
                ours.end.value(),
                breezes.end.value(),
                ours.end.gradientNorm(),
                breezes.end.gradientNorm(),
                both(Arrays.stream(all)
                        .mapToDouble(way -> median(Arrays.stream(way)
                                .mapToDouble(Turn::microseconds)
                                .toArray()))
                        .toArray()),
                both(Arrays.stream(all)
                        .mapToDouble(way -> median(
                                Arrays.stream(way).mapToDouble(Turn::outside).toArray()))
                        .toArray()),
                median(ratios));
    }

    private static String both(double... times) {
        return "%.3g / %.3g".formatted(times[0], times[1]);
    }

    private static double median(double... numbers) {
        var sorted = numbers.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
