package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// AdaMax (Kingma & Ba, 2015, arXiv:1412.6980, algorithm 2): [Adam] by the largest recent gradient instead
/// of the root mean square.
///
///     m ← β₁ m + (1 − β₁) g
///     u ← max(β₂ u, |g| + ε)
///     θ ← θ − α / (1 − β₁ᵗ) · m / u
///
/// u needs no correction, since a maximum that starts at 0 is right from the first gradient on. The paper
/// has no ε and divides 0 by 0 where a gradient has always been 0. Equals PyTorch's `Adamax`; Keras adds
/// its ε (10⁻⁷) to u where it divides, which is the same but for gradients about as small.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of u that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record AdaMax(double beta1, double beta2, double epsilon) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "largest");

    public AdaMax {
        Check.decayRate("AdaMax.beta1", beta1);
        Check.decayRate("AdaMax.beta2", beta2);
        Check.epsilon("AdaMax.epsilon", epsilon);
    }

    /// The paper's settings, with PyTorch's ε.
    public AdaMax() {
        this(0.9, 0.999, 1e-8);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(2e-3);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double u = slots[1] = Math.max(beta2 * slots[1], Math.abs(g) + epsilon);
        return terms.kept() * theta - terms.learningRate / (1 - terms.power(beta1)) * m / u;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                AdaMax rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var largest = memory.vector(1);
            float kept = (float) terms.kept(), epsilon = (float) rule.epsilon, beta2 = (float) rule.beta2;
            float rate = (float) (terms.learningRate / (1 - terms.power(rule.beta1)));
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var u = Lanes.load(largest, own).mul(beta2).max(g.abs().add(epsilon));
                Lanes.store(u, largest, own);
                Lanes.store(t.mul(kept).sub(m.mul(rate).div(u)), theta, i);
            }
        }
    }
}
