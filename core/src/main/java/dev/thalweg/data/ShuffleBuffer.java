package dev.thalweg.data;

import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;

/// A random order for sets that do not fit in memory, in which what is read soon after each other lies
/// close together: the examples, as they are stored, are cut into runs of `run`, the runs are taken in
/// random order, and their examples pass through a buffer of `examples`, from which each time a random one
/// is taken and replaced by the next.
///
/// Each epoch's order is a function of (seed, epoch, stored order): nothing need be kept to go on in the
/// middle of one.
///
/// @param examples that the buffer holds, at least 1; the more, the closer to a uniformly random order
/// @param run examples that are read one after the other, at least 1; the smaller, the closer likewise
public record ShuffleBuffer(int examples, int run) {
    /// Bytes that are read one after the other at least, if there is a choice.
    private static final long RUN_BYTES = 1 << 18;

    public ShuffleBuffer {
        Require.that(examples >= 1, "ShuffleBuffer.examples must be at least 1, got %s", examples);
        Require.that(run >= 1, "ShuffleBuffer.run must be at least 1, got %s", run);
    }

    /// The buffer that suits a set: examples of an eighth of the memory, in runs of a quarter of a MiB.
    ///
    /// @param examples in the set
    /// @param bytes that all of them take in their files
    /// @param memory in bytes
    public static ShuffleBuffer of(int examples, long bytes, long memory) {
        double each = Math.max(1, (double) bytes / examples);
        return new ShuffleBuffer(
                (int) Math.clamp(memory / 8 / each, 1, examples), (int) Math.clamp(RUN_BYTES / each, 1, 1024));
    }

    @Override
    public String toString() {
        return "runs of %,d through a buffer of %,d".formatted(run, examples);
    }

    /// The order of an epoch.
    ///
    /// @param stored all examples as they are stored, see [Examples#inStoredOrder]
    public int[] order(int[] stored, RandomKey key) {
        int n = stored.length;
        var order = new int[n];
        int filled = 0;
        int next = 0;
        var buffer = new int[Math.min(examples, n)];
        var draws = key.fold("buffer");
        for (int r : key.fold("runs").permutation(Math.ceilDiv(n, run))) {
            int end = Math.min((r + 1) * run, n);
            for (int k = r * run; k < end; k++) {
                if (filled < buffer.length) {
                    buffer[filled++] = stored[k];
                    continue;
                }
                int slot = draws.below(next, filled);
                order[next++] = buffer[slot];
                buffer[slot] = stored[k];
            }
        }
        while (filled > 0) {
            int slot = draws.below(next, filled);
            order[next++] = buffer[slot];
            buffer[slot] = buffer[--filled];
        }
        return order;
    }
}
