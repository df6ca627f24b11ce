package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import java.util.List;

/// Stochastic gradient descent (Robbins & Monro, 1951).
///
///     θ ← θ − α g
///
/// The parameters move straight down the slope that this batch shows, and nothing is remembered.
/// g and α come from [Terms]: after scaling, clipping and decay. All libraries agree on this rule.
///
/// Memory: none. Traffic: 12 bytes per parameter and step.
public record Sgd() implements Elementwise {
    private static final List<String> SLOTS = List.of();

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(0.1);
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        return terms.kept() * theta - terms.learningRate * g;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            float alpha = (float) terms.learningRate, kept = (float) terms.kept();
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                Lanes.store(t.mul(kept).sub(g.mul(alpha)), theta, i);
            }
        }
    }
}
