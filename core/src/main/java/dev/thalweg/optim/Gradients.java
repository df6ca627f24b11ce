package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Simd;

/// [Terms#gradient] for many parameters at once, ahead of a rule's loop and into room that stays in the cache. Within
/// the rules' loops there would be too much for the JIT compiler, which stops inlining at some size, and a register
/// that is handed over becomes an object.
final class Gradients {
    private Gradients() {}

    /// The gradient that a rule works with, for the parameters [from, to): `gradient` itself where nothing is to be
    /// done. What belongs to parameter i is element i + `terms.ahead` of it.
    ///
    /// @param to at most [Elementwise#STRIDE] behind `from`
    static FlatVector prepare(FlatVector gradient, FlatVector theta, long from, long to, Terms terms) {
        gradient.requireRange(from, to);
        theta.requireRange(from, to);
        terms.ahead = 0;
        if (terms.plain()) return gradient;
        var room = terms.room();
        long first = Simd.AVAILABLE ? Math.min(Math.ceilDiv(from, Elementwise.GRID) * Elementwise.GRID, to) : to;
        long last = Math.max(first, to / Elementwise.GRID * Elementwise.GRID);
        plain(gradient, theta, room, from, first, from, terms);
        if (first < last) Wide.prepare(gradient, theta, room, first, last, from, terms);
        plain(gradient, theta, room, last, to, from, terms);
        terms.ahead = -from;
        return room;
    }

    private static void plain(
            FlatVector gradient, FlatVector theta, FlatVector room, long from, long to, long start, Terms terms) {
        for (long i = from; i < to; i++) room.set(i - start, (float) terms.gradient(gradient.get(i), theta.get(i)));
    }

    private static final class Wide {
        static void prepare(
                FlatVector gradient, FlatVector theta, FlatVector room, long from, long to, long start, Terms terms) {
            float scale = (float) terms.gradientScale, limit = (float) terms.gradientLimit;
            float l2 = (float) terms.coupledDecay, l1 = (float) terms.coupledL1;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i)
                        .mul(scale)
                        .max(-limit)
                        .min(limit)
                        .add(t.mul(l2));
                Lanes.store(g.add(Lanes.sign(t).mul(l1)), room, i - start);
            }
        }
    }
}
