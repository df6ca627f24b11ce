package dev.thalweg.optim;

import static dev.thalweg.optim.EpsilonPlace.INSIDE_ROOT;
import static dev.thalweg.optim.EpsilonPlace.OUTSIDE_ROOT;
import static dev.thalweg.optim.Velocity.RATE_INSIDE;
import static dev.thalweg.optim.Velocity.RATE_OUTSIDE;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// RMSProp (Tieleman & Hinton, 2012, Coursera "Neural Networks for Machine Learning", lecture 6.5;
/// centred and with momentum: Graves, 2013, arXiv:1308.0850, equations 38 to 45).
///
///     v ← ρ v + (1 − ρ) g²
///     plain         s = v                               d = g / (√s + ε)
///     centred       a ← ρ a + (1 − ρ) g,  s = v − a²
///
///     no momentum   θ ← θ − α d
///     momentum      b ← μ b + d,    θ ← θ − α b         RATE_OUTSIDE
///                   b ← μ b + α d,  θ ← θ − b           RATE_INSIDE
///
/// [AdaGrad] with a memory that fades: v is the mean square of the last 1/(1 − ρ) gradients or so, not
/// the sum of all, so that steps keep their size however long the run. It mends AdaGrad's stalling and
/// keeps its scaling. What it does not mend is the start: v begins at 0, so that the first steps are
/// 1/√(1 − ρ) times too long. [Adam] corrects that. Centring divides by the deviation instead of the root mean
/// square: longer steps where gradients agree.
///
/// The defaults equal PyTorch's `RMSprop`; Hinton's slide has ρ = 0.9. [#keras] has that, ε within the
/// root and the rate inside the velocity, as optax and MXNet. The variance s is kept from falling below 0
/// by rounding, where PyTorch's would be NaN.
///
/// Memory: 4 bytes per parameter, 4 more centred, 4 more with momentum. Traffic: 20 bytes per parameter
/// and step, 8 more for each.
///
/// @param rho ρ, the share of the averages that survives a step
/// @param epsilon ε, keeps the denominator from 0
/// @param place where ε stands
/// @param centred whether the mean gradient is subtracted
/// @param momentum μ; 0 for none
/// @param velocity what the velocity sums, if there is one
public record RmsProp(
        double rho, double epsilon, EpsilonPlace place, boolean centred, double momentum, Velocity velocity)
        implements Elementwise {
    private static final List<String> PLAIN = List.of("squares");
    private static final List<String> CENTRED = List.of("squares", "mean");
    private static final List<String> MOMENTUM = List.of("squares", "velocity");
    private static final List<String> CENTRED_MOMENTUM = List.of("squares", "mean", "velocity");

    public RmsProp {
        Check.decayRate("RmsProp.rho", rho);
        Check.epsilon("RmsProp.epsilon", epsilon);
        Check.decayRate("RmsProp.momentum", momentum);
    }

    /// PyTorch's form with any ρ, neither centred nor with momentum.
    public RmsProp(double rho) {
        this(rho, 1e-8, OUTSIDE_ROOT, false, 0, RATE_OUTSIDE);
    }

    /// PyTorch's form and settings.
    public RmsProp() {
        this(0.99);
    }

    /// The form and settings of Keras.
    public static RmsProp keras() {
        return new RmsProp(0.9, 1e-7, INSIDE_ROOT, false, 0, RATE_INSIDE);
    }

    public RmsProp withCentred(boolean centred) {
        return new RmsProp(rho, epsilon, place, centred, momentum, velocity);
    }

    public RmsProp withMomentum(double momentum) {
        return new RmsProp(rho, epsilon, place, centred, momentum, velocity);
    }

    @Override
    public List<String> slots() {
        if (centred) return momentum > 0 ? CENTRED_MOMENTUM : CENTRED;
        return momentum > 0 ? MOMENTUM : PLAIN;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3 * (1 - momentum));
    }

    private double within() {
        return place == INSIDE_ROOT ? epsilon : 0;
    }

    private double beside() {
        return place == OUTSIDE_ROOT ? epsilon : 0;
    }

    /// What d is multiplied by on its way into the velocity.
    private double inward(Terms terms) {
        return velocity == RATE_INSIDE ? terms.learningRate : 1;
    }

    /// What the velocity, or without one d, is multiplied by on its way out.
    private double outward(Terms terms) {
        return velocity == RATE_INSIDE ? 1 : terms.learningRate;
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        int k = 0;
        double s = slots[k] = rho * slots[k] + (1 - rho) * g * g;
        if (centred) {
            k++;
            double mean = slots[k] = rho * slots[k] + (1 - rho) * g;
            s = Math.max(s - mean * mean, 0);
        }
        double move = inward(terms) * (g / (Math.sqrt(s + within()) + beside()));
        if (momentum > 0) {
            k++;
            move = slots[k] = momentum * slots[k] + move;
        }
        return terms.kept() * theta - outward(terms) * move;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        var squares = memory.vector(0);
        // Three loops and not one that asks: a register that may or may not exist becomes an object.
        if (momentum > 0) {
            if (centred)
                Wide.centredMomentum(
                        this, squares, memory.vector(1), memory.vector(2), theta, gradient, from, to, terms);
            else Wide.momentum(this, squares, memory.vector(1), theta, gradient, from, to, terms);
        } else if (centred) Wide.centred(this, squares, memory.vector(1), theta, gradient, from, to, terms);
        else Wide.plain(this, squares, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void plain(
                RmsProp rule,
                FlatVector squares,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float rho = (float) rule.rho, fresh = (float) (1 - rule.rho);
            float within = (float) rule.within(), beside = (float) rule.beside();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(squares, i + terms.shift, rho, g.mul(g), fresh);
                var d = g.div(v.add(within).sqrt().add(beside));
                Lanes.store(t.mul(kept).sub(d.mul(alpha)), theta, i);
            }
        }

        static void centred(
                RmsProp rule,
                FlatVector squares,
                FlatVector means,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float rho = (float) rule.rho, fresh = (float) (1 - rule.rho);
            float within = (float) rule.within(), beside = (float) rule.beside();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(squares, i + terms.shift, rho, g.mul(g), fresh);
                var a = Lanes.fade(means, i + terms.shift, rho, g, fresh);
                var s = v.sub(a.mul(a)).max(0);
                var d = g.div(s.add(within).sqrt().add(beside));
                Lanes.store(t.mul(kept).sub(d.mul(alpha)), theta, i);
            }
        }

        static void momentum(
                RmsProp rule,
                FlatVector squares,
                FlatVector velocity,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float mu = (float) rule.momentum, kept = (float) terms.kept();
            float inward = (float) rule.inward(terms), outward = (float) rule.outward(terms);
            float rho = (float) rule.rho, fresh = (float) (1 - rule.rho);
            float within = (float) rule.within(), beside = (float) rule.beside();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(squares, i + terms.shift, rho, g.mul(g), fresh);
                var d = g.div(v.add(within).sqrt().add(beside));
                var b = Lanes.fade(velocity, i + terms.shift, mu, d, inward);
                Lanes.store(t.mul(kept).sub(b.mul(outward)), theta, i);
            }
        }

        static void centredMomentum(
                RmsProp rule,
                FlatVector squares,
                FlatVector means,
                FlatVector velocity,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float mu = (float) rule.momentum, kept = (float) terms.kept();
            float inward = (float) rule.inward(terms), outward = (float) rule.outward(terms);
            float rho = (float) rule.rho, fresh = (float) (1 - rule.rho);
            float within = (float) rule.within(), beside = (float) rule.beside();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(squares, i + terms.shift, rho, g.mul(g), fresh);
                var a = Lanes.fade(means, i + terms.shift, rho, g, fresh);
                var s = v.sub(a.mul(a)).max(0);
                var d = g.div(s.add(within).sqrt().add(beside));
                var b = Lanes.fade(velocity, i + terms.shift, mu, d, inward);
                Lanes.store(t.mul(kept).sub(b.mul(outward)), theta, i);
            }
        }
    }
}
