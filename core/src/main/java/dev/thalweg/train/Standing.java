package dev.thalweg.train;

/// How far a run has come and how it stands, beyond its vectors: what changes with its steps and epochs, and is kept
/// in checkpoints as a [RunState].
final class Standing {
    /// Steps whose mean loss is where the run "began".
    private static final int FIRST_STEPS = 10;
    /// How far above where it began the loss of an epoch counts as divergence.
    private static final double DIVERGED = 5;

    /// Of the epoch under way.
    final Learner.Tally tally = new Learner.Tally();

    /// Steps done.
    long step;
    /// Of training, over all and in this epoch.
    double seconds;

    double epochSeconds;
    double firstLoss = Double.NaN;
    double lastEpochLoss = Double.NaN;
    double lastEpochAccuracy = Double.NaN;
    int metricsLines;
    private double best = -1;

    void beginEpoch() {
        tally.clear();
        epochSeconds = 0;
    }

    /// A step was taken.
    void add(double taken) {
        seconds += taken;
        epochSeconds += taken;
        step++;
        if (step <= FIRST_STEPS) firstLoss = step == 1 ? tally.last : firstLoss + (tally.last - firstLoss) / step;
    }

    void endEpoch() {
        lastEpochLoss = tally.loss();
        lastEpochAccuracy = tally.accuracy();
    }

    /// Whether the last epoch's loss is far above where the run began.
    boolean hasDiverged() {
        return lastEpochLoss > DIVERGED * firstLoss;
    }

    /// Notes a validation accuracy; returns whether it is the best so far.
    boolean isBest(double accuracy) {
        if (!(accuracy > best)) return false;
        best = accuracy;
        return true;
    }

    double imagesPerSecond() {
        return tally.examples / epochSeconds;
    }

    RunState state(TimeAccount time, String jpeg) {
        return new RunState(
                step,
                tally.lossSum,
                tally.right,
                tally.examples,
                seconds,
                epochSeconds,
                best,
                firstLoss,
                lastEpochLoss,
                lastEpochAccuracy,
                metricsLines,
                time,
                jpeg);
    }

    void restore(RunState state) {
        step = state.step();
        tally.lossSum = state.epochLossSum();
        tally.right = state.epochRight();
        tally.examples = state.epochExamples();
        seconds = state.seconds();
        epochSeconds = state.epochSeconds();
        best = state.best();
        firstLoss = state.firstLoss();
        lastEpochLoss = state.lastEpochLoss();
        lastEpochAccuracy = state.lastEpochAccuracy();
        metricsLines = state.metricsLines();
    }
}
