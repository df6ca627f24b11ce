package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;

/// LARS, layer-wise adaptive rate scaling (You, Gitman & Ginsburg, 2017, arXiv:1708.03888, algorithm 1).
///
///     λ = η ‖θ‖ / (‖g‖ + β ‖θ‖)
///     v ← μ v − α λ (g + β θ)
///     θ ← θ + v
///
/// with norms over one tensor of weights, and β the coupled decay. In large batches, with large learning rates,
/// layers whose gradients are large compared with their weights diverge while others hardly move; here a
/// step is the same share η α of every layer's norm. Biases and normalizations, and tensors that are 0 or have no
/// gradient, have λ = η: rates that suit λ would be far too large for them.
///
/// The rate stands inside the velocity ([Velocity#RATE_INSIDE]), as in the paper.
///
/// Memory: 4 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param mu μ, the share of the velocity that survives a step
/// @param trust η, how much of a layer's norm a step at learning rate 1 may be
public record Lars(double mu, double trust) implements Tensorwise {

    public Lars {
        Check.decayRate("Lars.mu", mu);
        Check.positive("Lars.trust", trust);
    }

    /// The paper's settings.
    public Lars() {
        this(0.9, 0.001);
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        return momentum().start(layout, arena);
    }

    private Momentum momentum() {
        return Momentum.keras(mu);
    }

    @Override
    public Usual usual() {
        return new Usual(5, Decay.coupled(5e-4));
    }

    @Override
    public Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
        var momentum = momentum();
        var own = new Terms();
        long from = parameter.offset(), to = parameter.end();
        boolean scaled = parameter.role() == Role.WEIGHT;
        return (theta, gradient, terms) -> {
            double ratio = scaled ? ratio(theta, gradient, from, to, terms) : trust;
            own.copy(terms);
            own.learningRate *= ratio;
            own.decoupledDecay /= ratio;
            own.decoupledL1 /= ratio;
            momentum.update(memory, theta, gradient, from, to, own);
        };
    }

    /// λ
    private double ratio(FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        double weights = Math.sqrt(Vectors.squaredNorm(theta, from, to));
        double slope = terms.norm(gradient, from, to);
        return weights > 0 && slope > 0 ? trust * weights / (slope + terms.coupledDecay * weights) : trust;
    }
}
