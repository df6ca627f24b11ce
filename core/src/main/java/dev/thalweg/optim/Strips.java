package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Simd;
import java.lang.foreign.MemorySegment;

/// Loops that rules for whole tensors share, over ranges of any beginning and length, in strips of
/// [Elementwise#STRIDE] elements. None allocates.
final class Strips {
    private static final int LENGTH = Elementwise.STRIDE;

    private Strips() {}

    /// x ← factor · x for the elements [from, end).
    static void scale(FlatVector x, long from, long end, double factor) {
        for (long to; from < end; from = to) {
            to = Math.min(end, from + LENGTH);
            Strip.scale(x, from, to, (float) factor);
        }
    }

    /// g′ ([Terms#gradient]) of the parameters [from, end), into `target` from its beginning on.
    static void gradient(FlatVector theta, FlatVector gradient, long from, long end, FlatVector target, Terms terms) {
        long start = from;
        for (long to; from < end; from = to) {
            to = Math.min(end, from + LENGTH);
            var prepared = Gradients.prepare(gradient, theta, from, to, terms);
            copy(prepared, from + terms.ahead, target, from - start, to - from);
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
            Strip.move(theta, from, to, (float) kept, direction, shift, (float) rate);
            if (terms.decoupledL1 > 0)
                for (long i = from; i < to; i++) theta.set(i, (float) terms.sparse(theta.get(i)));
        }
    }

    static void copy(FlatVector from, long at, FlatVector to, long toAt, long count) {
        MemorySegment.copy(from.segment(), at * Float.BYTES, to.segment(), toAt * Float.BYTES, count * Float.BYTES);
    }

    /// Registers while they are full, then element by element, with the same bits.
    private static final class Strip {
        static void scale(FlatVector x, long from, long to, float factor) {
            long i = Simd.AVAILABLE ? Wide.scale(x, from, to, factor) : from;
            for (; i < to; i++) x.set(i, x.get(i) * factor);
        }

        static void move(
                FlatVector theta, long from, long to, float kept, FlatVector direction, long shift, float rate) {
            long i = Simd.AVAILABLE ? Wide.move(theta, from, to, kept, direction, shift, rate) : from;
            for (; i < to; i++) theta.set(i, theta.get(i) * kept - direction.get(i + shift) * rate);
        }
    }

    /// Whole registers; each returns where they end, short of `to`.
    private static final class Wide {
        static long scale(FlatVector x, long from, long to, float factor) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH)
                Lanes.store(Lanes.load(x, i).mul(factor), x, i);
            return i;
        }

        static long move(
                FlatVector theta, long from, long to, float kept, FlatVector direction, long shift, float rate) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH) {
                var step = Lanes.load(direction, i + shift).mul(rate);
                Lanes.store(Lanes.load(theta, i).mul(kept).sub(step), theta, i);
            }
            return i;
        }
    }
}
