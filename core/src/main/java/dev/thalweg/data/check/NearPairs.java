package dev.thalweg.data.check;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// The pairs of pictures that look alike, in two stages: hashes that differ in few bits, then likenesses
/// that differ by little. How few and how little is chosen for the pictures at hand, see [Duplicates].
final class NearPairs {
    /// How often the bound may be halved.
    private static final int HALVINGS = 8;
    /// Pairs that twice the bound may add however few there are.
    private static final int FEW = 10;
    /// Candidates for each picture beyond which the search would take longer than reading the pictures.
    private static final int MOST_CANDIDATES = 200;
    /// Pictures from whose candidates their number is estimated.
    private static final int SAMPLED = 500;

    /// The pictures' numbers by rising hash: candidates for each other then lie near each other in memory.
    private final int[] numbers;
    private final Likeness[] likenesses;
    /// Of all likenesses, one after the other.
    private final float[] blocks;
    private final HammingIndex index;
    private final int radius;
    private final double bound;

    /// Hears of a pair.
    @FunctionalInterface
    interface Pair {
        void found(int i, int j, float distance, int thread);
    }

    /// @param subjects numbers of pictures that have a likeness
    NearPairs(Survey survey, int[] subjects) throws IOException {
        numbers = IntStream.of(subjects)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> survey.hashes[i], Long::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
        int n = numbers.length;
        var words = new long[n];
        likenesses = new Likeness[n];
        blocks = new float[n * Likeness.BLOCKS];
        for (int k = 0; k < n; k++) {
            words[k] = survey.hashes[numbers[k]];
            likenesses[k] = java.util.Objects.requireNonNull(survey.likenesses[numbers[k]]);
            likenesses[k].blocks(blocks, k * Likeness.BLOCKS);
        }
        index = new HammingIndex(words);
        radius = chooseRadius();
        bound = chooseBound();
    }

    /// Bits that hashes may differ in.
    int radius() {
        return radius;
    }

    /// The greatest distance of likenesses.
    double bound() {
        return bound;
    }

    /// Calls `pair` once for each, from several threads at once, in no particular order.
    void forEach(Pair pair) throws IOException {
        within(bound, pair);
    }

    private void within(double limit, Pair pair) throws IOException {
        Scan.all(
                numbers.length,
                Scan.Progress.SILENT,
                (k, thread) -> index.before(k, radius, (first, second, bits) -> {
                    int a = first * Likeness.BLOCKS;
                    if (Likeness.coarse(blocks, a, second * Likeness.BLOCKS) > limit) return;
                    float distance = likenesses[first].distance(likenesses[second]);
                    if (distance <= limit) pair.found(numbers[first], numbers[second], distance, thread);
                }));
    }

    /// The largest radius, up to [Duplicates#RADIUS], at which candidates are few enough, judged by a sample.
    private int chooseRadius() {
        int sampled = Math.min(SAMPLED, numbers.length);
        var at = new long[Duplicates.RADIUS + 1];
        for (int s = 0; s < sampled; s++) {
            int k = (int) ((long) (s + 1) * numbers.length / sampled) - 1;
            index.before(k, Duplicates.RADIUS, (first, second, bits) -> at[bits]++);
        }
        long sum = 0;
        for (int r = 0; r <= Duplicates.RADIUS; r++) {
            sum += at[r];
            if (sum > (long) MOST_CANDIDATES * sampled) return Math.max(0, r - 1);
        }
        return Duplicates.RADIUS;
    }

    /// [Duplicates#BOUND], halved as often as there are too many pairs just beyond it.
    private double chooseBound() throws IOException {
        // Step h is the bound 2 · BOUND / 2^h; a pair counts for all steps that it is within.
        var perThread = new long[Scan.threads()][HALVINGS + 2];
        within(2 * Duplicates.BOUND, (i, j, distance, thread) -> {
            double step = 2 * Duplicates.BOUND;
            for (int h = 0; h < HALVINGS + 2 && distance <= step; h++, step /= 2) perThread[thread][h]++;
        });
        var counts = new long[HALVINGS + 2];
        for (var own : perThread) Arrays.setAll(counts, h -> counts[h] + own[h]);
        double chosen = Duplicates.BOUND;
        for (int h = 1; h <= HALVINGS; h++, chosen /= 2)
            if (counts[h - 1] <= Duplicates.GROWTH * counts[h] || counts[h - 1] - counts[h] <= FEW) return chosen;
        return chosen;
    }
}
