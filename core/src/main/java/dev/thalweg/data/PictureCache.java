package dev.thalweg.data;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Pictures kept in memory, first come, until the budget is spent. Safe for several threads; two
/// that offer the same picture at once may both be charged.
final class PictureCache {
    /// Bytes that a picture takes beside its pixels.
    private static final int OVERHEAD = 48;

    /// Written without locks: a [Picture] is immutable, so whoever sees it sees all of it.
    private final @Nullable Picture[] pictures;
    private final AtomicLong left;

    PictureCache(int size, long budget) {
        pictures = new Picture[size];
        left = new AtomicLong(budget);
    }

    @Nullable
    Picture get(int i) {
        return pictures[i];
    }

    void offer(int i, Picture picture) {
        long bytes = (long) picture.pixels().length + OVERHEAD;
        if (left.get() < bytes) return;
        if (left.addAndGet(-bytes) < 0) left.addAndGet(bytes);
        else pictures[i] = picture;
    }
}
