package dev.thalweg.data;

import dev.thalweg.picture.Picture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Pictures kept in memory, first come, until the budget is spent. Safe for several threads; two
/// that offer the same picture at once may both be charged.
final class PictureCache {
    /// Written without locks: a [Picture] is immutable, so whoever sees it sees all of it.
    private final @Nullable Picture[] pictures;
    private final AtomicLong left;

    PictureCache(int size, long budget) {
        pictures = new Picture[size];
        left = new AtomicLong(budget);
    }

    /// One that keeps nothing.
    static PictureCache none() {
        return new PictureCache(0, 0);
    }

    /// Whether pictures are offered to it to any purpose.
    boolean keeps() {
        return pictures.length > 0;
    }

    @Nullable
    Picture get(int i) {
        return pictures.length == 0 ? null : pictures[i];
    }

    void offer(int i, Picture picture) {
        if (pictures.length == 0) return;
        long bytes = (long) picture.pixels().length + CachePlan.OVERHEAD;
        if (left.get() < bytes) return;
        if (left.addAndGet(-bytes) < 0) left.addAndGet(bytes);
        else pictures[i] = picture;
    }
}
