package dev.thalweg.step;

/// A plan would need more memory than the machine can give; nothing was taken.
public final class NotEnoughMemory extends RuntimeException {
    private final long needed;

    NotEnoughMemory(String network, int batch, long needed, long available) {
        super(("%s at batch %d needs %.1f GB for activations, but %.1f GB are available;"
                        + " try a batch of %d or smaller pictures")
                .formatted(
                        network,
                        batch,
                        needed / 1e9,
                        available / 1e9,
                        Math.max(1, suggestion(batch, needed, available))));
        this.needed = needed;
    }

    private static int suggestion(int batch, long needed, long available) {
        return (int) Math.min(
                batch - 1L, Integer.highestOneBit((int) Math.max(1, (double) batch * available / needed)));
    }

    /// Bytes that the plan needs.
    public long needed() {
        return needed;
    }
}
