package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// Lion (Chen et al., 2023, arXiv:2302.06675, program 1): evolved sign momentum.
///
///     u = sign(β₁ m + (1 − β₁) g)
///     m ← β₂ m + (1 − β₂) g
///     θ ← θ − α u
///
/// Every parameter moves by α at every step, and only the direction is learned: from a velocity that
/// remembers longer (β₂) than it is listened to (β₁). Since steps are not scaled down as [Adam]'s are, the
/// authors advise a learning rate three to ten times smaller than AdamW's, with a decay as many times
/// larger, and batches of 64 and more.
///
/// Equals the authors' program and optax's `lion`. The sign of 0 is 0.
///
/// Memory: 4 bytes per parameter. Traffic: 20 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m in the direction
/// @param beta2 β₂, the share of m that survives a step
public record Lion(double beta1, double beta2) implements Elementwise {
    private static final List<String> SLOTS = List.of("m");

    public Lion {
        Check.decayRate("Lion.beta1", beta1);
        Check.decayRate("Lion.beta2", beta2);
    }

    /// The paper's settings.
    public Lion() {
        this(0.9, 0.99);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-4, Decay.decoupled(0.1));
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double direction = Math.signum(beta1 * slots[0] + (1 - beta1) * g);
        slots[0] = beta2 * slots[0] + (1 - beta2) * g;
        return terms.kept() * theta - terms.learningRate * direction;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                Lion rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var velocity = memory.vector(0);
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.load(velocity, own);
                var direction = Lanes.sign(m.mul(beta1).add(g.mul(fresh1)));
                Lanes.store(m.mul(beta2).add(g.mul(fresh2)), velocity, own);
                Lanes.store(t.mul(kept).sub(direction.mul(alpha)), theta, i);
            }
        }
    }
}
