package dev.thalweg.train;

import dev.thalweg.nn.Network;

/// Which steps of a run are recorded: the first, every `every`-th and the last. It depends on nothing but
/// the recipe, so that a run that was resumed records the same ones.
///
/// @param total steps of the whole run, at least 1
/// @param every at least 1
record Sampling(long total, long every) {
    /// Samples that a long run leaves, about.
    static final int MOST = 500;
    /// Fewer are not taken to save time, unless the run has fewer steps.
    static final int LEAST = 100;

    /// Measuring reads each parameter a few times, a step multiplies it by each example at each place: of the
    /// time of a step, measuring takes about this much times parameters / (multiply-adds · examples). Found
    /// with the multi-layer perceptron: 0.4 of 1.9 ms with 128 examples.
    private static final double COST = 27;
    /// Share of a run's time that it may take.
    private static final double SHARE = 0.005;

    /// @param examples of a step
    static Sampling of(long total, Network network, int examples) {
        double cost = COST * network.parameters().length() / ((double) network.multiplyAdds() * examples);
        return of(total, (long) Math.ceil(cost / SHARE));
    }

    /// @param affordable steps between two samples that measuring is cheap enough for
    static Sampling of(long total, long affordable) {
        long every = Math.max(Math.ceilDiv(total, MOST), Math.min(affordable, Math.ceilDiv(total, LEAST)));
        return new Sampling(total, every);
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
