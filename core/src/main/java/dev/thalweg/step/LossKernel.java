package dev.thalweg.step;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.MemorySegment;

/// [CrossEntropy] of class scores, and its gradient with respect to them, in double precision.
final class LossKernel implements Workers.Job {
    private final MemorySegment scores;
    private final MemorySegment labels;
    private final MemorySegment gradient;
    private final int batch;
    private final int classes;
    private final double smoothing;
    private final double[] weights;
    /// Σ over classes of the weights: what the smoothing term multiplies.
    private final double weightSum;
    /// Each example's loss, already divided by the sum of the targets' weights.
    private final double[] losses;

    private final int[] right;
    private double normalizer;

    LossKernel(CrossEntropy loss, MemorySegment scores, MemorySegment labels, MemorySegment gradient, int batch) {
        this.scores = scores;
        this.labels = labels;
        this.gradient = gradient;
        this.batch = batch;
        this.classes = Math.toIntExact(scores.byteSize() / Float.BYTES / batch);
        this.smoothing = loss.smoothing();
        this.weights = new double[classes];
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            weights[k] = loss.weights().isEmpty() ? 1 : loss.weights().get(k);
            sum += weights[k];
        }
        this.weightSum = sum;
        this.losses = new double[batch];
        this.right = new int[batch];
    }

    /// Computes loss and gradient.
    void run(Workers workers) {
        normalizer = 0;
        for (int n = 0; n < batch; n++) normalizer += weights[label(n)];
        if (normalizer == 0) normalizer = 1;
        workers.run(this);
    }

    private int label(int n) {
        int label = labels.getAtIndex(JAVA_INT, n);
        if (label < 0 || label >= classes)
            throw new IllegalArgumentException(
                    "a label must be in [0, %d), example %d of the batch has %d".formatted(classes, n, label));
        return label;
    }

    @Override
    public void run(int worker, int workers) {
        long end = Workers.begin(batch, 1, worker + 1, workers);
        for (long n = Workers.begin(batch, 1, worker, workers); n < end; n++) example((int) n);
    }

    private void example(int n) {
        long row = (long) n * classes;
        int label = labels.getAtIndex(JAVA_INT, n);
        float max = Float.NEGATIVE_INFINITY;
        int best = 0;
        for (int k = 0; k < classes; k++) {
            float z = scores.getAtIndex(JAVA_FLOAT, row + k);
            if (z > max) {
                max = z;
                best = k;
            }
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) sum += Math.exp((double) scores.getAtIndex(JAVA_FLOAT, row + k) - max);
        double logSum = Math.log(sum) + max;
        // Target weights: (1 − s)·w_y at the label, s/K·w_k everywhere.
        double hard = (1 - smoothing) * weights[label];
        double soft = smoothing / classes;
        double total = hard + soft * weightSum;
        double loss = 0;
        for (int k = 0; k < classes; k++) {
            double z = scores.getAtIndex(JAVA_FLOAT, row + k);
            double target = soft * weights[k] + (k == label ? hard : 0);
            loss += target * (logSum - z);
            double p = Math.exp(z - logSum);
            gradient.setAtIndex(JAVA_FLOAT, row + k, (float) ((total * p - target) / normalizer));
        }
        losses[n] = loss / normalizer;
        right[n] = best == label && !Float.isNaN(max) ? 1 : 0;
    }

    /// The batch's mean loss.
    double loss() {
        double sum = 0;
        for (double loss : losses) sum += loss;
        return sum;
    }

    /// How many examples have their highest score at the label.
    int right() {
        int sum = 0;
        for (int one : right) sum += one;
        return sum;
    }
}
