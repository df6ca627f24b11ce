package dev.thalweg.train;

/// Where a run is. One object for the whole run, brought up to date before each event.
public final class Progress {
    long step;
    long steps;
    int epoch;
    double epochs;
    int stepInEpoch;
    int stepsPerEpoch;
    double loss;
    double epochLoss;
    double epochAccuracy;
    double learningRate;
    boolean sampled;
    double gradientNorm = Double.NaN;
    double updateRatio = Double.NaN;
    double imagesPerSecond;
    double secondsLeft;
    double seconds;
    String description = "";
    String loading = "";

    Progress() {}

    /// How the examples are read: in which order, whether kept in memory, by which decoder.
    public String loading() {
        return loading;
    }

    /// Steps done.
    public long step() {
        return step;
    }

    /// Steps of the whole run.
    public long steps() {
        return steps;
    }

    /// The epoch under way, from 1.
    public int epoch() {
        return epoch;
    }

    public double epochs() {
        return epochs;
    }

    /// Steps done in this epoch.
    public int stepInEpoch() {
        return stepInEpoch;
    }

    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /// Of the last batch.
    public double loss() {
        return loss;
    }

    /// Mean over this epoch so far, of the examples as they were augmented.
    public double epochLoss() {
        return epochLoss;
    }

    /// Share of right answers over this epoch so far, of the examples as they were augmented.
    public double epochAccuracy() {
        return epochAccuracy;
    }

    /// At the last step.
    public double learningRate() {
        return learningRate;
    }

    /// Whether the last step was one of those that are recorded in `steps.jsonl`, see [StepSample].
    public boolean sampled() {
        return sampled;
    }

    /// At the last step that was recorded: the gradient's Euclidean norm, before clipping by norm or value.
    public double gradientNorm() {
        return gradientNorm;
    }

    /// At the last step that was recorded: ‖Δθ‖ / ‖θ‖ over the weights.
    public double updateRatio() {
        return updateRatio;
    }

    /// Over this epoch so far.
    public double imagesPerSecond() {
        return imagesPerSecond;
    }

    /// Seconds of training that are left, estimated; of a minimizer, which may end before, until the last step that is
    /// allowed.
    public double secondsLeft() {
        return secondsLeft;
    }

    /// Seconds of training so far, without evaluation.
    public double seconds() {
        return seconds;
    }

    /// The network, the data and how they are trained, in one line.
    public String description() {
        return description;
    }
}
