package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import java.lang.foreign.Arena;
import java.util.List;

/// NAdam (Dozat, 2016, "Incorporating Nesterov Momentum into Adam", ICLR workshop, algorithm 2; its schedule
/// of μ from the technical report, section 2.2).
///
///     μₜ = β₁ (1 − ½ · 0.96^(ψt))             Πₜ = μ₁ · … · μₜ
///     m ← β₁ m + (1 − β₁) g                   v ← β₂ v + (1 − β₂) g²
///     m̄ = μₜ₊₁ m / (1 − Πₜ μₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)
///     θ ← θ − α m̄ / (√(v / (1 − β₂ᵗ)) + ε)
///
/// [Adam] that looks ahead as [Nesterov] does: the velocity counts as it will be after the next step, this
/// step's gradient included. μ grows from β₁/2 to β₁, slowly: the early velocity is of little worth.
///
/// Equals PyTorch's `NAdam` and, but for an ε of 10⁻⁷, Keras's.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
/// @param psi ψ, how fast μ grows
public record NAdam(double beta1, double beta2, double epsilon, double psi) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "v");

    /// The memory's vector of the one number Πₜ.
    private static final int PRODUCT = 2;

    public NAdam {
        Check.decayRate("NAdam.beta1", beta1);
        Check.decayRate("NAdam.beta2", beta2);
        Check.epsilon("NAdam.epsilon", epsilon);
        Check.notNegative("NAdam.psi", psi);
    }

    /// PyTorch's settings.
    public NAdam() {
        this(0.9, 0.999, 1e-8, 0.004);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        var memory = new Memory.Builder()
                .add("m", FlatVector.allocate(layout.length(), arena))
                .add("v", FlatVector.allocate(layout.length(), arena))
                .numbers("product", 1, arena)
                .build();
        memory.keep(PRODUCT, 0, 1);
        return memory;
    }

    @Override
    public void begin(Memory memory, Terms terms) {
        memory.keep(PRODUCT, 0, memory.kept(PRODUCT, 0) * mu(terms.step));
    }

    @Override
    public Usual usual() {
        return new Usual(2e-3);
    }

    private double mu(long step) {
        return beta1 * (1 - 0.5 * Math.pow(0.96, psi * step));
    }

    /// What g is multiplied by in m̄.
    private double now(Memory memory, Terms terms) {
        return (1 - mu(terms.step)) / (1 - memory.kept(PRODUCT, 0));
    }

    /// What m is multiplied by in m̄.
    private double next(Memory memory, Terms terms) {
        double mu = mu(terms.step + 1);
        return mu / (1 - memory.kept(PRODUCT, 0) * mu);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
        double ahead = next(memory, terms) * m + now(memory, terms) * g;
        double root = Math.sqrt(v / (1 - terms.power(beta2)));
        return terms.kept() * theta - terms.learningRate * ahead / (root + epsilon);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                NAdam rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var second = memory.vector(1);
            float kept = (float) terms.kept(), epsilon = (float) rule.epsilon;
            float now = (float) (terms.learningRate * rule.now(memory, terms));
            float next = (float) (terms.learningRate * rule.next(memory, terms));
            float correction = (float) (1 / Math.sqrt(1 - terms.power(rule.beta2)));
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var v = Lanes.fade(second, own, beta2, g.mul(g), fresh2);
                var root = v.sqrt().mul(correction).add(epsilon);
                Lanes.store(t.mul(kept).sub(m.mul(next).add(g.mul(now)).div(root)), theta, i);
            }
        }
    }
}
