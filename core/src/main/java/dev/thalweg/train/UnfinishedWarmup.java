package dev.thalweg.train;

import dev.thalweg.optim.Schedule;
import java.util.Optional;

/// A run that ends before its learning rate has risen, and so learns next to nothing.
public final class UnfinishedWarmup {
    private UnfinishedWarmup() {}

    /// What to say of `recipe` if it is for such a run; nothing otherwise.
    ///
    /// @param examples that are learned from
    /// @throws IllegalArgumentException if they do not fill a step
    public static Optional<String> note(Recipe recipe, int examples) {
        long steps = Pace.of(recipe, examples).steps(recipe.training().epochs());
        var o = recipe.optimization();
        if (!isIn(o.schedule(), steps)) return Optional.empty();
        return Optional.of(
                ("The warm-up is longer than the run: at step %,d, the last, the learning rate is %.3g, not yet"
                                + " %.3g. A shorter warm-up or more epochs would let it get there.")
                        .formatted(steps, o.learningRate() * o.schedule().factor(steps - 1, steps), o.learningRate()));
    }

    private static boolean isIn(Schedule schedule, long steps) {
        return switch (schedule) {
            case Schedule.Warmup warmup -> steps < warmup.length();
            case Schedule.PerEpoch epochs -> isIn(epochs.inner(), Math.ceilDiv(steps, epochs.length()));
            default -> false;
        };
    }
}
