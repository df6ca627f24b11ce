package dev.thalweg.optim;

/// What surrounds a rule in one update of one group of parameters. Mutable, and refilled before
/// each step, so that steps do not allocate. Rules read it and never write it.
///
/// The gradient that a rule works with is
///
///     g′ = clamp(scale · g, −limit, limit) + coupled · θ
///
/// and the rule's own step is taken from the parameters after decoupled decay,
///
///     θ ← (1 − α · decoupled) · θ
///
/// Both use the θ at which the gradient was taken. α is the learning rate.
public final class Terms {
    /// The number of this step: 1 for the first.
    public long step = 1;

    /// α: the group's learning rate at this step.
    public float learningRate;

    /// Multiplies the gradient first: 1/k after k accumulated micro-batches, times the factor of
    /// clipping by norm.
    public float gradientScale = 1;

    /// Largest magnitude of an element of the scaled gradient.
    public float gradientLimit = Float.POSITIVE_INFINITY;

    /// λ of L2 regularisation: λθ is added to the gradient, so that momentum and scaling by second
    /// moments apply to it as well. PyTorch's `weight_decay` for SGD, Adam, RMSprop and Adagrad.
    public float coupledDecay;

    /// λ of decoupled weight decay (Loshchilov & Hutter, 2019, arXiv:1711.05101, in the form that
    /// libraries implement): the parameters shrink by αλ, past the rule.
    public float decoupledDecay;

    public Terms() {}

    /// g′: the gradient that the rule works with, given the raw one and the parameter.
    public float gradient(float g, float theta) {
        float scaled = gradientScale * g;
        if (gradientLimit < Float.POSITIVE_INFINITY) scaled = Math.min(Math.max(scaled, -gradientLimit), gradientLimit);
        return scaled + coupledDecay * theta;
    }

    /// 1 − α · decoupled: what decoupled decay leaves of a parameter.
    public float kept() {
        return (float) (1 - (double) learningRate * decoupledDecay);
    }

    @Override
    public String toString() {
        return "step %s: learning rate %s, gradient × %s within ±%s, decay %s coupled, %s decoupled"
                .formatted(step, learningRate, gradientScale, gradientLimit, coupledDecay, decoupledDecay);
    }
}
