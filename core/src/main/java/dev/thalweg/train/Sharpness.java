package dev.thalweg.train;

import dev.thalweg.tensor.Require;

/// Sharpness-aware minimization, SAM (Foret, Kleiner, Mobahi & Neyshabur, 2021, arXiv:2010.01412, algorithm 1), around
/// any
/// update rule.
///
///     g₁ = ∇L(θ)            θ′ = θ + ρ g₁ / ‖g₁‖
///     g  = ∇L(θ′)           the rule's step from θ, by g
///
/// The gradient is taken where the loss of this batch is about the worst within a distance of ρ, so that the rule
/// descends towards flat minima, which tend to do better on new data. Each step costs two. The loss and accuracy of
/// training are those at θ, and running statistics are, too. Where gradients are accumulated, each batch has a θ′
/// of its own.
///
/// @param rho ρ, how far one looks: 0.05 for CIFAR-10 and ImageNet in the paper
public record Sharpness(double rho) {

    public Sharpness {
        Require.that(0 < rho && rho < Float.MAX_VALUE, "sharpness.rho must be in (0, ∞), got %s", rho);
    }
}
