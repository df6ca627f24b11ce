package dev.thalweg.optim;

/// Where the small number stands that keeps a denominator √v from 0. With a value like 10⁻⁸ the two
/// differ a thousandfold in what they do to parameters whose gradients are tiny.
public enum EpsilonPlace {
    /// √v + ε: ε is in units of gradients. The papers, PyTorch.
    OUTSIDE_ROOT,

    /// √(v + ε): ε is in units of squared gradients. Keras's and optax's RMSProp and AdaGrad.
    INSIDE_ROOT
}
