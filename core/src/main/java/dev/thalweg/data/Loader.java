package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Batches of examples, read ahead by threads of its own, epoch after epoch without end, from any
/// position on.
///
///     try (var loader = new Loader(set.train(), preprocessing, augmentation, LoaderOptions.of(128, seed))) {
///         for (int b = 0; b < epochs * loader.batchesPerEpoch(); b++) {
///             var batch = loader.next();
///             …
///             batch.release();
///         }
///     }
///
/// What the batch at (epoch, batch, view) holds is a function of that, the examples, the
/// preprocessing, the variation and the options' batch, seed, dropLast and shuffle.
///
/// Memory is taken once: a ring of `readAhead` buffers outside the heap, and the cache. The work is
/// cut into chunks of [#CHUNK] examples, which threads claim in order, so that all of them work on
/// the batch that is wanted next.
public final class Loader implements AutoCloseable {
    /// Examples between two looks at the lock.
    private static final int CHUNK = 32;

    private final Examples examples;
    private final Variation variation;
    private final LoaderOptions options;
    private final Renderer renderer;
    private final Workers workers;
    private final int batchesPerEpoch;
    private final int views;
    private final int chunks;

    private final Arena arena = Arena.ofShared();
    private final Slot[] slots;
    private final Thread[] threads;
    private final Renderer.Scratch[] scratches;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Condition filled = lock.newCondition();

    // Guarded by the lock.
    /// Batches are numbered ((epoch · batchesPerEpoch) + batch) · views + view.
    private long nextClaimed;
    private int nextChunk;
    private long nextHandedOut;
    private int orderEpoch = -1;
    private int[] order = {};
    /// Empty where it is not asked for.
    private final int[] stored;

    private boolean closed;
    private long images;
    private long busyNanos;
    private long batches;
    private long handedOut;
    private long waitedNanos;
    private long usedNanos;
    private long lastReturn;

    /// One buffer of the ring.
    private static final class Slot {
        final MemorySegment images;
        final MemorySegment labels;
        final int[] indices;
        boolean free = true;
        long number = -1;
        int size;
        int chunksLeft;

        @Nullable
        Throwable failure;

        int failed;

        Slot(int batch, long pixels, Arena arena) {
            images = FlatVector.allocate(batch * pixels, arena).segment();
            labels = arena.allocate(Math.multiplyExact((long) batch, Integer.BYTES), FlatVector.ALIGNMENT);
            indices = new int[batch];
        }
    }

    /// A loader from the start on its own threads.
    public Loader(Examples examples, Preprocessing preprocessing, Variation variation, LoaderOptions options) {
        this(examples, preprocessing, variation, options, Position.START, Workers.SERIAL);
    }

    /// @param start the first batch that [#next] is to return, in its first view
    /// @param workers who prepares batches if the options ask for no threads: it is done in
    ///     [#next] then, which suits workers that are idle between two steps of training
    public Loader(
            Examples examples,
            Preprocessing preprocessing,
            Variation variation,
            LoaderOptions options,
            Position start,
            Workers workers) {
        Require.that(examples.size() >= 1, "a loader needs at least one example");
        int batch = options.batch();
        batchesPerEpoch = options.dropLast() ? examples.size() / batch : (examples.size() + batch - 1) / batch;
        Require.that(
                batchesPerEpoch >= 1,
                "%s examples do not fill a batch of %s: choose a smaller batch or keep the last one",
                examples.size(),
                batch);
        Require.that(
                start.batch() < batchesPerEpoch,
                "the batch to start at must be below %s, got %s",
                batchesPerEpoch,
                start.batch());
        this.examples = examples;
        this.variation = variation;
        this.options = options;
        this.workers = workers;
        renderer = new Renderer(examples, preprocessing, variation, options);
        stored = options.shuffle() == null ? new int[0] : examples.inStoredOrder();
        views = variation instanceof Views several ? several.views().size() : 1;
        chunks = (batch + CHUNK - 1) / CHUNK;
        nextHandedOut = ((long) start.epoch() * batchesPerEpoch + start.batch()) * views;
        nextClaimed = nextHandedOut;

        long pixels = preprocessing.shape().size();
        slots = new Slot[options.readAhead()];
        for (int s = 0; s < slots.length; s++) slots[s] = new Slot(batch, pixels, arena);
        scratches = new Renderer.Scratch[Math.max(options.threads(), workers.count())];
        for (int t = 0; t < scratches.length; t++) scratches[t] = renderer.scratch();
        threads = new Thread[options.threads()];
        for (int t = 0; t < threads.length; t++) {
            var scratch = scratches[t];
            threads[t] =
                    Thread.ofPlatform().daemon().name("thalweg-loader-" + t).start(() -> work(scratch));
        }
    }

    /// Batches in an epoch, each to be had in every view.
    public int batchesPerEpoch() {
        return batchesPerEpoch;
    }

    /// Calls of [#next] in an epoch: batches times views.
    public int callsPerEpoch() {
        return batchesPerEpoch * views;
    }

    /// Examples in a full batch.
    public int capacity() {
        return options.batch();
    }

