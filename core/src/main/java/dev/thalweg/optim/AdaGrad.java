package dev.thalweg.optim;

import static dev.thalweg.optim.EpsilonPlace.INSIDE_ROOT;
import static dev.thalweg.optim.EpsilonPlace.OUTSIDE_ROOT;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import java.lang.foreign.Arena;
import java.util.List;

/// AdaGrad (Duchi, Hazan & Singer, JMLR 12, 2011, the diagonal form of figure 1).
///
///     G ← G + g²
///     θ ← θ − α g / (√G + ε)
///
/// Each parameter has a learning rate of its own, α over the root of all squared gradients that it has
/// ever had: parameters that are rarely asked to move take large steps when they are. Nothing is ever
/// forgotten, so G only grows and steps shrink as 1/√t at least: on a convex problem that is what makes
/// it converge, on a network it stalls before it has arrived. [RmsProp] forgets, and does not.
///
/// The default equals PyTorch's `Adagrad`. [#keras] starts G at 0.1 and has ε within the root, as
/// optax does; Deeplearning4j's is `new AdaGrad(1e-6)`.
///
/// Memory: 4 bytes per parameter. Traffic: 20 bytes per parameter and step.
///
/// @param epsilon ε, keeps the denominator from 0
/// @param initial G before the first step
/// @param place where ε stands
public record AdaGrad(double epsilon, double initial, EpsilonPlace place) implements Elementwise {
    private static final List<String> SLOTS = List.of("squares");

    public AdaGrad {
        Check.epsilon("AdaGrad.epsilon", epsilon);
        Check.notNegative("AdaGrad.initial", initial);
    }

    public AdaGrad(double epsilon) {
        this(epsilon, 0, OUTSIDE_ROOT);
    }

    /// PyTorch's form.
    public AdaGrad() {
        this(1e-10);
    }

    /// The form of Keras and optax.
    public static AdaGrad keras() {
        return new AdaGrad(1e-7, 0.1, INSIDE_ROOT);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        var memory = Elementwise.super.start(layout, arena);
        memory.vector(0).fill((float) initial);
        return memory;
    }

    @Override
    public Usual usual() {
        return new Usual(0.01);
    }

    private double within() {
        return place == INSIDE_ROOT ? epsilon : 0;
    }

    private double beside() {
        return place == OUTSIDE_ROOT ? epsilon : 0;
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        slots[0] += g * g;
        return terms.kept() * theta - terms.learningRate * g / (Math.sqrt(slots[0] + within()) + beside());
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory.vector(0), theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                AdaGrad rule,
                FlatVector squares,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            float within = (float) rule.within(), beside = (float) rule.beside();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var sum = Lanes.load(squares, i + terms.shift).add(g.mul(g));
                Lanes.store(sum, squares, i + terms.shift);
                var root = sum.add(within).sqrt().add(beside);
                Lanes.store(t.mul(kept).sub(g.mul(alpha).div(root)), theta, i);
            }
        }
    }
}
