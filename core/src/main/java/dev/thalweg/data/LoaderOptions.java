package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import org.jspecify.annotations.Nullable;

/// How a [Loader] works. Only batch, seed, dropLast and shuffle have an influence on what the batches hold.
///
/// @param batch examples in a batch
/// @param seed of shuffling and augmentation
/// @param dropLast whether a last batch that is not full is left out
/// @param threads that prepare batches; 0 if [Loader#next] is to do it itself
/// @param readAhead buffers, at least 1: batches prepared ahead and batches not yet released
///     together; more than 1 is of use only with threads
/// @param cacheBytes of heap for decoded pictures, so that each is decoded once; 0 for none
/// @param shuffle how training examples are put in order; null for a uniformly random order
public record LoaderOptions(
        int batch,
        long seed,
        boolean dropLast,
        int threads,
        int readAhead,
        long cacheBytes,
        @Nullable ShuffleBuffer shuffle) {

    public LoaderOptions {
        Require.that(batch >= 1, "LoaderOptions.batch must be at least 1, got %s", batch);
        Require.that(threads >= 0, "LoaderOptions.threads must be at least 0, got %s", threads);
        Require.that(readAhead >= 1, "LoaderOptions.readAhead must be at least 1, got %s", readAhead);
        Require.that(cacheBytes >= 0, "LoaderOptions.cacheBytes must be at least 0, got %s", cacheBytes);
    }

    /// With a uniformly random order.
    public LoaderOptions(int batch, long seed, boolean dropLast, int threads, int readAhead, long cacheBytes) {
        this(batch, seed, dropLast, threads, readAhead, cacheBytes, null);
    }

    /// Half of the processors, three batches of room, a quarter of the heap for decoded pictures.
    public static LoaderOptions of(int batch, long seed) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new LoaderOptions(
                batch, seed, false, threads, 3, Runtime.getRuntime().maxMemory() / 4, null);
    }

    public LoaderOptions withDropLast(boolean dropLast) {
        return new LoaderOptions(batch, seed, dropLast, threads, readAhead, cacheBytes, shuffle);
    }

    public LoaderOptions withThreads(int threads) {
        return new LoaderOptions(batch, seed, dropLast, threads, readAhead, cacheBytes, shuffle);
    }

    public LoaderOptions withReadAhead(int readAhead) {
        return new LoaderOptions(batch, seed, dropLast, threads, readAhead, cacheBytes, shuffle);
    }

    public LoaderOptions withCacheBytes(long cacheBytes) {
        return new LoaderOptions(batch, seed, dropLast, threads, readAhead, cacheBytes, shuffle);
    }

    public LoaderOptions withShuffle(@Nullable ShuffleBuffer shuffle) {
        return new LoaderOptions(batch, seed, dropLast, threads, readAhead, cacheBytes, shuffle);
    }
}
