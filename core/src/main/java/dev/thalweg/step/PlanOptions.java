package dev.thalweg.step;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.tensor.Require;
import java.util.Set;

/// What a network is compiled for.
///
/// @param batch examples a step, from 1 to [#MOST_EXAMPLES]
/// @param training whether gradients are computed; if not, batch normalization is folded into the
///     convolutions before it
/// @param loss used in training only
/// @param frozen names of parameters whose gradients are not computed
/// @param threads that the step uses, from 1 to [#MOST_THREADS]
/// @param seed of dropout's masks
/// @param layout of activations in memory: a matter of speed only
public record PlanOptions(
        int batch,
        boolean training,
        Precision precision,
        CrossEntropy loss,
        Set<String> frozen,
        int threads,
        long seed,
        ActivationLayout layout) {

    /// The largest batch, and the most threads: more are a slip of the finger, and would be tried.
    public static final int MOST_EXAMPLES = 1_000_000, MOST_THREADS = 1024;

    public PlanOptions {
        Require.that(
                1 <= batch && batch <= MOST_EXAMPLES, "the batch must be from 1 to %,d, got %,d", MOST_EXAMPLES, batch);
        Require.that(
                1 <= threads && threads <= MOST_THREADS,
                "the number of threads must be from 1 to %,d, got %,d",
                MOST_THREADS,
                threads);
        frozen = Set.copyOf(frozen);
    }

    public static PlanOptions training(int batch) {
        return new PlanOptions(
                batch, true, Precision.AUTO, CrossEntropy.PLAIN, Set.of(), defaultThreads(), 0, ActivationLayout.AUTO);
    }

    public static PlanOptions evaluation(int batch) {
        return new PlanOptions(
                batch, false, Precision.AUTO, CrossEntropy.PLAIN, Set.of(), defaultThreads(), 0, ActivationLayout.AUTO);
    }

    public static int defaultThreads() {
        return java.lang.Runtime.getRuntime().availableProcessors();
    }

    public PlanOptions precision(Precision precision) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }

    public PlanOptions loss(CrossEntropy loss) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }

    public PlanOptions frozen(Set<String> frozen) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }

    public PlanOptions threads(int threads) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }

    public PlanOptions seed(long seed) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }

    public PlanOptions layout(ActivationLayout layout) {
        return new PlanOptions(batch, training, precision, loss, frozen, threads, seed, layout);
    }
}
