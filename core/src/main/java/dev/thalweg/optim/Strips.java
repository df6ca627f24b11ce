package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Simd;

/// Loops that rules for whole tensors share, over ranges of any length and beginning: registers while they are
/// full, then element by element, in calls of [Optimizer#STRIDE] so that the JIT soon compiles them as whole
/// methods. None allocates.
final class Strips {
    private Strips() {}

    /// x ← factor · x for the elements [from, end).
    static void scale(FlatVector x, long from, long end, double factor) {
        float f = (float) factor;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + Optimizer.STRIDE);
            scale(x, from, to, f);
        }
    }

    private static void scale(FlatVector x, long from, long to, float factor) {
        long i = Simd.AVAILABLE ? Wide.scale(x, from, to, factor) : from;
        for (; i < to; i++) x.set(i, x.get(i) * factor);
    }

    /// g′ ([Terms#gradient]) of the parameters [from, end), into `target` from `at` on.
    static void gradient(
            FlatVector theta, FlatVector gradient, long from, long end, FlatVector target, long at, Terms terms) {
        long shift = at - from;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + Optimizer.STRIDE);
            gradient(theta, gradient, from, to, target, shift, terms);
        }
    }

    private static void gradient(
            FlatVector theta, FlatVector gradient, long from, long to, FlatVector target, long shift, Terms terms) {
        long i = Simd.AVAILABLE ? Wide.gradient(theta, gradient, from, to, target, shift, terms) : from;
        for (; i < to; i++) target.set(i + shift, (float) terms.gradient(gradient.get(i), theta.get(i)));
    }

    /// θ ← kept · θ − rate · d for the parameters [from, end), and what [Terms#sparse] leaves of them.
    ///
    /// @param direction d
    /// @param at where d begins in it
    static void move(
            FlatVector theta,
            long from,
            long end,
            double kept,
            FlatVector direction,
            long at,
            double rate,
            Terms terms) {
        float k = (float) kept, r = (float) rate;
        long shift = at - from;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + Optimizer.STRIDE);
            move(theta, from, to, k, direction, shift, r, terms);
        }
    }

    private static void move(
            FlatVector theta,
            long from,
            long to,
            float kept,
            FlatVector direction,
            long shift,
            float rate,
            Terms terms) {
        long i = Simd.AVAILABLE ? Wide.move(theta, from, to, kept, direction, shift, rate, terms) : from;
        for (; i < to; i++) theta.set(i, (float) terms.sparse(theta.get(i) * kept - direction.get(i + shift) * rate));
    }

    private static final class Wide {
        static long scale(FlatVector x, long from, long to, float factor) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH)
                Lanes.store(Lanes.load(x, i).mul(factor), x, i);
            return i;
        }

        static long gradient(
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                FlatVector target,
                long shift,
                Terms terms) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH)
                Lanes.store(Lanes.gradient(terms, gradient, i, Lanes.load(theta, i)), target, i + shift);
            return i;
        }

        static long move(
                FlatVector theta,
                long from,
                long to,
                float kept,
                FlatVector direction,
                long shift,
                float rate,
                Terms terms) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH) {
                var d = Lanes.load(direction, i + shift);
                Lanes.place(terms, Lanes.load(theta, i).mul(kept).sub(d.mul(rate)), theta, i);
            }
            return i;
        }
    }
}
