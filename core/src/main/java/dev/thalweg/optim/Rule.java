package dev.thalweg.optim;

/// How parameters move, as recipes name it: a [FirstOrder] rule, which takes a step from a gradient that it is given,
/// or
/// a minimizer, which asks for the function itself.
public interface Rule {

    /// The name in recipes and on command lines.
    String name();

    /// What one tries first with it.
    Usual usual();
}
