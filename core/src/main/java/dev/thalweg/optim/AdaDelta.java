package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// AdaDelta (Zeiler, 2012, arXiv:1212.5701, algorithm 1).
///
///     E ← ρ E + (1 − ρ) g²
///     δ = g √(D + ε) / √(E + ε)
///     D ← ρ D + (1 − ρ) δ²
///     θ ← θ − α δ
///
/// Divides by the root mean square of recent gradients, as [RmsProp] does, and multiplies by that of its
/// own recent steps, so that a step has the units of a parameter and needs no learning rate: α is 1 in
/// the paper. Since D starts at 0, the first steps are √ε small, and ε decides how fast it gets going.
///
/// Equals Keras's `Adadelta` but for Keras's ε of 10⁻⁷, and PyTorch's but for PyTorch's ρ of 0.9.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param rho ρ, the share of both averages that survives a step
/// @param epsilon ε, within the roots
public record AdaDelta(double rho, double epsilon) implements Elementwise {
    private static final List<String> SLOTS = List.of("squares", "steps");

    public AdaDelta {
        Check.decayRate("AdaDelta.rho", rho);
        Check.epsilon("AdaDelta.epsilon", epsilon);
    }

    /// The paper's settings.
    public AdaDelta() {
        this(0.95, 1e-6);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        slots[0] = rho * slots[0] + (1 - rho) * g * g;
        double delta = g * Math.sqrt(slots[1] + epsilon) / Math.sqrt(slots[0] + epsilon);
        slots[1] = rho * slots[1] + (1 - rho) * delta * delta;
        return terms.kept() * theta - terms.learningRate * delta;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory.vector(0), memory.vector(1), theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                AdaDelta rule,
                FlatVector squares,
                FlatVector steps,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float rho = (float) rule.rho, fresh = (float) (1 - rule.rho), epsilon = (float) rule.epsilon;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var e = Lanes.fade(squares, i + terms.shift, rho, g.mul(g), fresh);
                var d = Lanes.load(steps, i + terms.shift);
                // One root after the division: D + ε and E + ε are normal numbers, their quotient too.
                var delta = d.add(epsilon).div(e.add(epsilon)).sqrt().mul(g);
                Lanes.store(d.mul(rho).add(delta.mul(delta).mul(fresh)), steps, i + terms.shift);
                Lanes.store(t.mul(kept).sub(delta.mul(alpha)), theta, i);
            }
        }
    }
}
