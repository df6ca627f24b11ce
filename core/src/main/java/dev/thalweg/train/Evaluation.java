package dev.thalweg.train;

/// How a model did on a list of examples.
///
/// @param examples how many there were
/// @param accuracy share whose highest score is at the label, in [0, 1], of scores averaged over the views
/// @param loss mean cross-entropy of those scores, without smoothing or weights
/// @param plainAccuracy the same without averaging: of the first view
/// @param plainLoss likewise
/// @param scores (examples, classes), averaged over the views
public record Evaluation(
        int examples,
        double accuracy,
        double loss,
        double plainAccuracy,
        double plainLoss,
        float[] scores,
        int[] labels) {}
