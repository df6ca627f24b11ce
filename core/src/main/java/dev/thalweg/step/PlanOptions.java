package dev.thalweg.step;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.tensor.Require;
import java.util.Set;

/// What a network is compiled for.
///
/// @param batch examples a step, at least 1
/// @param training whether gradients are computed; if not, batch normalization is folded into the
///     convolutions before it
/// @param loss used in training only
/// @param frozen names of parameters whose gradients are not computed
/// @param threads that the step uses, at least 1
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

    public PlanOptions {
        Require.that(batch >= 1, "the batch must be at least 1, got %s", batch);
        Require.that(threads >= 1, "the number of threads must be at least 1, got %s", threads);
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
