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
/// What that finds, of photographs (200 each of hymenoptera and Tiny ImageNet) and an altered copy of each:
/// half the size 100 %, JPEG at quality 0.3 100 %, both together 100 %, a fifth brighter 98 %, 2 % cut off
/// every side 92 %, 5 % cut off 6 %. Mirror images are not found.
///
/// How often it is right, looked at by eye: of CIFAR-10 as JPEG, all of 72 groups drawn at random from 315
/// show one picture, or one object in photographs taken together. Of Fashion-MNIST, where the bound becomes
/// 0.001, 36 of 42; the others are one cut of garment with different prints. MNIST and Tiny ImageNet have none.
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

    static Duplicates in(Survey survey) throws IOException {
        int[] leader = leaders(survey);
        var exact = groups(leader);

        // One of each group of equals stands for all.
        int n = survey.size();
        int[] subjects = new int[n];
        int count = 0;
        for (int i = 0; i < n; i++) if (leader[i] == i && survey.likenesses[i] != null) subjects[count++] = i;
        var pairs = new NearPairs(survey, Arrays.copyOf(subjects, count));
        // The union of pairs does not depend on their order: a group's root is its least member.
        pairs.forEach((i, j, distance, thread) -> {
            synchronized (leader) {
                unite(leader, i, j);
            }
        });
        var near = new ArrayList<int[]>();
        for (int[] group : groups(leader)) if (!allEqual(survey, group)) near.add(group);
        return new Duplicates(exact, near, pairs.radius(), pairs.bound());
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
