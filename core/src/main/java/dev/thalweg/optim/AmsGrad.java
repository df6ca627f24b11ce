package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// AMSGrad (Reddi, Kale & Kumar, 2018, arXiv:1904.09237, algorithm 2), with [Adam]'s corrections.
///
///     m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
///     v ← β₂ v + (1 − β₂) g²
///     w ← max(w, v)                ŵ = w / (1 − β₂ᵗ)
///     θ ← θ − α m̂ / (√ŵ + ε)
///
/// Adam forgets large gradients after some 1/(1 − β₂) steps, and where they are rare but right it may
/// walk away from the minimum for ever. Here the denominator never shrinks. The paper has no corrections
/// and no ε; libraries have both. PyTorch (`Adam(amsgrad=True)`) and Keras take the greatest v and correct
/// it then, as here; optax takes the greatest of the corrected.
///
/// Memory: 12 bytes per parameter. Traffic: 36 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record AmsGrad(double beta1, double beta2, double epsilon) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "v", "greatest");

    public AmsGrad {
        Check.decayRate("AmsGrad.beta1", beta1);
        Check.decayRate("AmsGrad.beta2", beta2);
        Check.epsilon("AmsGrad.epsilon", epsilon);
    }

    /// Adam's settings.
    public AmsGrad() {
        this(0.9, 0.999, 1e-8);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
        double w = slots[2] = Math.max(slots[2], v);
        double root = Math.sqrt(w / (1 - terms.power(beta2)));
        return terms.kept() * theta - terms.learningRate * m / (1 - terms.power(beta1)) / (root + epsilon);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                AmsGrad rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var second = memory.vector(1);
            var greatest = memory.vector(2);
            float kept = (float) terms.kept(), epsilon = (float) rule.epsilon;
            float rate = (float) (terms.learningRate / (1 - terms.power(rule.beta1)));
            float correction = (float) (1 / Math.sqrt(1 - terms.power(rule.beta2)));
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var v = Lanes.fade(second, own, beta2, g.mul(g), fresh2);
                var w = Lanes.load(greatest, own).max(v);
                Lanes.store(w, greatest, own);
                var root = w.sqrt().mul(correction).add(epsilon);
                Lanes.store(t.mul(kept).sub(m.mul(rate).div(root)), theta, i);
            }
        }
    }
}
