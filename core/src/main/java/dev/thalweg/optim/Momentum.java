package dev.thalweg.optim;

import static dev.thalweg.optim.Velocity.RATE_INSIDE;
import static dev.thalweg.optim.Velocity.RATE_OUTSIDE;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Require;
import java.util.List;

/// Gradient descent with momentum, the heavy ball (Polyak, 1964, "Some methods of speeding up the
/// convergence of iteration methods"; Sutskever, Martens, Dahl & Hinton, ICML 2013, section 2).
///
///     RATE_OUTSIDE (default)           RATE_INSIDE
///     b ← μ b + (1 − d) g              v ← μ v − α g
///     θ ← θ − α b                      θ ← θ + v
///     at the first step, b ← g
///
/// The velocity is a fading sum of past gradients: what the slope said this step counts in full,
/// one step ago μ, two steps ago μ², and so on, some 1/(1 − μ) steps in all. Where the slope keeps
/// its direction, the steps add up to 1/(1 − μ) times plain descent's; where it flips from step to
/// step, across a narrow valley, they cancel. The price is inertia: like a ball, it runs past the
/// bottom before the slope there turns it round. [Nesterov] brakes earlier.
///
/// The default form equals PyTorch's `SGD(momentum, dampening)`, and without dampening optax's
/// `trace`. [#keras] gives the other ([Velocity] tells them apart); Keras, Deeplearning4j's
/// updaters and CS231n have no dampening. "First" is the run's first step: with dampening, a
/// parameter unfrozen later starts from b = (1 − d) g, where PyTorch would start from g.
///
/// Memory: 4 bytes per parameter. Traffic: 20 bytes per parameter and step.
///
/// @param mu μ, the share of the velocity that survives a step
/// @param dampening d, the share of the new gradient that is left out
/// @param velocity what the velocity sums
public record Momentum(double mu, double dampening, Velocity velocity) implements Elementwise {
    private static final List<String> SLOTS = List.of("velocity");

    public Momentum {
        Check.decayRate("Momentum.mu", mu);
        Require.that(0 <= dampening && dampening <= 1, "Momentum.dampening must be in [0, 1], got %s", dampening);
        Require.that(
                velocity != RATE_INSIDE || dampening == 0,
                "Momentum.dampening must be 0 where the rate is inside the velocity, got %s",
                dampening);
    }

    /// PyTorch's form.
    public Momentum(double mu, double dampening) {
        this(mu, dampening, RATE_OUTSIDE);
    }

    /// PyTorch's form without dampening.
    public Momentum(double mu) {
        this(mu, 0);
    }

    /// The form of Keras, Deeplearning4j and CS231n, the learning rate inside the velocity.
    public static Momentum keras(double mu) {
        return new Momentum(mu, 0, RATE_INSIDE);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(0.1 * (1 - mu));
    }

    // Both forms are v ← past·v + fresh·g, θ ← θ + stride·v.

    private double past(Terms terms) {
        return velocity == RATE_OUTSIDE && terms.step == 1 ? 0 : mu;
    }

    private double fresh(Terms terms) {
        if (velocity == RATE_INSIDE) return -terms.learningRate;
        return terms.step == 1 ? 1 : 1 - dampening;
    }

    private double stride(Terms terms) {
        return velocity == RATE_INSIDE ? 1 : -terms.learningRate;
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double v = past(terms) * slots[0] + fresh(terms) * g;
        slots[0] = v;
        return terms.kept() * theta + stride(terms) * v;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory.vector(0), theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                Momentum rule,
                FlatVector velocity,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float past = (float) rule.past(terms), fresh = (float) rule.fresh(terms);
            float stride = (float) rule.stride(terms), kept = (float) terms.kept();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(velocity, i + terms.shift, past, g, fresh);
                Lanes.store(t.mul(kept).add(v.mul(stride)), theta, i);
            }
        }
    }
}
