package dev.thalweg.step;

import dev.thalweg.nn.Subsample;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.MemorySegment;

/// Copies every stride-th pixel between a large picture and a smaller, deeper one, channels-last, and
/// fills the rest with zeros. Elements are bytes here: any type will do.
final class SubsampleKernel {
    private final Workers workers;
    private final MemorySegment large;
    private final MemorySegment small;
    private final int batch;
    private final Shape shape;
    private final int stride;
    private final int smallHeight;
    private final int smallWidth;
    private final long pixel;
    private final long before;
    private final long deepPixel;

    SubsampleKernel(PlanBuilder b, Subsample layer, Shape in, Value large, Value small) {
        this.workers = b.workers;
        this.large = Operation.segment(large);
        this.small = Operation.segment(small);
        this.batch = b.batch;
        this.shape = in;
        this.stride = layer.stride();
        this.smallHeight = Math.ceilDiv(in.height(), stride);
        this.smallWidth = Math.ceilDiv(in.width(), stride);
        int bytes = large.type().bytes();
        this.pixel = (long) in.channels() * bytes;
        this.before = (long) layer.before() * bytes;
        this.deepPixel = (long) (layer.before() + in.channels() + layer.after()) * bytes;
    }

    Runnable forward() {
        Workers.Job job = (worker, count) -> {
            long end = Workers.begin(batch, 1, worker + 1, count);
            for (long n = Workers.begin(batch, 1, worker, count); n < end; n++) {
                small.asSlice(n * smallHeight * smallWidth * deepPixel, smallHeight * smallWidth * deepPixel)
                        .fill((byte) 0);
                for (int y = 0; y < smallHeight; y++)
                    for (int x = 0; x < smallWidth; x++)
                        MemorySegment.copy(large, largeAt(n, y, x), small, smallAt(n, y, x), pixel);
            }
        };
        return () -> workers.run(job);
    }

    Runnable backward() {
        long picture = shape.height() * shape.width() * pixel;
        Workers.Job job = (worker, count) -> {
            long end = Workers.begin(batch, 1, worker + 1, count);
            for (long n = Workers.begin(batch, 1, worker, count); n < end; n++) {
                large.asSlice(n * picture, picture).fill((byte) 0);
                for (int y = 0; y < smallHeight; y++)
                    for (int x = 0; x < smallWidth; x++)
                        MemorySegment.copy(small, smallAt(n, y, x), large, largeAt(n, y, x), pixel);
            }
        };
        return () -> workers.run(job);
    }

    private long largeAt(long n, int y, int x) {
        return ((n * shape.height() + (long) y * stride) * shape.width() + (long) x * stride) * pixel;
    }

    private long smallAt(long n, int y, int x) {
        return ((n * smallHeight + y) * smallWidth + x) * deepPixel + before;
    }
}
