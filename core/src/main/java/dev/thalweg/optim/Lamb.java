package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Simd;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// LAMB (You et al., 2020, arXiv:1904.00962, algorithm 2): [Adam]'s direction at [Lars]'s length.
///
///     m, v, m̂, v̂ as Adam's
///     u = m̂ / (√v̂ + ε) + λ θ
///     θ ← θ − α ‖θ‖ / ‖u‖ · u
///
/// with norms over one tensor of weights, and λ the decoupled decay. Made for batches of thousands. Biases and
/// normalizations, and tensors that are 0 or have no direction, take the plain step α u, as the authors' program
/// has it.
///
/// Memory: 8 bytes per parameter. Traffic: 44 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record Lamb(double beta1, double beta2, double epsilon) implements Tensorwise {

    public Lamb {
        Check.decayRate("Lamb.beta1", beta1);
        Check.decayRate("Lamb.beta2", beta2);
        Check.epsilon("Lamb.epsilon", epsilon);
    }

    /// The paper's settings.
    public Lamb() {
        this(0.9, 0.999, 1e-6);
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        return Memory.zeros(layout.length(), List.of("m", "v"), arena);
    }

    @Override
    public Usual usual() {
        return new Usual(5e-3, Decay.decoupled(0.01));
    }

    @Override
    public Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
        boolean scaled = parameter.role() == Role.WEIGHT;
        long from = parameter.offset(), to = parameter.end();
        for (int k = 0; k < 2; k++) memory.vector(k).requireRange(from, to);
        return (theta, gradient, terms) -> {
            double squares = 0;
            for (long at = from, end; at < to; at = end) {
                end = Math.min(to, (at / Elementwise.STRIDE + 1) * Elementwise.STRIDE);
                squares += remember(memory, theta, Gradients.prepare(gradient, theta, at, end, terms), at, end, terms);
            }
            double weights = scaled ? Math.sqrt(Vectors.squaredNorm(theta, from, to)) : 0, length = Math.sqrt(squares);
            double rate = terms.learningRate * (weights > 0 && length > 0 ? weights / length : 1);
            for (long at = from, end; at < to; at = end) {
                end = Math.min(to, (at / Elementwise.STRIDE + 1) * Elementwise.STRIDE);
                move(memory, theta, at, end, rate, terms);
            }
        };
    }

    /// What m is multiplied by in u, once √v̂ + ε has been multiplied by √(1 − β₂ᵗ).
    private double scale(Terms terms) {
        return Math.sqrt(1 - terms.power(beta2)) / (1 - terms.power(beta1));
    }

    private double beside(Terms terms) {
        return epsilon * Math.sqrt(1 - terms.power(beta2));
    }

    /// Updates m and v.
    ///
    /// @return Σ u²
    private double remember(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        FlatVector first = memory.vector(0), second = memory.vector(1);
        double scale = scale(terms), beside = beside(terms), decay = terms.decoupledDecay, sum = 0;
        long end = Simd.AVAILABLE && terms.coupledL1 == 0 && terms.decoupledL1 == 0
                ? to - (to - from) % Elementwise.GRID
                : from;
        if (from < end)
            sum = Wide.remember(this, first, second, theta, gradient, from, end, (float) scale, (float) beside, terms);
        for (long i = end; i < to; i++) {
            double t = theta.get(i), g = gradient.get(i + terms.ahead);
            double m = beta1 * first.get(i) + (1 - beta1) * g, v = beta2 * second.get(i) + (1 - beta2) * g * g;
            first.set(i, (float) m);
            second.set(i, (float) v);
            double u = scale * m / (Math.sqrt(v) + beside) + decay * t;
            sum += u * u;
        }
        return sum;
    }

    /// θ ← θ − rate · u
    private void move(Memory memory, FlatVector theta, long from, long to, double rate, Terms terms) {
        FlatVector first = memory.vector(0), second = memory.vector(1);
        double scale = scale(terms), beside = beside(terms), decay = terms.decoupledDecay;
        long end = Simd.AVAILABLE && terms.coupledL1 == 0 && terms.decoupledL1 == 0
                ? to - (to - from) % Elementwise.GRID
                : from;
        if (from < end)
            Wide.move(
                    first,
                    second,
                    theta,
                    from,
                    end,
                    (float) (rate * scale),
                    (float) beside,
                    (float) (1 - rate * decay),
                    terms);
        for (long i = end; i < to; i++) {
            double t = theta.get(i);
            double u = scale * first.get(i) / (Math.sqrt(second.get(i)) + beside) + decay * t;
            theta.set(i, (float) terms.sparse(t - rate * u));
        }
    }

    private static final class Wide {
        static double remember(
                Lamb rule,
                FlatVector first,
                FlatVector second,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                float scale,
                float beside,
                Terms terms) {
            float beta1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            float decay = (float) terms.decoupledDecay;
            var low = Lanes.zeros();
            var high = Lanes.zeros();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var m = Lanes.fade(first, i, beta1, g, fresh1);
                var v = Lanes.fade(second, i, beta2, g.mul(g), fresh2);
                var u = m.mul(scale).div(v.sqrt().add(beside)).add(t.mul(decay));
                var a = (DoubleVector) u.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
                var b = (DoubleVector) u.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1);
                low = low.add(a.mul(a));
                high = high.add(b.mul(b));
            }
            double[] room = Lanes.room();
            low.add(high).intoArray(room, 0);
            return Lanes.sum(room);
        }

        static void move(
                FlatVector first,
                FlatVector second,
                FlatVector theta,
                long from,
                long to,
                float scale,
                float beside,
                float kept,
                Terms terms) {
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var u = Lanes.load(first, i)
                        .mul(scale)
                        .div(Lanes.load(second, i).sqrt().add(beside));
                Lanes.store(t.mul(kept).sub(u), theta, i);
            }
        }
    }
}
