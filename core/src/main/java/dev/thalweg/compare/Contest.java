package dev.thalweg.compare;

import dev.thalweg.optim.Schedule;
import dev.thalweg.tensor.Require;
import dev.thalweg.train.Recipe;
import java.util.List;
import java.util.stream.LongStream;

/// What is compared, and how: all that determines the runs of a comparison.
///
/// Runs differ in their rule, its learning rate and its decay, and in the seed. Those of one seed start from the same
/// weights and see the same batches in the same order, augmented alike.
///
/// @param recipe of every run, but for what differs; its seed is the first
/// @param seeds full runs of each entrant, with the recipe's seed and those that follow
/// @param grid of learning rates, tried with the first seed
public record Contest(Recipe recipe, List<Entrant> entrants, int seeds, Grid grid) {
    public static final int MOST_SEEDS = 1000;

    public Contest {
        entrants = List.copyOf(entrants);
        Require.that(!entrants.isEmpty(), "a comparison must have at least one rule");
        Require.that(
                1 <= seeds && seeds <= MOST_SEEDS,
                "the number of seeds must be from 1 to %,d, got %,d",
                MOST_SEEDS,
                seeds);
    }

    /// The seeds of the full runs.
    List<Long> seedList() {
        long first = recipe.training().seed();
        return LongStream.range(first, first + seeds).boxed().toList();
    }

    /// A try of a rate.
    Trial search(Entrant entrant, double rate) {
        return new Trial(entrant, true, rate, recipe.training().seed());
    }

    /// A full run.
    static Trial full(Entrant entrant, double rate, long seed) {
        return new Trial(entrant, false, rate, seed);
    }

    /// Passes over the data in a run.
    double epochs(boolean search) {
        return search ? grid.epochs() : recipe.training().epochs();
    }

    /// What determines `trial`. No group has settings of its own: they are made for the rates of one rule.
    Recipe recipe(Trial trial) {
        var o = recipe.optimization();
        var entrant = trial.entrant();
        var schedule = trial.search() ? shortened(o.schedule()) : o.schedule();
        return entrant.setting()
                .around(recipe.withSeed(trial.seed())
                        .withEpochs(epochs(trial.search()))
                        .withOptimization(new Recipe.Optimization(
                                entrant.rule(),
                                trial.rate(),
                                entrant.isScheduleFree() ? constant(schedule) : schedule,
                                entrant.decay(),
                                List.of(),
                                o.clip(),
                                o.centralise(),
                                o.sharpness())));
    }

    /// A try is shorter than a full run, and so is its warm-up.
    private Schedule shortened(Schedule schedule) {
        if (!(schedule instanceof Schedule.Warmup warmup)) return schedule;
        double share = grid.epochs() / recipe.training().epochs();
        return new Schedule.Warmup(Math.max(1, Math.round(warmup.length() * share)), warmup.inner());
    }

    /// But for a warm-up.
    private static Schedule constant(Schedule schedule) {
        return schedule instanceof Schedule.Warmup warmup
                ? new Schedule.Warmup(warmup.length(), new Schedule.Constant())
                : new Schedule.Constant();
    }
}
