package dev.thalweg.optim;

/// What a velocity remembers, which decides what a change of the learning rate does to the past.
/// The two forms walk the same path as long as the rate stays the same. When it drops tenfold in
/// the middle of a run, the first slows down at once, and the second glides on and slows down over
/// the next 1/(1 − μ) steps or so.
public enum Velocity {
    /// The velocity sums gradients; the learning rate multiplies it on the way out. PyTorch, optax.
    RATE_OUTSIDE,

    /// The velocity sums steps, each with the rate of its own time: Polyak's and Sutskever's own
    /// form. Keras, Deeplearning4j, Stanford's CS231n.
    RATE_INSIDE
}
