package dev.thalweg.data;

/// How a loader varies the examples: at random in training, in fixed views at test.
public sealed interface Variation permits Augmentation, Views {}
