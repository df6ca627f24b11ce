package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Batch normalization (Ioffe & Szegedy, ICML 2015, arXiv:1502.03167).
///
///     training     y = γ (x − μ) / √(σ² + ε) + β      μ, σ² over batch, height and width, σ² biased
///                  running ← (1 − m) · running + m · (μ, σ² n/(n − 1))
///     evaluation   y = γ (x − running mean) / √(running variance + ε) + β
///
/// As PyTorch: `momentum` m is the share of the new value (Keras counts the share of the old one)
/// and the running variance is unbiased (Keras keeps the biased one).
///
/// Shape: (C, H, W) or (C) → the same.
///
/// @param epsilon at least 1e-12; PyTorch's default is 1e-5, Keras's 1e-3
/// @param momentum in (0, 1]
/// @param scale whether γ is learned; if not it is 1
/// @param gamma where γ starts: 1, or 0 at the end of a residual branch (Goyal et al., 2017,
///     arXiv:1706.02677, section 5.1)
public record BatchNorm(float epsilon, float momentum, boolean scale, Init gamma) implements Layer {

    public BatchNorm {
        Require.that(epsilon >= 1e-12f, "BatchNorm.epsilon must be at least 1e-12, got %s", epsilon);
        Require.that(0 < momentum && momentum <= 1, "BatchNorm.momentum must be in (0, 1], got %s", momentum);
    }

    /// With γ starting at zero, so that a residual block starts as the identity.
    public BatchNorm zeroGamma() {
        return new BatchNorm(epsilon, momentum, scale, Init.ZEROS);
    }

    public BatchNorm epsilon(float epsilon) {
        return new BatchNorm(epsilon, momentum, scale, gamma);
    }

    public BatchNorm momentum(float momentum) {
        return new BatchNorm(epsilon, momentum, scale, gamma);
    }

    public BatchNorm withoutScale() {
        return new BatchNorm(epsilon, momentum, false, gamma);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public List<Slot> tensors(List<Shape> inputs) {
        var channels = Shape.of(inputs.getFirst().channels());
        var slots = new ArrayList<Slot>();
        if (scale) slots.add(new Slot("weight", channels, Role.NORM_SCALE, gamma));
        slots.add(new Slot("bias", channels, Role.NORM_SHIFT, Init.ZEROS));
        slots.add(new Slot("running_mean", channels, Role.RUNNING_MEAN, Init.ZEROS));
        slots.add(new Slot("running_var", channels, Role.RUNNING_VARIANCE, Init.ONES));
        return slots;
    }

    @Override
    public String kind() {
        return "bn";
    }
}
