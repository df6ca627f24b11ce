package dev.thalweg.train;

/// Which steps of a run are recorded: the first, every `every`-th and the last. It depends on nothing
/// but the number of steps, so that a run that was resumed records the same ones.
///
/// @param total steps of the whole run, at least 1
/// @param every at least 1
record Sampling(long total, long every) {
    /// Samples that a long run leaves, about.
    static final int SAMPLES = 500;

    static Sampling of(long total) {
        return new Sampling(total, Math.ceilDiv(total, SAMPLES));
    }

    /// Whether step `step`, counted from 1, is recorded.
    boolean wants(long step) {
        return step == 1 || step % every == 0 || step == total;
    }

    /// How many of the steps up to and including `step` are recorded.
    long upTo(long step) {
        if (step < 1) return 0;
        long whole = step / every;
        return whole + (every > 1 ? 1 : 0) + (step >= total && total % every != 0 && total > 1 ? 1 : 0);
    }
}
