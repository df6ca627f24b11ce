package dev.thalweg.report.live;

import dev.thalweg.train.Controls;
import dev.thalweg.train.Progress;

/// How a run goes on at one moment: what changes too often to be in its files.
///
/// @param epochAccuracy over this epoch so far, in [0, 1]
/// @param factor by which the recipe's learning rate is multiplied
record Pulse(
        long step,
        long steps,
        int epoch,
        double epochs,
        int stepInEpoch,
        int stepsPerEpoch,
        double epochLoss,
        double epochAccuracy,
        double learningRate,
        double imagesPerSecond,
        double seconds,
        double secondsLeft,
        boolean paused,
        boolean stopsAfterEpoch,
        double factor) {

    static Pulse of(Progress progress, Controls controls) {
        return new Pulse(
                progress.step(),
                progress.steps(),
                progress.epoch(),
                progress.epochs(),
                progress.stepInEpoch(),
                progress.stepsPerEpoch(),
                progress.epochLoss(),
                progress.epochAccuracy(),
                progress.learningRate(),
                progress.imagesPerSecond(),
                progress.seconds(),
                progress.secondsLeft(),
                controls.paused(),
                controls.stopsAfterEpoch(),
                controls.learningRateFactor());
    }
}
