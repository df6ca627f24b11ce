package dev.thalweg.optim;

import static dev.thalweg.optim.Velocity.RATE_INSIDE;
import static dev.thalweg.optim.Velocity.RATE_OUTSIDE;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// Nesterov's accelerated gradient (Nesterov, 1983, Soviet Math. Dokl. 27:372–376) as momentum
/// (Sutskever, Martens, Dahl & Hinton, ICML 2013, section 2), written for the looked-ahead
/// parameters (Bengio, Boulanger-Lewandowski & Pascanu, 2013, arXiv:1212.0901, section 3.5).
///
///     RATE_OUTSIDE (default)           RATE_INSIDE
///     b ← μ b + g                      v ← μ v − α g
///     θ ← θ − α (g + μ b)              θ ← θ + μ v − α g
///
/// The velocity is [Momentum]'s: a fading sum of past gradients. Sutskever's form, with parameters
/// φ, coasts to φ + μ v first, asks for the slope there, and only then corrects. A ball that looks
/// where it is about to be sees the far wall of the valley a step sooner and brakes before it has
/// climbed it: along a direction of curvature h, momentum acts as μ (1 − α h) instead of μ, most
/// damped where the valley is steepest. So it overshoots less than the heavy ball at the same μ.
/// In the equations above θ is already the looked-ahead point φ + μ v, so that the gradient is
/// taken at the parameters one has; as the learning rate fades, so does v, and θ and φ meet.
///
/// The default form equals PyTorch's `SGD(nesterov=True)` and optax's `trace(nesterov=True)`.
/// [#keras] equals Keras, and CS231n's and Deeplearning4j's θ ← θ − μ v_before + (1 + μ) v, which
/// is the same written differently. All are equal as long as the learning rate does not change
/// ([Velocity]). Libraries that evaluate the gradient at a look-ahead point themselves follow φ.
///
/// Memory: 4 bytes per parameter. Traffic: 20 bytes per parameter and step.
///
/// @param mu μ, the share of the velocity that survives a step
/// @param velocity what the velocity sums
public record Nesterov(double mu, Velocity velocity) implements Elementwise {
    private static final List<String> SLOTS = List.of("velocity");

    public Nesterov {
        Check.decayRate("Nesterov.mu", mu);
    }

    /// PyTorch's form.
    public Nesterov(double mu) {
        this(mu, RATE_OUTSIDE);
    }

    /// The form of Keras, Deeplearning4j and CS231n, the learning rate inside the velocity.
    public static Nesterov keras(double mu) {
        return new Nesterov(mu, RATE_INSIDE);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(0.1 * (1 - mu));
    }

    // Both forms are s = fresh·g, v ← μ·v + s, θ ← θ + stride·(s + μ·v).

    private double fresh(Terms terms) {
        return velocity == RATE_INSIDE ? -terms.learningRate : 1;
    }

    private double stride(Terms terms) {
        return velocity == RATE_INSIDE ? 1 : -terms.learningRate;
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double s = fresh(terms) * g;
        double v = mu * slots[0] + s;
        slots[0] = v;
        return terms.kept() * theta + stride(terms) * (s + mu * v);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory.vector(0), theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                Nesterov rule,
                FlatVector velocity,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float mu = (float) rule.mu, fresh = (float) rule.fresh(terms);
            float stride = (float) rule.stride(terms), kept = (float) terms.kept();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var s = Lanes.load(gradient, i + terms.ahead).mul(fresh);
                var v = Lanes.load(velocity, i + terms.shift).mul(mu).add(s);
                Lanes.store(v, velocity, i + terms.shift);
                Lanes.store(t.mul(kept).add(v.mul(mu).add(s).mul(stride)), theta, i);
            }
        }
    }
}
