package dev.thalweg.data;

import java.io.IOException;

/// Whether a loader keeps decoded pictures in memory: all of them, if they fit into the budget, or none.
/// A part of them would take memory and spare little time.
///
/// @param needed bytes that all pictures take decoded; an estimate where their sizes differ
/// @param budget bytes that may be taken, 0 if nothing is to be kept
public record CachePlan(long needed, long budget) {
    /// Bytes that a picture takes beside its pixels.
    static final int OVERHEAD = 48;

    /// Pictures whose sizes are looked at.
    private static final int LOOKED_AT = 32;

    /// The plan for a loader of these.
    public static CachePlan of(Examples examples, Preprocessing preprocessing, Variation variation, long budget)
            throws IOException {
        int n = examples.size();
        if (budget == 0 || n == 0) return new CachePlan(0, budget);
        long fitted = (long) preprocessing.width() * preprocessing.height() * preprocessing.channels() + OVERHEAD;
        boolean whole = variation instanceof Augmentation augmentation && augmentation.resizedCrop() != null;
        if (!whole) return new CachePlan(n * fitted, budget);
        int looks = Math.min(LOOKED_AT, n);
        long bytes = 0;
        for (int k = 0; k < looks; k++) {
            var size = examples.dimensions((int) ((long) k * n / looks));
            bytes += size.pixels() * preprocessing.channels() + OVERHEAD;
        }
        return new CachePlan((long) ((double) bytes / looks * n), budget);
    }

    public boolean fits() {
        return 0 < budget && needed <= budget;
    }

    @Override
    public String toString() {
        if (budget == 0) return "not cached";
        return fits()
                ? "cached in memory, %s of %s".formatted(megabytes(needed), megabytes(budget))
                : "not cached: decoded they would take %s of the %s that are for it"
                        .formatted(megabytes(needed), megabytes(budget));
    }

    private static String megabytes(long bytes) {
        return bytes < 10_000_000_000L
                ? "%,d MB".formatted(Math.ceilDiv(bytes, 1_000_000))
                : "%,.1f GB".formatted(bytes / 1e9);
    }
}
