package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/// Softmax regression in plain Java, by stochastic gradient descent at a falling rate.
final class LinearModel {
    private LinearModel() {}

    /// The best test accuracy after any of the epochs.
    static double bestTestAccuracy(DataSet set, int epochs) throws IOException {
        var shape = set.train().dimensions(0);
        int channels = set.train().picture(0).channels();
        var preprocessing = Preprocessing.measure(set.train(), channels, shape.height(), shape.width(), 1000);
        int classes = set.classes().size();
        int inputs = (int) preprocessing.shape().size();
        var weights = new float[classes][inputs + 1];
        double best = 0;
        var options = LoaderOptions.of(100, 1).withThreads(1);
        try (var train = new Loader(set.train(), preprocessing, Augmentation.NONE, options);
                var test = new Loader(set.test(), preprocessing, Views.PLAIN, options)) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                float rate = 0.5f / (inputs * (1 + epoch));
                each(train, (image, label) -> {
                    double[] share = softmax(weights, image);
                    for (int c = 0; c < classes; c++) {
                        float step = rate * (float) ((c == label ? 1 : 0) - share[c]);
                        for (int k = 0; k < inputs; k++) weights[c][k] += step * image[k];
                        weights[c][inputs] += step;
                    }
                });
                var right = new int[1];
                each(test, (image, label) -> {
                    double[] share = softmax(weights, image);
                    int top = 0;
                    for (int c = 1; c < classes; c++) if (share[c] > share[top]) top = c;
                    if (top == label) right[0]++;
                });
                best = Math.max(best, right[0] / (double) set.test().size());
            }
        }
        return best;
    }

    private interface Visitor {
        void visit(float[] image, int label);
    }

    private static void each(Loader loader, Visitor visitor) throws IOException {
        for (int b = 0; b < loader.batchesPerEpoch(); b++) {
            var batch = loader.next();
            long bytes = batch.images().byteSize() / loader.capacity();
            for (int k = 0; k < batch.size(); k++)
                visitor.visit(
                        batch.images().asSlice(k * bytes, bytes).toArray(JAVA_FLOAT),
                        batch.labels().getAtIndex(JAVA_INT, k));
            batch.release();
        }
    }

    private static double[] softmax(float[][] weights, float[] image) {
        var share = new double[weights.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < share.length; c++) {
            double sum = weights[c][image.length];
            for (int k = 0; k < image.length; k++) sum += weights[c][k] * image[k];
            share[c] = sum;
            largest = Math.max(largest, sum);
        }
        double total = 0;
        for (int c = 0; c < share.length; c++) {
            share[c] = Math.exp(share[c] - largest);
            total += share[c];
        }
        for (int c = 0; c < share.length; c++) share[c] /= total;
        return share;
    }
}
