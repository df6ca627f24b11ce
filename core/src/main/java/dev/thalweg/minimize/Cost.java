package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;

/// What methods cost, for people.
final class Cost {
    private Cost() {}

    /// @param matrices of n × n doubles that are to be kept
    /// @throws IllegalArgumentException if Java's memory does not hold them
    static void require(String method, int matrices, long n) {
        Require.that(
                n * n <= Integer.MAX_VALUE,
                "%s of %,d variables keeps more numbers in a matrix than an array of Java holds: L-BFGS keeps a few vectors",
                method,
                n);
        double bytes = 8.0 * matrices * n * n;
        double heap = Runtime.getRuntime().maxMemory();
        Require.that(
                bytes <= 0.9 * heap,
                "%s of %,d variables keeps matrices of %.1f GB, and Java has %.1f GB: a larger heap (-Xmx) or L-BFGS, which keeps a few vectors",
                method,
                n,
                bytes / 1e9,
                heap / 1e9);
    }

    /// @param history steps, each of two vectors of n doubles
    /// @throws IllegalArgumentException if Java's memory does not hold them
    static void requireHistory(int history, long n) {
        // Beside the vectors, what arrays take for themselves, and products of the steps with each other.
        double bytes = 8.0 * history * (2 * n + 8 + 7.0 * history);
        double heap = Runtime.getRuntime().maxMemory();
        Require.that(
                bytes <= 0.9 * heap,
                "a history of %,d steps in %,d variable%s takes %.1f GB, and Java has %.1f GB: a shorter history or a larger heap (-Xmx)",
                history,
                n,
                n == 1 ? "" : "s",
                bytes / 1e9,
                heap / 1e9);
    }

    /// Of a matrix of n × n doubles: `30.5 GB`.
    static String memory(long n) {
        double bytes = 8.0 * n * n;
        return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%,.1f GB".formatted(bytes / 1e9);
    }
}
