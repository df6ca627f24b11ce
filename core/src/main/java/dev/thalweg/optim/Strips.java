package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Simd;

/// Loops that rules for whole tensors share, over ranges of any beginning and length, in strips of
/// [Tensorwise#STRIDE] elements. None allocates.
final class Strips {
    private static final int LENGTH = Tensorwise.STRIDE;

    private Strips() {}

    /// x ← factor · x for the elements [from, end).
    static void scale(FlatVector x, long from, long end, double factor) {
        for (long to; from < end; from = to) {
            to = Math.min(end, from + LENGTH);
            Strip.scale(x, from, to, (float) factor);
        }
    }

    /// g′ ([Terms#gradient]) of the parameters [from, end), into `target` from `at` on.
    static void gradient(
            FlatVector theta, FlatVector gradient, long from, long end, FlatVector target, long at, Terms terms) {
        long shift = at - from;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + LENGTH);
            Strip.gradient(theta, gradient, from, to, target, shift, terms);
        }
    }

    /// θ ← kept · θ − rate · d for the parameters [from, end), and what [Terms#sparse] leaves of them.
    ///
    /// @param direction holds d from its beginning on
    static void move(
            FlatVector theta, long from, long end, double kept, FlatVector direction, double rate, Terms terms) {
        long shift = -from;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + LENGTH);
            Strip.move(theta, from, to, (float) kept, direction, shift, (float) rate, terms);
        }
    }

    /// Registers while they are full, then element by element.
    private static final class Strip {
        static void scale(FlatVector x, long from, long to, float factor) {
            long i = Simd.AVAILABLE ? Wide.scale(x, from, to, factor) : from;
            for (; i < to; i++) x.set(i, x.get(i) * factor);
        }

        static void gradient(
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                FlatVector target,
                long shift,
                Terms terms) {
            long i = Simd.AVAILABLE ? Wide.gradient(theta, gradient, from, to, target, shift, terms) : from;
            for (; i < to; i++) target.set(i + shift, (float) terms.gradient(gradient.get(i), theta.get(i)));
        }

        static void move(
                FlatVector theta,
                long from,
                long to,
                float kept,
                FlatVector direction,
                long shift,
                float rate,
                Terms terms) {
            long i = Simd.AVAILABLE ? Wide.move(theta, from, to, kept, direction, shift, rate, terms) : from;
            for (; i < to; i++)
                theta.set(i, (float) terms.sparse(theta.get(i) * kept - direction.get(i + shift) * rate));
        }
    }

    /// Whole registers; each returns where they end, short of `to`.
    private static final class Wide {
        static long scale(FlatVector x, long from, long to, float factor) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH) Lanes.store(Lanes.load(x, i).mul(factor), x, i);
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
