package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// Adam (Kingma & Ba, 2015, arXiv:1412.6980, algorithm 1).
///
///     m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
///     v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
///
///     PAPER                        θ ← θ − α m̂ / (√v̂ + ε)
///     EPSILON_HAT                  θ ← θ − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
///
/// A velocity ([Momentum]) over the root mean square of recent gradients ([RmsProp]): a step is about α
/// long wherever gradients agree, whatever their size. Both averages start at 0 and are therefore too
/// small at first, v by far the more: after one step it is a thousandth of g². Without the corrections
/// the first step would be (1 − β₁)/√(1 − β₂) ≈ 3 times as long as the later ones; with them it is
/// exactly α for each parameter.
///
/// The default equals PyTorch's `Adam` and optax's `adam`. [#keras] has the form that the paper mentions at
/// the end of its section 2 and Keras, DJL and Deeplearning4j use: the same but for ε, which the correction
/// of v enlarges, to 30 times its value later at the first step.
///
/// Weight decay that is coupled goes through m and v and acts least where gradients are large; [AdamW]
/// is what most mean.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
/// @param form where the corrections stand
public record Adam(double beta1, double beta2, double epsilon, Form form) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "v");

    /// Where the corrections of the start stand.
    public enum Form {
        /// On m and v, before ε: the paper's algorithm 1, PyTorch, optax.
        PAPER,
        /// On the learning rate: Keras, DJL, Deeplearning4j.
        EPSILON_HAT
    }

    public Adam {
        Check.decayRate("Adam.beta1", beta1);
        Check.decayRate("Adam.beta2", beta2);
        Check.epsilon("Adam.epsilon", epsilon);
    }

    /// The paper's form.
    public Adam(double beta1, double beta2, double epsilon) {
        this(beta1, beta2, epsilon, Form.PAPER);
    }

    /// The paper's form and settings.
    public Adam() {
        this(0.9, 0.999, 1e-8);
    }

    /// The form and settings of Keras.
    public static Adam keras() {
        return new Adam(0.9, 0.999, 1e-7, Form.EPSILON_HAT);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3);
    }

    /// What stands beside √v once both sides of the fraction have been multiplied by √(1 − β₂ᵗ).
    private double beside(Terms terms) {
        return form == Form.PAPER ? besidePaper(beta2, epsilon, terms) : epsilon;
    }

    static double besidePaper(double beta2, double epsilon, Terms terms) {
        return epsilon * Math.sqrt(1 - terms.power(beta2));
    }

    /// α √(1 − β₂ᵗ) / (1 − β₁ᵗ)
    private static double rate(double beta1, double beta2, Terms terms) {
        return terms.learningRate * Math.sqrt(1 - terms.power(beta2)) / (1 - terms.power(beta1));
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        return step(beta1, beta2, beside(terms), theta, g, slots, terms);
    }

    /// Also [AdamW]'s.
    static double step(double beta1, double beta2, double beside, double theta, double g, double[] slots, Terms terms) {
        double m = slots[0] = beta1 * slots[0] + (1 - beta1) * g;
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
        return terms.kept() * theta - rate(beta1, beta2, terms) * m / (Math.sqrt(v) + beside);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        wide(beta1, beta2, beside(terms), memory, theta, gradient, from, to, terms);
    }

    /// Also [AdamW]'s.
    static void wide(
            double beta1,
            double beta2,
            double beside,
            Memory memory,
            FlatVector theta,
            FlatVector gradient,
            long from,
            long to,
            Terms terms) {
        Wide.update(beta1, beta2, (float) beside, memory.vector(0), memory.vector(1), theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                double keep1,
                double keep2,
                float beside,
                FlatVector first,
                FlatVector second,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float kept = (float) terms.kept(), rate = (float) rate(keep1, keep2, terms);
            float beta1 = (float) keep1, fresh1 = (float) (1 - keep1);
            float beta2 = (float) keep2, fresh2 = (float) (1 - keep2);
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, own, beta1, g, fresh1);
                var v = Lanes.fade(second, own, beta2, g.mul(g), fresh2);
                Lanes.store(t.mul(kept).sub(m.mul(rate).div(v.sqrt().add(beside))), theta, i);
            }
        }
    }
}
