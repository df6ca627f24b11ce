package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Vectors;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;

/// Sums the gradients of several micro-batches, so that they act as one batch that would not have
/// fitted into memory. Averaging costs nothing: [#scale] goes into the step.
///
///     accumulator.clear();
///     for (var batch : microBatches) {
///         … // forward, backward: fills gradient
///         accumulator.add(gradient);
///     }
///     optimizer.step(theta, accumulator.sum(), step, rate, accumulator.scale());
///
/// Where each gradient is a mean over its own micro-batch and their sizes differ, add each with its
/// size as weight; the result is then the mean over all examples. Batch normalization still sees
/// one micro-batch at a time.
public final class Accumulator {
    private final FlatVector sum;
    private final Workers workers;
    private double weight;

    public Accumulator(long n, Workers workers, Arena arena) {
        this.sum = FlatVector.allocate(n, arena);
        this.workers = workers;
    }

    /// Adds the gradient of one micro-batch.
    public void add(FlatVector gradient) {
        add(gradient, 1);
    }

    /// Adds `weight` times the gradient of one micro-batch.
    public void add(FlatVector gradient, double weight) {
        Require.that(
                0 < weight && weight < Float.MAX_VALUE,
                "the weight of a micro-batch must be in (0, ∞), got %s",
                weight);
        if (this.weight > 0) {
            Vectors.axpy(sum, gradient, weight, workers);
        } else {
            Vectors.copy(sum, gradient, workers);
            if (weight != 1) Vectors.scale(sum, weight, workers);
        }
        this.weight += weight;
    }

    /// The weighted sum since [#clear]; zeros or an old sum before the first [#add].
    public FlatVector sum() {
        return sum;
    }

    /// 1 / Σ weights: 1/k after k micro-batches.
    public double scale() {
        Require.that(weight > 0, "no gradient has been added");
        return 1 / weight;
    }

    /// Begins the next batch.
    public void clear() {
        weight = 0;
    }
}
