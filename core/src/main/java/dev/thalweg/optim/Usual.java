package dev.thalweg.optim;

/// What one tries first with a rule, where nothing better is known.
///
/// @param learningRate in the rule's own units, for batches of 64 to 256
/// @param decay of weights; biases and normalizations are spared
public record Usual(double learningRate, Decay decay) {

    /// Without decay.
    public Usual(double learningRate) {
        this(learningRate, Decay.NONE);
    }
}
