package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Require;
import java.util.List;

/// RAdam, rectified Adam (Liu et al., 2020, arXiv:1908.03265, algorithm 2).
///
///     m, v, m̂ as [Adam]'s
///     ρ∞ = 2 / (1 − β₂) − 1            ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
///     ρ > threshold:  r = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ))
///                     θ ← θ − α r m̂ √(1 − β₂ᵗ) / (√v + ε)
///     otherwise       θ ← θ − α m̂
///
/// v of the first few gradients is a poor estimate of their variance, so that Adam's first steps are
/// large in haphazard directions, which is what a warm-up protects from. Here the steps are shortened by
/// just what the estimate is worth, r, which rises to 1 over some 1/(1 − β₂) steps; the first five, where it
/// is worth nothing, are plain momentum. With this rule a warm-up is rarely needed.
///
/// Equals PyTorch's `RAdam` and the authors' program, whose threshold is 5 where the paper's is 4.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step; more than ½, below which ρ∞ has no meaning
/// @param epsilon ε, keeps the denominator from 0
/// @param threshold of ρ, at least 4
public record RAdam(double beta1, double beta2, double epsilon, double threshold) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "v");

    public RAdam {
        Check.decayRate("RAdam.beta1", beta1);
        Require.that(0.6 < beta2 && beta2 < 1, "RAdam.beta2 must be in (0.6, 1), got %s", beta2);
        Check.epsilon("RAdam.epsilon", epsilon);
        Require.that(
                4 <= threshold && threshold < Float.MAX_VALUE, "RAdam.threshold must be in [4, ∞), got %s", threshold);
    }

    /// PyTorch's settings.
    public RAdam() {
        this(0.9, 0.999, 1e-8, 5);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3);
    }

    /// r √(1 − β₂ᵗ), or 0 where v is not to be trusted yet.
    private double rectification(Terms terms) {
        double power = terms.power(beta2), end = 2 / (1 - beta2) - 1;
        double rho = end - 2 * terms.step * power / (1 - power);
        if (!(rho > threshold)) return 0;
        double r = Math.sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho));
        return r * Math.sqrt(1 - power);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
        double move = terms.learningRate * m / (1 - terms.power(beta1)), r = rectification(terms);
        return terms.kept() * theta - (r > 0 ? r * move / (Math.sqrt(v) + epsilon) : move);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                RAdam rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var second = memory.vector(1);
            float kept = (float) terms.kept(), rectification = (float) rule.rectification(terms);
            float rate = (float) (terms.learningRate / (1 - terms.power(rule.beta1)));
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            // Where v does not count yet, the denominator is 0 · √v + 1.
            float counts = rectification > 0 ? 1 : 0, beside = rectification > 0 ? (float) rule.epsilon : 1;
            float scale = rectification > 0 ? rate * rectification : rate;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var v = Lanes.fade(second, own, beta2, g.mul(g), fresh2);
                var root = v.sqrt().mul(counts).add(beside);
                Lanes.store(t.mul(kept).sub(m.mul(scale).div(root)), theta, i);
            }
        }
    }
}
