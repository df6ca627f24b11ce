package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.util.List;

/// Adan, adaptive Nesterov momentum (Xie et al., 2022, arXiv:2208.06677, algorithm 1), with the corrections
/// of the start that the authors' program has.
///
///     d = g − g₋, 0 at the first step
///     m ← β₁ m + (1 − β₁) g                    m̂ = m / (1 − β₁ᵗ)
///     v ← β₂ v + (1 − β₂) d                    v̂ = v / (1 − β₂ᵗ)
///     n ← β₃ n + (1 − β₃) (g + β₂ d)²          n̂ = n / (1 − β₃ᵗ)
///     θ ← θ − α (m̂ + β₂ v̂) / (√n̂ + ε)
///
/// [Nesterov]'s look-ahead without the point to look from: how the gradient changes from step to step
/// says what it will be where the velocity leads. The paper's β are the shares of what is new: 1 − β here.
/// The paper divides by 1 + αλ for decay, which its authors' program offers beside the usual factor
/// 1 − αλ; here the latter holds. The program subtracts gradients after clipping each with its own step's
/// factor, as here.
///
/// Memory: 16 bytes per parameter. Traffic: 44 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param beta3 β₃, the share of n that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record Adan(double beta1, double beta2, double beta3, double epsilon) implements Elementwise {

    public Adan {
        Check.decayRate("Adan.beta1", beta1);
        Check.decayRate("Adan.beta2", beta2);
        Check.decayRate("Adan.beta3", beta3);
        Check.positive("Adan.epsilon", epsilon);
    }

    /// The paper's settings.
    public Adan() {
        this(0.98, 0.92, 0.99, 1e-8);
    }

    @Override
    public List<String> slots() {
        return List.of("m", "v", "n", "before");
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3, Decay.decoupled(0.02));
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double d = terms.step == 1 ? 0 : g - slots[3], ahead = g + beta2 * d;
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * d;
        double n = slots[2] = beta3 * slots[2] + (1 - beta3) * ahead * ahead;
        slots[3] = g;
        double direction = m / (1 - terms.power(beta1)) + beta2 * v / (1 - terms.power(beta2));
        double root = Math.sqrt(n / (1 - terms.power(beta3)));
        return terms.kept() * theta - terms.learningRate * direction / (root + epsilon);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                Adan rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var change = memory.vector(1);
            var second = memory.vector(2);
            var before = memory.vector(3);
            float kept = (float) terms.kept(), epsilon = (float) rule.epsilon;
            float rate = (float) (terms.learningRate / (1 - terms.power(rule.beta1)));
            float rateOfChange = (float) (terms.learningRate * rule.beta2 / (1 - terms.power(rule.beta2)));
            float correction = (float) (1 / Math.sqrt(1 - terms.power(rule.beta3)));
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            float beta3 = (float) rule.beta3, fresh3 = (float) (1 - rule.beta3);
            float past = terms.step == 1 ? 0 : 1;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.gradient(terms, gradient, i, t);
                var d = g.sub(Lanes.load(before, own)).mul(past);
                Lanes.store(g, before, own);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var v = Lanes.fade(change, own, beta2, d, fresh2);
                var ahead = d.mul(beta2).add(g);
                var n = Lanes.fade(second, own, beta3, ahead.mul(ahead), fresh3);
                var root = n.sqrt().mul(correction).add(epsilon);
                Lanes.place(
                        terms,
                        t.mul(kept).sub(m.mul(rate).add(v.mul(rateOfChange)).div(root)),
                        theta,
                        i);
            }
        }
    }
}
