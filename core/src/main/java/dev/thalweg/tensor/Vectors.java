package dev.thalweg.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Arithmetic on whole vectors, shared out among workers; the target comes first. Sums are taken in
/// float64 over fixed blocks of [#BLOCK] elements, and the blocks added in order, so that results
/// do not depend on the number of workers. Element-wise results are the same bits with and without
/// the Vector API; sums differ by rounding.
///
/// Target and source may be the same vector; they may not overlap otherwise.
public final class Vectors {
    /// Elements that are summed as one block: 64 KiB.
    public static final int BLOCK = 1 << 14;

    /// Element-wise work is cut at whole multiples of this many elements: a page.
    private static final int GRANULE = 1 << 10;

    private Vectors() {}

    /// target ← target + weight · source
    public static void axpy(FlatVector target, FlatVector source, double weight, Workers workers) {
        sameLength(target, source);
        float w = (float) weight;
        each(target.length(), workers, (from, to) -> {
            long i = Simd.AVAILABLE ? Wide.axpy(target, source, w, from, to) : from;
            Plain.axpy(target, source, w, i, to);
        });
    }

    /// target ← factor · target
    public static void scale(FlatVector target, double factor, Workers workers) {
        float f = (float) factor;
        each(target.length(), workers, (from, to) -> {
            long i = Simd.AVAILABLE ? Wide.scale(target, f, from, to) : from;
            Plain.scale(target, f, i, to);
        });
    }

    /// target ← target + weight · (source − target), for a weight in [0, 1]. Like PyTorch's `lerp`, it
    /// starts from the nearer end: weight 0 leaves finite targets as they are, and weight 1 gives the
    /// source, to the bit.
    public static void lerp(FlatVector target, FlatVector source, double weight, Workers workers) {
        sameLength(target, source);
        Require.that(0 <= weight && weight <= 1, "the weight of an average must be in [0, 1], got %s", weight);
        boolean fromTarget = weight < 0.5;
        float w = (float) (fromTarget ? weight : weight - 1);
        each(target.length(), workers, (from, to) -> {
            long i = Simd.AVAILABLE ? Wide.lerp(target, source, fromTarget, w, from, to) : from;
            Plain.lerp(target, source, fromTarget, w, i, to);
        });
    }

    /// target ← source. Each worker copies its part in one call: long copies go past the caches.
    public static void copy(FlatVector target, FlatVector source, Workers workers) {
        sameLength(target, source);
        long n = target.length();
        workers.run((worker, count) -> {
            long from = Workers.begin(n, GRANULE, worker, count), to = Workers.begin(n, GRANULE, worker + 1, count);
            MemorySegment.copy(
                    source.segment(),
                    JAVA_FLOAT,
                    from * Float.BYTES,
                    target.segment(),
                    JAVA_FLOAT,
                    from * Float.BYTES,
                    to - from);
        });
    }

    /// Σ xᵢ yᵢ
    public static double dot(FlatVector x, FlatVector y, Workers workers) {
        sameLength(x, y);
        return sum(x.length(), workers, (from, to) -> dot(x, y, from, to));
    }

    /// Σ xᵢ²
    public static double squaredNorm(FlatVector x, Workers workers) {
        return sum(x.length(), workers, (from, to) -> dot(x, x, from, to));
    }

    /// Σ xᵢ² of the elements [from, to), by the calling thread and in one block. Does not allocate.
    public static double squaredNorm(FlatVector x, long from, long to) {
        return dot(x, x, from, to);
    }

    /// Σ xᵢ of the elements [from, to), by the calling thread. Does not allocate.
    public static double sum(FlatVector x, long from, long to) {
        return Simd.AVAILABLE ? Wide.sum(x, from, to) : Plain.sum(x, from, to);
    }

    private static double dot(FlatVector x, FlatVector y, long from, long to) {
        return Simd.AVAILABLE ? Wide.dot(x, y, from, to) : Plain.dot(x, y, from, to);
    }

    /// Whether no element is infinite or NaN.
    public static boolean allFinite(FlatVector x, Workers workers) {
        var finite = new AtomicBoolean(true);
        each(x.length(), workers, (from, to) -> {
            if (finite.getPlain() && !(Simd.AVAILABLE ? Wide.allFinite(x, from, to) : Plain.allFinite(x, from, to)))
                finite.set(false);
        });
        return finite.get();
    }

    private static void sameLength(FlatVector a, FlatVector b) {
        Require.that(
                a.length() == b.length(),
                "expected two vectors of one length, got %s and %s elements",
                a.length(),
                b.length());
    }

    private interface Part {
        void run(long from, long to);
    }

    /// In calls of one block at most, so that loops are soon compiled as whole methods.
    private static void each(long n, Workers workers, Part part) {
        workers.run((worker, count) -> {
            long end = Workers.begin(n, GRANULE, worker + 1, count);
            for (long from = Workers.begin(n, GRANULE, worker, count); from < end; from += BLOCK)
                part.run(from, Math.min(end, from + BLOCK));
        });
    }

    private interface Sum {
        double of(long from, long to);
    }

