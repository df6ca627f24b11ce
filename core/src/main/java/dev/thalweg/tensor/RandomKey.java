package dev.thalweg.tensor;

import java.util.random.RandomGenerator;

/// Randomness as a pure function: a key is derived from the seed by folding in what the numbers
/// are for (a purpose, an epoch, an example's index), and yields the same numbers whatever the
/// number of threads, the order of calls, or a resume in between.
///
///     var key = RandomKey.of(seed).fold("augment").fold(epoch).fold(index);
///     boolean flip = key.uniform(0) < 0.5f;
///
/// Bits come from the SplitMix64 finalizer (Steele, Lea, Flood, OOPSLA 2014; constants of
/// Stafford's variant 13), applied to key and counter: not for cryptography.
///
/// @param bits the key itself
public record RandomKey(long bits) {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    public static RandomKey of(long seed) {
        return new RandomKey(mix(seed + GOLDEN));
    }

    /// The key for `data` under this one.
    public RandomKey fold(long data) {
        return new RandomKey(fold(bits, data));
    }

    /// The key for a named purpose under this one.
    public RandomKey fold(String purpose) {
        long hash = bits;
        for (int i = 0; i < purpose.length(); i++) hash = fold(hash, purpose.charAt(i));
        return new RandomKey(fold(hash, purpose.length()));
    }

    /// As [#fold(long)], on bare bits, for loops that may not allocate.
    public static long fold(long key, long data) {
        return mix(mix(key ^ (data * GOLDEN)) + GOLDEN);
    }

    /// 64 random bits for `counter`.
    public long at(long counter) {
        return at(bits, counter);
    }

    public static long at(long key, long counter) {
        return mix(key + (counter + 1) * GOLDEN);
    }

    /// Uniform in [0, 1), a multiple of 2⁻²⁴.
    public float uniform(long counter) {
        return (at(counter) >>> 40) * 0x1p-24f;
    }

    /// Uniform in {0, …, bound − 1}; the bias is below bound · 2⁻⁶³.
    public int below(long counter, int bound) {
        Require.that(bound >= 1, "a bound must be at least 1, got %s", bound);
        return (int) Math.multiplyHigh(at(counter) >>> 1, 2L * bound);
    }

    /// A generator that draws this key's numbers in turn, for code that wants to ask repeatedly.
    public RandomGenerator generator() {
        long key = bits;
        return new RandomGenerator() {
            private long counter;

            @Override
            public long nextLong() {
                return at(key, counter++);
            }
        };
    }

    /// A uniformly random order of 0, …, n − 1 (Fisher–Yates).
    public int[] permutation(int n) {
        var order = new int[n];
        for (int i = 0; i < n; i++) order[i] = i;
        for (int i = n - 1; i > 0; i--) {
            int j = below(i, i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
