package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Require;
import java.util.List;

/// Sophia-G (Liu, Li, Hall, Liang & Ma, 2023, arXiv:2305.14342, algorithms 2 and 3): a velocity over the curvature.
///
///     m ← β₁ m + (1 − β₁) g
///     every k steps, the first included:  h ← β₂ h + (1 − β₂) ĥ
///     θ ← θ − α clip(m / max(γ h, ε), 1)
///
/// ĥ estimates the diagonal of the Gauss–Newton matrix: B ĝ ⊙ ĝ, where ĝ is the gradient of the batch's mean loss
/// with labels that are drawn from the network's own predictions instead of the true ones. Flat directions get
/// long steps and steep ones short ones, as Newton's method would have it, and no step is longer than α. An
/// estimate costs a forward and a backward pass more.
///
/// Memory: 8 bytes per parameter. Traffic: 24 bytes per parameter and step, and 12 for each estimate.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of h that survives an estimate
/// @param gamma γ, how much of the curvature counts: the smaller, the more steps are cut to α
/// @param epsilon ε, keeps the denominator from 0
/// @param every k, steps from one estimate to the next
public record Sophia(double beta1, double beta2, double gamma, double epsilon, int every) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "curvature");

    public Sophia {
        Check.decayRate("Sophia.beta1", beta1);
        Check.decayRate("Sophia.beta2", beta2);
        Check.positive("Sophia.gamma", gamma);
        Check.epsilon("Sophia.epsilon", epsilon);
        Require.that(every >= 1, "Sophia.every must be at least 1, got %s", every);
    }

    /// The paper's settings.
    public Sophia() {
        this(0.96, 0.99, 0.05, 1e-12, 10);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(3e-4, Decay.decoupled(0.1));
    }

    /// Whether the curvature is estimated before step number `step`, from 1.
    public boolean estimatesAt(long step) {
        return (step - 1) % every == 0;
    }

    /// Takes in an estimate at the parameters [from, to).
    ///
    /// @param gradient ĝ
    /// @param batch B
    void estimate(Memory memory, FlatVector gradient, long from, long to, double batch) {
        var curvature = memory.vector(1);
        for (long i = from; i < to; i++) {
            double g = gradient.get(i);
            curvature.set(i, (float) (beta2 * curvature.get(i) + (1 - beta2) * batch * g * g));
        }
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double direction = Math.clamp(m / Math.max(gamma * slots[1], epsilon), -1, 1);
        return terms.kept() * theta - terms.learningRate * direction;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                Sophia rule, Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            var first = memory.vector(0);
            var curvature = memory.vector(1);
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float gamma = (float) rule.gamma, epsilon = (float) rule.epsilon;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var m = Lanes.fade(first, own, beta1, Lanes.load(gradient, i + terms.ahead), fresh1);
                var direction = m.div(Lanes.load(curvature, own).mul(gamma).max(epsilon))
                        .max(-1)
                        .min(1);
                Lanes.store(t.mul(kept).sub(direction.mul(alpha)), theta, i);
            }
        }
    }
}
