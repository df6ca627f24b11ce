package dev.thalweg.data.check;

import dev.thalweg.tensor.Require;

/// All pairs of 64-bit words that differ in few bits, without comparing all with all: multi-index
/// hashing (M. Norouzi, A. Punjani, D. J. Fleet, "Fast Search in Hamming Space with Multi-Index
/// Hashing", CVPR 2012, arXiv:1307.2982).
///
/// Each word is cut into four substrings of 16 bits, with a table of buckets for each. Words that
/// differ in at most r bits differ in at most ⌊r/4⌋ bits in one of the substrings: it is enough to
/// compare a word with the buckets that near. With r below 8 these are 4 · (1 + 16) of 65,536
/// buckets, a thousandth of the words if they are spread evenly.
public final class HammingIndex {
    private static final int TABLES = 4;
    private static final int BITS = 16;
    /// Largest radius: beyond it, buckets two bits away would have to be looked into.
    public static final int FARTHEST = 2 * TABLES - 1;

    private final long[] words;
    /// For each table, the words' numbers bucket by bucket, ascending in each.
    private final int[][] members = new int[TABLES][];
    /// For each table, where the buckets begin in `members`.
    private final int[][] starts = new int[TABLES][];

    /// Hears of a pair.
    @FunctionalInterface
    public interface Pair {
        /// @param first below `second`; both are numbers of words
        void found(int first, int second, int distance);
    }

    /// @param words are not copied
    public HammingIndex(long[] words) {
        this.words = words;
        for (int t = 0; t < TABLES; t++) {
            var start = new int[(1 << BITS) + 1];
            for (long word : words) start[key(word, t) + 1]++;
            for (int k = 0; k < 1 << BITS; k++) start[k + 1] += start[k];
            var next = start.clone();
            var member = new int[words.length];
            for (int i = 0; i < words.length; i++) member[next[key(words[i], t)]++] = i;
            starts[t] = start;
            members[t] = member;
        }
    }

    private static int key(long word, int table) {
        return (int) (word >>> BITS * table) & 0xffff;
    }

    /// Calls `pair` once for each two words at most `radius` bits apart: by the second word, ascending.
    ///
    /// @param radius 0 … [#FARTHEST]
    public void pairs(int radius, Pair pair) {
        for (int i = 0; i < words.length; i++) before(i, radius, pair);
    }

    /// Calls `pair` once for each word with a number below `i` that is at most `radius` bits from it, in
    /// no particular order. Safe for several threads at once.
    public void before(int i, int radius, Pair pair) {
        Require.that(0 <= radius && radius <= FARTHEST, "a radius must be in 0 … %s, got %s", FARTHEST, radius);
        int near = radius / TABLES;
        for (int t = 0; t < TABLES; t++) {
            int key = key(words[i], t);
            bucket(i, t, key, radius, near, pair);
            if (near == 1) for (int b = 0; b < BITS; b++) bucket(i, t, key ^ 1 << b, radius, near, pair);
        }
    }

    private void bucket(int i, int table, int key, int radius, int near, Pair pair) {
        int[] member = members[table];
        int end = starts[table][key + 1];
        for (int k = starts[table][key]; k < end; k++) {
            int j = member[k];
            if (j >= i) return;
            long difference = words[i] ^ words[j];
            int distance = Long.bitCount(difference);
            if (distance <= radius && isFirst(difference, table, near)) pair.found(j, i, distance);
        }
    }

    /// Whether no table before this one brings the two together: each pair is heard of once.
    private static boolean isFirst(long difference, int table, int near) {
        for (int t = 0; t < table; t++) if (Integer.bitCount(key(difference, t)) <= near) return false;
        return true;
    }
}
