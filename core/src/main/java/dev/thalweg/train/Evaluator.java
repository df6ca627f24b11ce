package dev.thalweg.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.data.Examples;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.Views;
import dev.thalweg.nn.Model;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Runs a model in evaluation mode over lists of examples.
public final class Evaluator implements AutoCloseable {
    private final Plan plan;
    private final Preprocessing preprocessing;

    /// @param batch examples that are run at once
    public Evaluator(Model model, Preprocessing preprocessing, int batch, Precision precision, int threads) {
        plan = Plan.compile(
                model, PlanOptions.evaluation(batch).precision(precision).threads(threads));
        this.preprocessing = preprocessing;
    }

    /// Evaluates the model as it is now.
    ///
    /// @throws IOException if an example cannot be read; the message has its name
    public Evaluation evaluate(Examples examples, Views views) throws IOException {
        plan.refresh();
        int n = examples.size();
        int classes = plan.network().classes();
        int capacity = plan.options().batch();
        var averaged = new float[Math.multiplyExact(n, classes)];
        var plain = new float[averaged.length];
        var labels = new int[n];
        int several = views.views().size();
        try (var loader = new Loader(
                examples, preprocessing, views, LoaderOptions.of(capacity, 0).withCacheBytes(0))) {
            for (int done = 0; done < n; ) {
                int size = 0;
                for (int view = 0; view < several; view++) {
                    var batch = loader.next();
                    size = batch.size();
                    MemorySegment.copy(
                            batch.images(),
                            0,
                            plan.input().segment(),
                            0,
                            plan.input().length() * Float.BYTES);
                    for (int i = 0; i < size; i++)
                        labels[done + i] = batch.labels().getAtIndex(JAVA_INT, i);
                    batch.release();
                    plan.forward(0);
                    float weight = views.weights().get(view).floatValue();
                    int at = done * classes;
                    var scores = plan.scores().segment();
                    for (int i = 0; i < size * classes; i++) {
                        float score = scores.getAtIndex(JAVA_FLOAT, i);
                        averaged[at + i] += several == 1 ? score : weight * score;
                        if (view == 0) plain[at + i] = score;
                    }
                }
                done += size;
            }
        }
        return new Evaluation(
                n,
                accuracy(averaged, labels, classes),
                loss(averaged, labels, classes),
                accuracy(plain, labels, classes),
                loss(plain, labels, classes),
                averaged,
                labels);
    }

    private static double accuracy(float[] scores, int[] labels, int classes) {
        int right = 0;
        for (int i = 0; i < labels.length; i++) if (best(scores, i, classes) == labels[i]) right++;
        return labels.length == 0 ? Double.NaN : (double) right / labels.length;
    }

    /// The class of example `i`'s highest score.
    static int best(float[] scores, int i, int classes) {
        int best = 0;
        for (int k = 1; k < classes; k++) if (scores[i * classes + k] > scores[i * classes + best]) best = k;
        return best;
    }

    private static double loss(float[] scores, int[] labels, int classes) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double max = scores[i * classes + best(scores, i, classes)];
            double total = 0;
            for (int k = 0; k < classes; k++) total += Math.exp(scores[i * classes + k] - max);
            sum += Math.log(total) + max - scores[i * classes + labels[i]];
        }
        return labels.length == 0 ? Double.NaN : sum / labels.length;
    }

    @Override
    public void close() {
        plan.close();
    }
}
