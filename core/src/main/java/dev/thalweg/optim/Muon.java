package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Simd;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;
import java.util.List;

/// Muon, momentum orthogonalised by Newton and Schulz (Jordan et al., 2024,
/// https://kellerjordan.github.io/posts/muon/), for matrices; another rule for all else.
///
///     b ← μ b + (1 − μ) g
///     u = (1 − μ) g + μ b           without Nesterov's look-ahead: u = b
///     θ ← (1 − αλ) θ − α · f(rows, columns) · O(u)
///
/// O(u) is the orthogonal matrix next to u, or something near it ([NewtonSchulz]): all its singular values are
/// about 1. A gradient's are very uneven, so that plain descent moves a weight along a few directions; here all
/// directions move alike, also those that are rare and yet matter. How long the gradient is does not matter.
///
/// A weight of rank two and more is a matrix (out, rest), convolutions' included. Biases, normalizations and
/// the weights that `except` names are trained by `other`, at `otherRate` times the learning rate. Jordan
/// excepts the last layer and embeddings; with airbench, so is the last layer here where one names it.
///
/// Libraries sum b ← μ b + g (airbench, Keras) or average as above (PyTorch, Jordan): 1 − μ times as much, which
/// O takes away again, so that the two are the same but for ε. They differ in f ([Adjustment]). Equals PyTorch
/// 2.13's `Muon` but for its bf16; that of Keras is [Adjustment#MATCH_RMS_ADAMW] and, past its last layer, its
/// AdamW. [#airbench] brings filters to a fixed norm before each step.
///
/// The products take 4 · steps · rows · columns · min(rows, columns) floating-point operations and more, a few
/// per cent of a step at batches of hundreds.
///
/// Memory: 4 bytes per parameter of a matrix, and what `other` takes for the others; room for two copies of the
/// largest matrix with each worker. Traffic: 40 bytes per parameter and step besides the products'.
///
/// @param momentum μ, the share of the velocity that survives a step
/// @param nesterov whether to look ahead, as all three do
/// @param iteration what brings singular values to 1
/// @param adjustment f, how the learning rate follows from a matrix's extents
/// @param normalise whether matrices are brought to the norm √rows before each step
/// @param other trains what is no matrix
/// @param otherRate multiplies the learning rate for `other`
/// @param except names of weights that `other` trains too; patterns as in [Selector.ByName]
public record Muon(
        double momentum,
        boolean nesterov,
        NewtonSchulz iteration,
        Adjustment adjustment,
        boolean normalise,
        Elementwise other,
        double otherRate,
        List<String> except)
        implements Tensorwise {

    /// How the learning rate follows from a matrix's extents.
    public enum Adjustment {
        /// √max(1, rows / columns): Jordan's, PyTorch's default.
        ORIGINAL,
        /// 0.2 · √max(rows, columns): steps as long as AdamW's usually are, so that its learning rates serve
        /// (Liu et al., 2025, arXiv:2502.16982, section 2.2). Keras; `match_rms_adamw` in PyTorch.
        MATCH_RMS_ADAMW,
        /// 1: airbench.
        NONE;

        double factor(int rows, int columns) {
            return switch (this) {
                case ORIGINAL -> Math.sqrt(Math.max(1, (double) rows / columns));
                case MATCH_RMS_ADAMW -> 0.2 * Math.sqrt(Math.max(rows, columns));
                case NONE -> 1;
            };
        }
    }

    private static final String WEIGHTS = "weights";
    private static final String OTHER = "other";

    public Muon {
        Check.decayRate("Muon.momentum", momentum);
        Check.positive("Muon.otherRate", otherRate);
        Require.that(
                !(other instanceof ScheduleFree) && !(other instanceof Sophia),
                "Muon.other must be a rule that goes by the gradient alone, got %s",
                other);
        except = List.copyOf(except);
    }

    /// Jordan's settings, and PyTorch's but for its learning rate; [AdamW] at Jordan's 3e-4 for the others.
    public Muon() {
        this(0.95, true, new NewtonSchulz(), Adjustment.ORIGINAL, false, new AdamW(), 0.015, List.of());
    }

    /// The form and settings of airbench94 with Muon, for a learning rate of 0.24: μ = 0.6, three steps, filters
    /// brought to a fixed norm. The others by Nesterov's momentum at 0.053.
    ///
    /// @param except the last layer, which airbench trains by momentum too, at 0.67
    public static Muon airbench(String... except) {
        double mu = 0.6;
        return new Muon(
                mu,
                true,
                new NewtonSchulz(3, (1 - mu) * 1e-7),
                Adjustment.NONE,
                true,
                new Nesterov(0.85),
                0.053 / 0.24,
                List.of(except));
    }

    /// The same with another rule for what is no matrix.
    public Muon withOther(Elementwise other, double otherRate, String... except) {
        return new Muon(momentum, nesterov, iteration, adjustment, normalise, other, otherRate, List.of(except));
    }

    @Override
    public Usual usual() {
        return new Usual(0.02, Decay.decoupled(0.01));
    }

    private boolean orthogonalises(Parameter parameter) {
        return parameter.role() == Role.WEIGHT
                && parameter.shape().rank() >= 2
                && except.stream().noneMatch(pattern -> Selector.ByName.fits(parameter.name(), pattern));
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        if (!except.isEmpty()) new Selector.ByName(except).refuseMisspelt(layout);
        Layout.Builder weights = new Layout.Builder(), others = new Layout.Builder();
        for (var parameter : layout)
            if (parameter.role().trained())
                (orthogonalises(parameter) ? weights : others)
                        .add(parameter.name(), parameter.shape(), parameter.role());
        Layout ofWeights = weights.build(), ofOthers = others.build();
        return new Memory.Builder()
                .part(WEIGHTS, ofWeights, Memory.zeros(ofWeights.length(), List.of("velocity"), arena))
                .part(OTHER, ofOthers, other.start(ofOthers, arena))
                .build();
    }

    @Override
    public void begin(Memory memory, Terms terms) {
        other.begin(memory.part(OTHER).memory(), terms);
    }

    @Override
    public Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
        var part = memory.part(orthogonalises(parameter) ? WEIGHTS : OTHER);
        long shift = part.layout().get(parameter.name()).offset() - parameter.offset();
        return orthogonalises(parameter)
                ? new Matrix(this, parameter, part.memory().vector(0), shift, scratch)
                : trainedByOther(parameter, part.memory(), shift);
    }

    private Update trainedByOther(Parameter parameter, Memory memory, long shift) {
        var own = new Terms();
        long from = parameter.offset(), to = parameter.end();
        return (theta, gradient, terms) -> {
            own.copy(terms);
            own.learningRate *= otherRate;
            own.shift = shift;
            other.update(memory, theta, gradient, from, to, own);
        };
    }

    /// One matrix.
    private static final class Matrix implements Update {
        private final Muon rule;
        private final FlatVector velocity;
        private final long shift;
        private final long first;
        private final long end;
        private final int rows;
        private final NewtonSchulz.Prepared iteration;
        private final double factor;

        Matrix(Muon rule, Parameter parameter, FlatVector velocity, long shift, Scratch scratch) {
            this.rule = rule;
            this.velocity = velocity;
            this.shift = shift;
            first = parameter.offset();
            end = parameter.end();
            rows = parameter.shape().dim(0);
            int columns = Math.toIntExact(parameter.size() / rows);
            iteration = rule.iteration.prepare(rows, columns, scratch);
            factor = rule.adjustment.factor(rows, columns);
        }

        @Override
        public void apply(FlatVector theta, FlatVector gradient, Terms terms) {
            var matrix = iteration.matrix();
            for (long from = first, to; from < end; from = to) {
                to = Math.min(end, from + Elementwise.STRIDE);
                average(Gradients.prepare(gradient, theta, from, to, terms), terms.ahead, matrix, from, to);
            }
            double norm = Math.sqrt(Vectors.squaredNorm(matrix, 0, end - first));
            Strips.scale(matrix, 0, end - first, 1 / (norm + rule.iteration.epsilon()));
            var direction = iteration.run();
            double kept = terms.kept();
            if (rule.normalise) {
                double length = Math.sqrt(Vectors.squaredNorm(theta, first, end));
                if (length > 0) kept *= Math.sqrt(rows) / length;
            }
            Strips.move(theta, first, end, kept, direction, terms.learningRate * factor, terms);
        }

        /// b, and u into `target`, for the parameters [from, to).
        ///
        /// @param ahead where g of a parameter lies in `prepared` from the parameter on
        private void average(FlatVector prepared, long ahead, FlatVector target, long from, long to) {
            float keep = (float) rule.momentum, fresh = (float) (1 - rule.momentum);
            long i = Simd.AVAILABLE ? Wide.average(this, prepared, ahead, target, from, to, keep, fresh) : from;
            for (; i < to; i++) {
                float g = prepared.get(i + ahead) * fresh;
                float b = velocity.get(i + shift) * keep + g;
                velocity.set(i + shift, b);
                target.set(i - first, rule.nesterov ? b * keep + g : b);
            }
        }
    }

    private static final class Wide {
        static long average(
                Matrix matrix,
                FlatVector prepared,
                long ahead,
                FlatVector target,
                long from,
                long to,
                float keep,
                float fresh) {
            var velocity = matrix.velocity;
            boolean nesterov = matrix.rule.nesterov;
            long shift = matrix.shift, first = matrix.first, i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH) {
                var g = Lanes.load(prepared, i + ahead).mul(fresh);
                var b = Lanes.load(velocity, i + shift).mul(keep).add(g);
                Lanes.store(b, velocity, i + shift);
                Lanes.store(nesterov ? b.mul(keep).add(g) : b, target, i - first);
            }
            return i;
        }
    }
}