    private static double sum(long n, Workers workers, Sum sum) {
        var blocks = new double[Math.toIntExact((n + BLOCK - 1) / BLOCK)];
        workers.run((worker, count) -> {
            int to = (int) Workers.begin(blocks.length, 1, worker + 1, count);
            for (int b = (int) Workers.begin(blocks.length, 1, worker, count); b < to; b++)
                blocks[b] = sum.of((long) b * BLOCK, Math.min(n, (b + 1L) * BLOCK));
        });
        double total = 0;
        for (double block : blocks) total += block;
        return total;
    }

    /// One element at a time: the documentation, the test's oracle, and the form without the Vector
    /// API.
    static final class Plain {
        private Plain() {}

        static void axpy(FlatVector target, FlatVector source, float weight, long from, long to) {
            for (long i = from; i < to; i++) target.set(i, target.get(i) + weight * source.get(i));
        }

        static void scale(FlatVector target, float factor, long from, long to) {
            for (long i = from; i < to; i++) target.set(i, factor * target.get(i));
        }

        static void lerp(FlatVector target, FlatVector source, boolean fromTarget, float weight, long from, long to) {
            for (long i = from; i < to; i++) {
                float a = target.get(i), b = source.get(i);
                target.set(i, (fromTarget ? a : b) + weight * (b - a));
            }
        }

        static double dot(FlatVector x, FlatVector y, long from, long to) {
            double sum = 0;
            for (long i = from; i < to; i++) sum += (double) x.get(i) * y.get(i);
            return sum;
        }

        static double sum(FlatVector x, long from, long to) {
            double sum = 0;
            for (long i = from; i < to; i++) sum += x.get(i);
            return sum;
        }

        static boolean allFinite(FlatVector x, long from, long to) {
            for (long i = from; i < to; i++) if (!Float.isFinite(x.get(i))) return false;
            return true;
        }
    }

    /// The same on whole registers. Element-wise ones return where they stopped, short of `to`.
    static final class Wide {
        private Wide() {}

        /// Where whole registers end, once it is certain that the elements are both vectors'.
        private static long end(FlatVector x, FlatVector y, long from, long to) {
            x.requireRange(from, to);
            y.requireRange(from, to);
            return to - Math.floorMod(to - from, (long) Lanes.WIDTH);
        }

        static long axpy(FlatVector target, FlatVector source, float weight, long from, long to) {
            long end = end(target, source, from, to);
            for (long i = from; i < end; i += Lanes.WIDTH)
                Lanes.store(Lanes.load(target, i).add(Lanes.load(source, i).mul(weight)), target, i);
            return end;
        }

        static long scale(FlatVector target, float factor, long from, long to) {
            long end = end(target, target, from, to);
            for (long i = from; i < end; i += Lanes.WIDTH)
                Lanes.store(Lanes.load(target, i).mul(factor), target, i);
            return end;
        }

        static long lerp(FlatVector target, FlatVector source, boolean fromTarget, float weight, long from, long to) {
            long end = end(target, source, from, to);
            for (long i = from; i < end; i += Lanes.WIDTH) {
                var a = Lanes.load(target, i);
                var b = Lanes.load(source, i);
                var step = b.sub(a).mul(weight);
                Lanes.store(fromTarget ? a.add(step) : b.add(step), target, i);
            }
            return end;
        }

        static double dot(FlatVector x, FlatVector y, long from, long to) {
            long end = end(x, y, from, to);
            var low = Lanes.zeros();
            var high = Lanes.zeros();
            for (long i = from; i < end; i += Lanes.WIDTH) {
                var a = Lanes.load(x, i);
                var b = Lanes.load(y, i);
                var lowA = (DoubleVector) a.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
                var lowB = (DoubleVector) b.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
                var highA = (DoubleVector) a.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1);
                var highB = (DoubleVector) b.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1);
                low = low.add(lowA.mul(lowB));
                high = high.add(highA.mul(highB));
            }
            double[] room = Lanes.room();
            low.add(high).intoArray(room, 0);
            return Lanes.sum(room) + Plain.dot(x, y, end, to);
        }

        static double sum(FlatVector x, long from, long to) {
            long end = end(x, x, from, to);
            var low = Lanes.zeros();
            var high = Lanes.zeros();
            for (long i = from; i < end; i += Lanes.WIDTH) {
                var a = Lanes.load(x, i);
                low = low.add((DoubleVector) a.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0));
                high = high.add((DoubleVector) a.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1));
            }
            double[] room = Lanes.room();
            low.add(high).intoArray(room, 0);
            return Lanes.sum(room) + Plain.sum(x, end, to);
        }

        /// x · 0 is 0 where x is finite, and NaN elsewhere; NaN survives the sum.
        static boolean allFinite(FlatVector x, long from, long to) {
            long end = end(x, x, from, to);
            var zero = FloatVector.zero(Lanes.SPECIES);
            for (long i = from; i < end; i += Lanes.WIDTH)
                zero = zero.add(Lanes.load(x, i).mul(0));
            return zero.test(VectorOperators.IS_FINITE).allTrue() && Plain.allFinite(x, end, to);
        }
    }
}
