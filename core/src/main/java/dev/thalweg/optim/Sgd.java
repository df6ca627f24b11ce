package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Simd;
import java.lang.foreign.Arena;

/// Stochastic gradient descent (Robbins & Monro, 1951).
///
///     θ ← θ − α g
///
/// The parameters move straight down the slope that this batch shows, and nothing is remembered.
/// g and α come from [Terms]: after scaling, clipping and decay. All libraries agree on this rule.
///
/// Memory: none. Traffic: 12 bytes per parameter and step.
public record Sgd() implements FirstOrder<Sgd.Memory> {

    /// Nothing is remembered.
    public record Memory() {}

    @Override
    public Memory start(long n, Arena arena) {
        return new Memory();
    }

    @Override
    public void update(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        long i = Simd.AVAILABLE ? Wide.update(theta, gradient, from, to, terms) : from;
        scalar(theta, gradient, i, to, terms);
    }

    private static void scalar(FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        float alpha = terms.learningRate, kept = terms.kept();
        for (long i = from; i < to; i++) {
            float t = theta.get(i), g = terms.gradient(gradient.get(i), t);
            theta.set(i, kept * t - alpha * g);
        }
    }

    /// The same on whole registers; returns where it stopped.
    private static final class Wide {
        static long update(FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
            float alpha = terms.learningRate, kept = terms.kept();
            long end = Lanes.end(from, to);
            for (long i = from; i < end; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.gradient(terms, Lanes.load(gradient, i), t);
                Lanes.store(t.mul(kept).sub(g.mul(alpha)), theta, i);
            }
            return end;
        }
    }
}
