package dev.thalweg.minimize;

/// What methods cost, for people.
final class Cost {
    private Cost() {}

    /// Of a matrix of n × n doubles: `30.5 GB`.
    static String memory(long n) {
        double bytes = 8.0 * n * n;
        return bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%,.1f GB".formatted(bytes / 1e9);
    }
}
