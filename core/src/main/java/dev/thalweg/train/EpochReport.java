package dev.thalweg.train;

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
        boolean best) {}
