package dev.thalweg.data;

import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;

/// How parts that a source lacks are taken from its training examples: stratified, so that every
/// class gives the same share. The seed is not the run's: runs that differ in their seed alone are
/// trained and tested on the same pictures.
///
/// @param testShare share of each class that becomes the test part where the source has none;
///     in (0, 1)
/// @param validationShare share of each class of what is left that becomes the validation part
///     where the source has none; in [0, 1), 0 for no validation part
public record SplitOptions(double testShare, double validationShare, long seed) {
    public static final SplitOptions DEFAULT = new SplitOptions(0.2, 0, 1);

    public SplitOptions {
        Require.that(0 < testShare && testShare < 1, "SplitOptions.testShare must be in (0, 1), got %s", testShare);
        Require.that(
                0 <= validationShare && validationShare < 1,
                "SplitOptions.validationShare must be in [0, 1), got %s",
                validationShare);
    }

    public SplitOptions withValidation(double share) {
        return new SplitOptions(testShare, share, seed);
    }

    /// Both sides of a split, ascending indices.
    record Sides(int[] kept, int[] taken) {}

    /// Takes round(share · n) of the n examples of each class (ties up), at least one and never
    /// the last one. Which: the first ones of a random order of the class's examples, a function
    /// of (seed, purpose, class) alone.
    Sides split(Examples examples, int classes, double share, String purpose) {
        int[] labels = examples.labels();
        var counts = new int[classes];
        for (int label : labels) counts[label]++;
        var members = new int[classes][];
        for (int c = 0; c < classes; c++) members[c] = new int[counts[c]];
        for (int i = labels.length - 1; i >= 0; i--) members[labels[i]][--counts[labels[i]]] = i;

        var taken = new boolean[labels.length];
        int total = 0;
        for (int c = 0; c < classes; c++) {
            int n = members[c].length;
            int take = Math.min(Math.max((int) Math.floor(share * n + 0.5), 1), Math.max(n - 1, 0));
            int[] order = RandomKey.of(seed).fold(purpose).fold(c).permutation(n);
            for (int k = 0; k < take; k++) taken[members[c][order[k]]] = true;
            total += take;
        }
        var sides = new Sides(new int[labels.length - total], new int[total]);
        for (int i = 0, k = 0, t = 0; i < labels.length; i++) {
            if (taken[i]) sides.taken()[t++] = i;
            else sides.kept()[k++] = i;
        }
        return sides;
    }

    @Override
    public String toString() {
        return "test share %s, validation share %s, split seed %s".formatted(testShare, validationShare, seed);
    }
}