    /// The next batch; waits until it is ready. To be called by one thread at a time.
    ///
    /// @throws IOException if one of its examples cannot be read; the message has its name
    /// @throws IllegalStateException if the loader is closed, or every buffer is held by batches
    ///     that have not been released
    public Batch next() throws IOException {
        lock.lock();
        try {
            if (closed) throw new IllegalStateException("the loader is closed");
            long began = System.nanoTime();
            if (lastReturn != 0) usedNanos += began - lastReturn;
            var slot = slots[(int) (nextHandedOut % slots.length)];
            if (threads.length == 0) fillHere(slot);
            while (slot.number != nextHandedOut || slot.chunksLeft > 0) {
                if (closed) throw new IllegalStateException("the loader is closed");
                if (!slot.free && slot.number < nextHandedOut)
                    throw new IllegalStateException(
                            "all %s buffers of the loader are in use: release batches, or raise LoaderOptions.readAhead"
                                    .formatted(slots.length));
                filled.await();
            }
            var failure = slot.failure;
            if (failure instanceof Exception e) throw new UnreadablePicture(examples, slot.failed, e);
            if (failure != null)
                throw new IOException(
                        "cannot read %s: %s".formatted(examples.name(slot.failed), failure.getMessage()), failure);
            long number = nextHandedOut++;
            batches++;
            handedOut += slot.size;
            lastReturn = System.nanoTime();
            waitedNanos += lastReturn - began;
            return new Batch(
                    slot.images,
                    slot.labels,
                    slot.indices,
                    slot.size,
                    position(number),
                    (int) (number % views),
                    () -> release(slot));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while waiting for a batch").initCause(e);
        } finally {
            lock.unlock();
        }
    }

    /// What has been done since the loader was made.
    public LoaderStats stats() {
        lock.lock();
        try {
            int hands = threads.length > 0 ? threads.length : workers.count();
            return new LoaderStats(
                    hands, images, busyNanos * 1e-9, batches, handedOut, waitedNanos * 1e-9, usedNanos * 1e-9);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the threads and gives the memory back; batches may not be used afterwards. The examples
    /// stay open. Closing twice is harmless.
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            freed.signalAll();
            filled.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (var thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        arena.close();
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void release(Slot slot) {
        lock.lock();
        try {
            slot.free = true;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Position position(long number) {
        long batch = number / views;
        return new Position((int) (batch / batchesPerEpoch), (int) (batch % batchesPerEpoch));
    }

    /// A thread's life: claim the next chunk, fill it, tell.
    private void work(Renderer.Scratch scratch) {
        while (true) {
            Slot slot;
            int chunk;
            lock.lock();
            try {
                slot = slots[(int) (nextClaimed % slots.length)];
                // Another thread may move the claim on while this one waits.
                while (!closed && nextChunk == 0 && !slot.free) {
                    freed.awaitUninterruptibly();
                    slot = slots[(int) (nextClaimed % slots.length)];
                }
                if (closed) return;
                if (nextChunk == 0) begin(slot, nextClaimed);
                chunk = nextChunk++;
                if (nextChunk == chunks) {
                    nextChunk = 0;
                    nextClaimed++;
                }
            } finally {
                lock.unlock();
            }
            fill(slot, chunk, scratch);
        }
    }

    /// Prepares the whole batch on the calling thread and the workers; the lock is held.
    private void fillHere(Slot slot) {
        if (closed || !slot.free || nextClaimed != nextHandedOut) return;
        begin(slot, nextClaimed++);
        // The lock must be open for the workers, who tell how far they are.
        lock.unlock();
        try {
            workers.run((worker, count) -> {
                for (int chunk = worker; chunk < chunks; chunk += count) fill(slot, chunk, scratches[worker]);
            });
        } finally {
            lock.lock();
        }
    }

    /// Decides what batch `number` holds; the lock is held. Batches begin in order, so that one
    /// epoch's order of examples is enough to keep.
    private void begin(Slot slot, long number) {
        var position = position(number);
        int from = position.batch() * options.batch();
        slot.free = false;
        slot.number = number;
        slot.size = Math.min(options.batch(), examples.size() - from);
        slot.chunksLeft = chunks;
        slot.failure = null;
        if (variation instanceof Views) {
            for (int k = 0; k < slot.size; k++) slot.indices[k] = from + k;
        } else {
            if (orderEpoch != position.epoch()) {
                orderEpoch = position.epoch();
                var key = RandomKey.of(options.seed()).fold("shuffle").fold(orderEpoch);
                var buffer = options.shuffle();
                order = buffer == null ? key.permutation(examples.size()) : buffer.order(stored, key);
            }
            System.arraycopy(order, from, slot.indices, 0, slot.size);
        }
    }

    private void fill(Slot slot, int chunk, Renderer.Scratch scratch) {
        long began = System.nanoTime();
        int from = chunk * CHUNK;
        int to = Math.min(from + CHUNK, options.batch());
        int epoch = position(slot.number).epoch();
        int view = (int) (slot.number % views);
        long floats = renderer.floats();
        @Nullable Throwable failure = null;
        int failed = -1;
        for (int k = from; k < to; k++) {
            long at = k * floats * Float.BYTES;
            if (k >= slot.size) {
                slot.images.asSlice(at, floats * Float.BYTES).fill((byte) 0);
                slot.labels.setAtIndex(JAVA_INT, k, -1);
                continue;
            }
            int i = slot.indices[k];
            try {
                renderer.render(i, epoch, view, scratch, slot.images, at);
            } catch (Throwable e) {
                // Even want of memory must reach the caller of next(), who would wait for ever.
                failure = e;
                failed = i;
                break;
            }
            slot.labels.setAtIndex(JAVA_INT, k, examples.label(i));
        }
        lock.lock();
        try {
            busyNanos += System.nanoTime() - began;
            images += Math.max(0, Math.min(to, slot.size) - from);
            if (failure != null && slot.failure == null) {
                slot.failure = failure;
                slot.failed = failed;
            }
            if (--slot.chunksLeft == 0) filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
