package dev.thalweg.data;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/// Examples ready for the network, in memory that belongs to the loader: release it when done, and
/// do not touch it afterwards.
public final class Batch {
    private final MemorySegment images;
    private final MemorySegment labels;
    private final int[] indices;
    private final int size;
    private final Position position;
    private final int view;
    private final Runnable onRelease;
    private final AtomicBoolean released = new AtomicBoolean();

    Batch(
            MemorySegment images,
            MemorySegment labels,
            int[] indices,
            int size,
            Position position,
            int view,
            Runnable onRelease) {
        this.images = images;
        this.labels = labels;
        this.indices = indices;
        this.size = size;
        this.position = position;
        this.view = view;
        this.onRelease = onRelease;
    }

    /// float32, channels last, (capacity, height, width, channels), normalized, native byte order,
    /// 64-byte aligned. Where size < capacity, in a last batch that is not full, the rest is 0.
    public MemorySegment images() {
        return images;
    }

    /// int32, (capacity), native byte order, 64-byte aligned. Where size < capacity, the rest is −1.
    public MemorySegment labels() {
        return labels;
    }

    /// Examples in the batch: its capacity, the loader's batch size, except perhaps in the last one.
    public int size() {
        return size;
    }

    /// The example's number within the loader's list, for i < size.
    public int index(int i) {
        return indices[i];
    }

    /// Which epoch and batch this is.
    public Position position() {
        return position;
    }

    /// Which of the [Views] this is; 0 in training.
    public int view() {
        return view;
    }

    /// Gives the memory back to the loader. Doing so twice is harmless.
    public void release() {
        if (!released.getAndSet(true)) onRelease.run();
    }
}
