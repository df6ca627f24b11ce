package dev.thalweg.step;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.thalweg.step.onednn.DataType;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Simd;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.MemorySegment;

/// y[i] = x[i] · keep(i) / (1 − p), where keep(i) is a hash of (key, step, i): no mask is stored, and
/// the backward pass draws the same one.
///
/// The hash is a 32-bit finalizer of two multiplications with the constants of Ettinger's
/// "lowbias32" (hash-prospector, public domain), keyed on both sides.
final class DropoutKernel {
    private DropoutKernel() {}

    /// What is dropped under a key: a pure function of key and element.
    ///
    /// @param threshold an element is dropped if its hash's upper 24 bits are below this
    /// @param scale of what is kept
    record Mask(int threshold, float scale) {
        static Mask of(float p) {
            return new Mask(Math.round(p * 0x1p24f), 1 / (1 - p));
        }

        /// The factor of element i: 0 or 1/(1 − p).
        float factor(long key, int i) {
            int h = i ^ (int) key;
            h = (h ^ (h >>> 16)) * 0x7feb352d;
            h = ((h ^ (h >>> 15)) + (int) (key >>> 32)) * 0x846ca68b;
            h ^= h >>> 16;
            return (h >>> 8) < threshold ? 0 : scale;
        }
    }

    static Runnable of(Workers workers, PlanBuilder.Clock clock, long key, float p, Value source, Value target) {
        var job = new Job(
                Operation.segment(source),
                Operation.segment(target),
                source.bytes() / source.type().bytes(),
                source.type() == DataType.BF16,
                clock,
                key,
                Mask.of(p));
        return () -> workers.run(job);
    }

    private record Job(
            MemorySegment source,
            MemorySegment target,
            long count,
            boolean bf16,
            PlanBuilder.Clock clock,
            long key,
            Mask mask)
            implements Workers.Job {
        @Override
        public void run(int worker, int workers) {
            long now = RandomKey.fold(key, clock.step);
            long from = Workers.begin(count, 64, worker, workers);
            long to = Workers.begin(count, 64, worker + 1, workers);
            if (Simd.AVAILABLE) DropoutSimd.apply(source, target, from, to, bf16, mask, now);
            else apply(source, target, from, to, bf16, mask, now);
        }
    }

    static void apply(MemorySegment x, MemorySegment y, long from, long to, boolean bf16, Mask mask, long key) {
        if (bf16) {
            for (long i = from; i < to; i++) {
                float value = Bf16.toFloat(x.getAtIndex(JAVA_SHORT, i));
                y.setAtIndex(JAVA_SHORT, i, Bf16.of(value * mask.factor(key, (int) i)));
            }
        } else {
            for (long i = from; i < to; i++)
                y.setAtIndex(JAVA_FLOAT, i, x.getAtIndex(JAVA_FLOAT, i) * mask.factor(key, (int) i));
        }
    }
}
