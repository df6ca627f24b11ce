package dev.thalweg.train;

import dev.thalweg.data.Batch;
import dev.thalweg.data.Loader;
import dev.thalweg.step.Plan;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All training examples, batch after batch in one order, again and again. They are kept, as the network sees them,
/// where the memory that is granted holds all of them; otherwise each round reads them anew.
final class WholeData implements AutoCloseable {
    private final int examples;
    private final int batch;
    private final long pixels;
    private final Arena arena = Arena.ofShared();
    private final List<Kept> kept = new ArrayList<>();
    private @Nullable Loader loader;
    private boolean keeps;
    private Learner.@Nullable Watcher watcher;

    private record Kept(MemorySegment images, MemorySegment labels) {}

    /// @param pixels numbers of an example
    WholeData(int examples, int batch, long pixels) {
        this.examples = examples;
        this.batch = batch;
        this.pixels = pixels;
    }

    /// Reads from `loader` from now on, whose next batch is the first.
    ///
    /// @param bytes that examples may take
    void read(Loader loader, long bytes) {
        this.loader = loader;
        keeps = fits(bytes);
        kept.clear();
    }

    void watch(Learner.Watcher watcher) {
        this.watcher = watcher;
    }

    /// Whether so many bytes hold all examples.
    boolean fits(long bytes) {
        return (pixels * Float.BYTES + Integer.BYTES) * examples <= bytes;
    }

    boolean isKept() {
        return keeps;
    }

    int batches() {
        return Math.ceilDiv(examples, batch);
    }

    int examples() {
        return examples;
    }

    /// Examples in batch `b`.
    int size(int b) {
        return Math.min(batch, examples - b * batch);
    }

    /// Puts batch `b`, the one after the last, where `plan` reads it.
    void fill(int b, Plan plan) throws IOException {
        long imageBytes = size(b) * pixels * Float.BYTES, labelBytes = (long) size(b) * Integer.BYTES;
        if (b < kept.size()) {
            copy(kept.get(b).images, plan.input().segment(), imageBytes);
            copy(kept.get(b).labels, plan.labels(), labelBytes);
            return;
        }
        if (loader == null) throw new IllegalStateException("there is nothing to read examples from");
        Batch next = loader.next();
        if (watcher != null) {
            watcher.see(next);
            watcher = null;
        }
        copy(next.images(), plan.input().segment(), imageBytes);
        copy(next.labels(), plan.labels(), labelBytes);
        if (keeps) {
            var images = arena.allocate(imageBytes, 64);
            var labels = arena.allocate(labelBytes, 64);
            copy(next.images(), images, imageBytes);
            copy(next.labels(), labels, labelBytes);
            kept.add(new Kept(images, labels));
        }
        next.release();
    }

    private static void copy(MemorySegment from, MemorySegment to, long bytes) {
        MemorySegment.copy(from, 0, to, 0, bytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
