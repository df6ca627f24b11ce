package dev.thalweg.train;

import dev.thalweg.tensor.Require;
import org.jspecify.annotations.Nullable;

/// Where a run is, beyond its vectors: part of each checkpoint.
///
/// @param step steps done
/// @param epochLossSum of the losses of the examples seen in this epoch
/// @param epochRight right answers among them
/// @param epochExamples how many they are
/// @param seconds of training so far
/// @param epochSeconds of training in this epoch
/// @param best validation accuracy; −1 before the first
/// @param firstLoss mean loss of the run's first steps, against which divergence is judged
/// @param metricsLines lines of `metrics.jsonl` that belong to what is done
/// @param time where the seconds went so far; null in checkpoints of versions that did not count them
/// @param jpeg which decoder read JPEG files, see [dev.thalweg.data.ImageDecoder#jpegDecoderName]; null in
///     checkpoints of versions that had but one
record RunState(
        long step,
        double epochLossSum,
        long epochRight,
        long epochExamples,
        double seconds,
        double epochSeconds,
        double best,
        double firstLoss,
        double lastEpochLoss,
        double lastEpochAccuracy,
        int metricsLines,
        @Nullable TimeAccount time,
        @Nullable String jpeg) {

    RunState {
        Require.that(step >= 0, "step must be at least 0, got %s", step);
        Require.that(metricsLines >= 0, "metricsLines must be at least 0, got %s", metricsLines);
        Require.that(
                epochExamples >= 0 && 0 <= epochRight && epochRight <= epochExamples,
                "epochRight must be at most epochExamples, got %s of %s",
                epochRight,
                epochExamples);
        Require.that(seconds >= 0 && epochSeconds >= 0, "seconds must be at least 0, got %s", seconds);
    }
}
