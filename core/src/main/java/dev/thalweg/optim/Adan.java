package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.lang.foreign.MemorySegment;
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
    private static final List<String> SLOTS = List.of("m", "v", "n", "before");

    public Adan {
        Check.decayRate("Adan.beta1", beta1);
        Check.decayRate("Adan.beta2", beta2);
        Check.decayRate("Adan.beta3", beta3);
        Check.epsilon("Adan.epsilon", epsilon);
    }

    /// The paper's settings.
    public Adan() {
        this(0.98, 0.92, 0.99, 1e-8);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
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
        // Before the first gradient there is none to differ from.
        if (terms.step == 1)
            MemorySegment.copy(
                    gradient.segment(),
                    (from + terms.ahead) * Float.BYTES,
                    memory.vector(3).segment(),
                    (from + terms.shift) * Float.BYTES,
                    (to - from) * Float.BYTES);
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    /// In two loops, the second over what the first has left in the cache: in one, more than the JIT compiler inlines.
    private static final class Wide {
        static void update(
                Adan rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            remember(rule, memory.vector(1), memory.vector(2), memory.vector(3), gradient, from, to, terms);
            move(rule, memory.vector(0), memory.vector(1), memory.vector(2), theta, gradient, from, to, terms);
        }

        private static void remember(
                Adan rule,
                FlatVector change,
                FlatVector second,
                FlatVector before,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float fresh2 = (float) (1 - rule.beta2), fresh3 = (float) (1 - rule.beta3), beta2 = (float) rule.beta2;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var g = Lanes.load(gradient, i + terms.ahead);
                var d = g.sub(Lanes.load(before, own));
                var ahead = d.mul(beta2).add(g);
                Lanes.store(g, before, own);
                Lanes.average(change, own, d, fresh2);
                Lanes.average(second, own, ahead.mul(ahead), fresh3);
            }
        }

        private static void move(
                Adan rule,
                FlatVector first,
                FlatVector change,
                FlatVector second,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float kept = (float) terms.kept(), epsilon = (float) rule.epsilon, fresh1 = (float) (1 - rule.beta1);
            float rate = (float) (terms.learningRate / (1 - terms.power(rule.beta1)));
            float rateOfChange = (float) (terms.learningRate * rule.beta2 / (1 - terms.power(rule.beta2)));
            float correction = (float) (1 / Math.sqrt(1 - terms.power(rule.beta3)));
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var m = Lanes.average(first, own, Lanes.load(gradient, i + terms.ahead), fresh1);
                var direction = m.mul(rate).add(Lanes.load(change, own).mul(rateOfChange));
                var root = Lanes.load(second, own).sqrt().mul(correction).add(epsilon);
                Lanes.store(Lanes.load(theta, i).mul(kept).sub(direction.div(root)), theta, i);
            }
        }
    }
}
