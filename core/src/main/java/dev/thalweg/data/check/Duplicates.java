package dev.thalweg.data.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// Pictures that a data set holds more than once: pixel for pixel, and nearly so.
///
/// Near-duplicates are found in two stages. Candidates are pairs whose [DifferenceHash]es differ in at
/// most [#RADIUS] of 64 bits. Of these, pairs are taken whose [Likeness]es differ by at most
/// [#BOUND], that is, whose 16 × 16 grey pixels correlate by 0.97 or more: the same photograph resized,
/// recompressed, brightened, tinted, cropped by a pixel or two.
///
/// Where pictures of one kind all look alike to that measure (clothes on black, digits), a stricter one
/// is needed. True duplicates lie close together, so that doubling the bound hardly adds to them;
/// look-alikes multiply. So the bound is halved as long as twice of it would take in more than
/// [#GROWTH] times as many pairs.
///
/// Looked at by eye (48 pairs drawn at random below and just above each bound): of CIFAR-10 as JPEG, all
/// pairs up to 0.05 show one picture or one object photographed twice; of Fashion-MNIST, where the bound
/// becomes 0.001, most of 67 pairs show one photograph.
///
/// @param exact groups of two or more examples with equal pixels, ascending numbers
/// @param near groups of examples of which each looks like another one, at least two of them with
///     different pixels; an example with equal pixels in the set is here with all its equals
/// @param radius bits; below [#RADIUS] where so many hashes are alike that they tell nothing
/// @param bound the largest 1 − r of a near pair
record Duplicates(List<int[]> exact, List<int[]> near, int radius, double bound) {
    /// Bits of 64.
    static final int RADIUS = 7;
    /// 1 − r.
    static final double BOUND = 0.03;
    /// Pairs at twice the bound for each at the bound that are one too many.
    static final int GROWTH = 3;

    /// How often the bound may be halved.
    private static final int HALVINGS = 8;
    /// Pairs that twice the bound may add however few there are.
    private static final int FEW = 10;
    /// Candidates for each picture beyond which the search would take longer than reading the pictures.
    private static final int MOST_CANDIDATES = 2_000;
    /// Pictures from whose candidates their number is estimated.
    private static final int SAMPLED = 500;

    static Duplicates in(Survey survey) throws IOException {
        int[] leader = leaders(survey);
        var exact = groups(leader);

        // One of each group of equals stands for all.
        int n = survey.size();
        int[] subjects = new int[n];
        int count = 0;
        for (int i = 0; i < n; i++) if (leader[i] == i && survey.likenesses[i] != null) subjects[count++] = i;
        subjects = Arrays.copyOf(subjects, count);
        var words = new long[count];
        var likenesses = new Likeness[count];
        for (int k = 0; k < count; k++) {
            words[k] = survey.hashes[subjects[k]];
            likenesses[k] = java.util.Objects.requireNonNull(survey.likenesses[subjects[k]]);
        }
        var index = new HammingIndex(words);
        int radius = radius(index, count);
        double bound = bound(index, likenesses, radius);
        int[] example = subjects;
        // The union of pairs does not depend on their order: a group's root is its least member.
        Scan.all(
                count,
                Scan.Progress.SILENT,
                (k, thread) -> index.before(k, radius, (first, second, bits) -> {
                    if (likenesses[first].distance(likenesses[second], (float) bound) > bound) return;
                    synchronized (leader) {
                        unite(leader, example[first], example[second]);
                    }
                }));
        var near = new ArrayList<int[]>();
        for (int[] group : groups(leader)) if (!allEqual(survey, group)) near.add(group);
        return new Duplicates(exact, near, radius, bound);
    }

    /// The least example with the same pixels, for each; itself where it cannot be read.
    private static int[] leaders(Survey survey) {
        int n = survey.size();
        var order = new Integer[n];
        for (int i = 0; i < n; i++) order[i] = i;
        Arrays.sort(order, (a, b) -> {
            int first = Long.compare(survey.digests[2 * a], survey.digests[2 * b]);
            if (first != 0) return first;
            int second = Long.compare(survey.digests[2 * a + 1], survey.digests[2 * b + 1]);
            return second != 0 ? second : Integer.compare(a, b);
        });
        var leader = new int[n];
        for (int k = 0; k < n; k++) {
            int i = order[k];
            boolean equal =
                    k > 0 && survey.readable(i) && survey.readable(order[k - 1]) && survey.samePixels(i, order[k - 1]);
            leader[i] = equal ? leader[order[k - 1]] : i;
        }
        return leader;
    }

    /// The largest radius, up to [#RADIUS], at which candidates are few enough, judged by a sample.
    private static int radius(HammingIndex index, int count) {
        int sampled = Math.min(SAMPLED, count);
        var within = new long[RADIUS + 1];
        for (int s = 0; s < sampled; s++) {
            // The last ones have the most before them: weigh each by what it can see.
            int k = (int) ((long) (s + 1) * count / sampled) - 1;
            index.before(k, RADIUS, (first, second, bits) -> within[bits]++);
        }
        long sum = 0;
        for (int r = 0; r <= RADIUS; r++) {
            sum += within[r];
            if (sum > (long) MOST_CANDIDATES * sampled) return Math.max(0, r - 1);
        }
        return RADIUS;
    }

    /// [#BOUND], halved as often as there are too many pairs just beyond it.
    private static double bound(HammingIndex index, Likeness[] likenesses, int radius) throws IOException {
        // Step h is the bound 2 · BOUND / 2^h; a pair counts for all steps that it is within.
        var perThread = new long[Scan.threads()][HALVINGS + 2];
        Scan.all(
                likenesses.length,
                Scan.Progress.SILENT,
                (k, thread) -> index.before(k, radius, (first, second, bits) -> {
                    double step = 2 * BOUND;
                    float distance = likenesses[first].distance(likenesses[second], (float) step);
                    for (int h = 0; h < HALVINGS + 2 && distance <= step; h++, step /= 2) perThread[thread][h]++;
                }));
        var counts = new long[HALVINGS + 2];
        for (var own : perThread) for (int h = 0; h < counts.length; h++) counts[h] += own[h];
        double bound = BOUND;
        for (int h = 1; h <= HALVINGS; h++, bound /= 2)
            if (counts[h - 1] <= GROWTH * counts[h] || counts[h - 1] - counts[h] <= FEW) return bound;
        return bound;
    }

    private static int root(int[] leader, int i) {
        while (leader[i] != i) {
            leader[i] = leader[leader[i]];
            i = leader[i];
        }
        return i;
    }

    private static void unite(int[] leader, int i, int j) {
        int a = root(leader, i);
        int b = root(leader, j);
        leader[Math.max(a, b)] = Math.min(a, b);
    }

    /// Groups of two or more, by their least members.
    private static List<int[]> groups(int[] leader) {
        var members = new TreeMap<Integer, List<Integer>>();
        for (int i = 0; i < leader.length; i++) {
            int root = root(leader, i);
            if (root != i)
                members.computeIfAbsent(root, r -> new ArrayList<>(List.of(r))).add(i);
        }
        return members.values().stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private static boolean allEqual(Survey survey, int[] group) {
        for (int i : group) if (!survey.samePixels(i, group[0])) return false;
        return true;
    }
}
