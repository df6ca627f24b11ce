package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;

/// What methods cost, for people.
final class Cost {
    private Cost() {}

    /// @param matrices of n × n doubles that are to be kept
    /// @throws IllegalArgumentException if Java's memory does not hold them
    static void require(String method, int matrices, long n) {
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

    /// Of a matrix of n × n doubles: `30.5 GB`.
    static String memory(long n) {
        double bytes = 8.0 * n * n;
        return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%,.1f GB".formatted(bytes / 1e9);
    }
}
