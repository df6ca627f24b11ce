package dev.thalweg.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One epoch, when it is over.
///
/// @param epoch from 1
/// @param step steps done since the run began
/// @param trainLoss mean over the epoch's examples as they were augmented
/// @param trainAccuracy share of right answers on them
/// @param seconds of training in this epoch
/// @param loaderImagesPerSecond what the loader could prepare
/// @param stepImagesPerSecond what the step could take
/// @param loaderBound whether training waited for the loader for more than a tenth of the time
/// @param validation null without a validation part
/// @param best whether this is the best validation accuracy so far
/// @param iteration null unless a minimizer trains, whose iterations count as epochs
public record EpochReport(
        int epoch,
        long step,
        double trainLoss,
        double trainAccuracy,
        double learningRate,
        double seconds,
        double imagesPerSecond,
        double loaderImagesPerSecond,
        double stepImagesPerSecond,
        boolean loaderBound,
        @Nullable Evaluation validation,
        boolean best,
        @Nullable Iteration iteration) {

    /// What a minimizer has come to.
    ///
    /// @param gradientNorm of the whole loss, with decay
    /// @param evaluations of the whole loss and its gradient, since the run began
    public record Iteration(double gradientNorm, int evaluations) {}

    /// Whether a loader was at work, whose rates there are: examples that are kept need none.
    public boolean loaded() {
        return !Double.isNaN(loaderImagesPerSecond) && !Double.isNaN(stepImagesPerSecond);
    }

    /// A line of `metrics.jsonl`.
    Map<String, Object> line() {
        var line = new LinkedHashMap<String, Object>();
        line.put("epoch", epoch);
        line.put("step", step);
        line.put("train.loss", trainLoss);
        line.put("train.accuracy", trainAccuracy);
        if (validation != null) {
            line.put("validation.loss", validation.loss());
            line.put("validation.accuracy", validation.accuracy());
        }
        // An iteration has no learning rate, and is as many evaluations as it needs: rates would count it once.
        if (iteration == null) line.put("learning_rate", learningRate);
        else {
            line.put("gradient_norm", iteration.gradientNorm());
            line.put("evaluations", iteration.evaluations());
        }
        line.put("seconds", seconds);
        if (iteration == null) line.put("images_per_second", imagesPerSecond);
        if (loaded()) {
            line.put("loader.images_per_second", loaderImagesPerSecond);
            line.put("step.images_per_second", stepImagesPerSecond);
        }
        line.put("loader_bound", loaderBound);
        return line;
    }
}
