package dev.thalweg.train;

import dev.thalweg.minimize.Minimizer;
import dev.thalweg.tensor.Require;

/// How many batches and steps an epoch has.
///
/// @param batchesPerEpoch full ones
/// @param accumulate batches that make a step
/// @param examplesPerStep that a step learns from
record Pace(int batchesPerEpoch, int accumulate, int examplesPerStep) {

    /// @param examples that are learned from
    /// @throws IllegalArgumentException if they do not fill a step
    static Pace of(Recipe recipe, int examples) {
        var t = recipe.training();
        // One iteration looks at all examples.
        if (recipe.optimization().rule() instanceof Minimizer) return new Pace(1, 1, examples);
        int batches = examples / t.batch();
        Require.that(
                batches >= 1,
                "the training part has %s examples, fewer than one batch of %s; choose a smaller batch",
                examples,
                t.batch());
        Require.that(
                t.accumulate() <= batches,
                "an epoch has %s batches of %s, fewer than the %s that one step accumulates",
                batches,
                t.batch(),
                t.accumulate());
        return new Pace(batches, t.accumulate(), t.batch() * t.accumulate());
    }

    int stepsPerEpoch() {
        return batchesPerEpoch / accumulate;
    }

    /// Batches at an epoch's end that do not fill a step: they are left out.
    int leftOver() {
        return batchesPerEpoch - stepsPerEpoch() * accumulate;
    }

    /// Steps of a run, at least 1.
    long steps(double epochs) {
        return Math.max(1, (long) Math.ceil(stepsPerEpoch() * epochs - 1e-9));
    }
}
