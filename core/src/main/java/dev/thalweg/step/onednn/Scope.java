package dev.thalweg.step.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Makes descriptors and primitives and owns them all: closing it frees every one.
public final class Scope implements AutoCloseable {
    /// Held while anything is made: the binding's scratch memory is one per process.
    public static final ReentrantLock LOCK = new ReentrantLock();

    private static final int TRAINING = 64;
    private static final int INFERENCE = 96;
    private static final int BACKWARD = 128;

    private final List<Long> descs = new ArrayList<>();
    private final List<Long> attributes = new ArrayList<>();
    private final List<Long> memories = new ArrayList<>();
    private final List<Primitive> primitives = new ArrayList<>();
    private final int forward;

    /// @param training whether forward passes keep what backward passes need
    public Scope(boolean training) {
        forward = training ? TRAINING : INFERENCE;
    }

    private Desc own(long desc) {
        descs.add(desc);
        return new Desc(desc);
    }

    private Primitive primitive(long desc) {
        var primitive = new Primitive(desc);
        primitives.add(primitive);
        return primitive;
    }

    /// Orders in memory.
    public enum Order {
        /// The kernel's choice.
        ANY(1),
        VECTOR(2),
        /// Rows after one another.
        MATRIX(3),
        /// (batch or out, channel, height, width), the canonical order.
        CHANNELS_FIRST(5),
        /// (batch, height, width, channel) in memory.
        CHANNELS_LAST(22),
        /// (batch, channel / 16, height, width, channel mod 16) in memory.
        BLOCKED(78),
        /// (group, out, in, height, width).
        GROUPED(6);

        final int code;

        Order(int code) {
            this.code = code;
        }
    }

    public Desc desc(DataType type, Order order, long... dims) {
        return own(DnnlMemory.desc(type.code, order.code, dims));
    }

    public Desc strided(DataType type, long[] dims, long[] strides) {
        return own(DnnlMemory.strided(type.code, dims, strides));
    }

    /// A box within `parent`, in its memory.
    public Desc part(Desc parent, long[] dims, long[] offsets) {
        return own(DnnlMemory.part(parent.handle, dims, offsets));
    }

    public Attributes attributes() {
        long handle = DnnlAttributes.attributes();
        attributes.add(handle);
        return new Attributes(handle);
    }

    /// A handle for a tensor of `desc` at `address`.
    public long memory(Desc desc, long address) {
        long memory = DnnlMemory.memory(desc.handle, address);
        memories.add(memory);
        return memory;
    }

    public Primitive reorder(Desc source, Desc target) {
        return reorder(source, target, attributes());
    }

    public Primitive reorder(Desc source, Desc target, Attributes attributes) {
        return primitive(DnnlElements.reorder(source.handle, target.handle, attributes.finished()));
    }

    private static long handle(@Nullable Desc desc) {
        return desc == null ? 0 : desc.handle;
    }

    public Primitive convolution(
            Desc source, Desc weights, @Nullable Desc bias, Desc target, Window window, Attributes attributes) {
        return primitive(DnnlProducts.convolutionForward(
                forward,
                source.handle,
                weights.handle,
                handle(bias),
                target.handle,
                window.geometry(),
                attributes.finished()));
    }

    public Primitive convolutionBackwardData(
            Desc diffSource, Desc weights, Desc diffTarget, Window window, Primitive hint) {
        return primitive(DnnlProducts.convolutionBackwardData(
                diffSource.handle,
                weights.handle,
                diffTarget.handle,
                window.geometry(),
                hint.desc,
                attributes().finished()));
    }

    public Primitive convolutionBackwardWeights(
            Desc source, Desc diffWeights, @Nullable Desc diffBias, Desc diffTarget, Window window, Primitive hint) {
        return primitive(DnnlProducts.convolutionBackwardWeights(
                source.handle,
                diffWeights.handle,
                handle(diffBias),
                diffTarget.handle,
                window.geometry(),
                hint.desc,
                attributes().finished()));
    }

    public Primitive linear(Desc source, Desc weights, @Nullable Desc bias, Desc target, Attributes attributes) {
        return primitive(DnnlProducts.innerProductForward(
                forward, source.handle, weights.handle, handle(bias), target.handle, attributes.finished()));
    }

    public Primitive linearBackwardData(Desc diffSource, Desc weights, Desc diffTarget, Primitive hint) {
        return primitive(DnnlProducts.innerProductBackwardData(
                diffSource.handle,
                weights.handle,
                diffTarget.handle,
                hint.desc,
                attributes().finished()));
    }

    public Primitive linearBackwardWeights(
            Desc source, Desc diffWeights, @Nullable Desc diffBias, Desc diffTarget, Primitive hint) {
        return primitive(DnnlProducts.innerProductBackwardWeights(
                source.handle,
                diffWeights.handle,
                handle(diffBias),
                diffTarget.handle,
                hint.desc,
                attributes().finished()));
    }

    public Primitive matrixProduct(Desc a, Desc b, @Nullable Desc bias, Desc target, Attributes attributes) {
        return primitive(DnnlProducts.matmul(a.handle, b.handle, handle(bias), target.handle, attributes.finished()));
    }

    /// @param running whether to normalize by given statistics instead of the batch's
    public Primitive batchNorm(Desc source, Desc target, float epsilon, boolean running, boolean scale, boolean relu) {
        return primitive(DnnlElements.batchNormForward(
                forward,
                source.handle,
                target.handle,
                epsilon,
                flags(running, scale, relu),
                attributes().finished()));
    }

    public Primitive batchNormBackward(
            Desc diffSource, Desc diffTarget, Desc source, float epsilon, boolean scale, boolean relu, Primitive hint) {
        return primitive(DnnlElements.batchNormBackward(
                BACKWARD,
                diffSource.handle,
                diffTarget.handle,
                source.handle,
                epsilon,
                flags(false, scale, relu),
                hint.desc,
                attributes().finished()));
    }

    private static int flags(boolean running, boolean scale, boolean relu) {
        return (running ? 1 : 0) | (scale ? 2 : 0) | 4 | (relu ? 8 : 0);
    }

    public Primitive pool(boolean max, Desc source, Desc target, Window window) {
        return primitive(DnnlElements.poolForward(
                forward,
                poolCode(max),
                source.handle,
                target.handle,
                window.geometry(),
                attributes().finished()));
    }

    public Primitive poolBackward(boolean max, Desc diffSource, Desc diffTarget, Window window, Primitive hint) {
        return primitive(DnnlElements.poolBackward(
                poolCode(max),
                diffSource.handle,
                diffTarget.handle,
                window.geometry(),
                hint.desc,
                attributes().finished()));
    }

    private static int poolCode(boolean max) {
        return max ? 511 : 1023;
    }

    public Primitive eltwise(Eltwise function, Desc source, Desc target) {
        return primitive(DnnlElements.eltwiseForward(
                forward,
                function.code(),
                source.handle,
                target.handle,
                function.alpha(),
                function.beta(),
                attributes().finished()));
    }

    /// @param data the function's input, or its value if [Eltwise#fromTarget]
    public Primitive eltwiseBackward(Eltwise function, Desc diffSource, Desc diffTarget, Desc data) {
        var hint = primitive(DnnlElements.eltwiseForward(
                TRAINING,
                function.backwardCode(),
                data.handle,
                data.handle,
                function.alpha(),
                function.beta(),
                attributes().finished()));
        return primitive(DnnlElements.eltwiseBackward(
                function.backwardCode(),
                diffSource.handle,
                diffTarget.handle,
                data.handle,
                function.alpha(),
                function.beta(),
                hint.desc,
                attributes().finished()));
    }

    public Primitive binary(Attributes.Binary operation, Desc a, Desc b, Desc target, Attributes attributes) {
        return primitive(DnnlElements.binary(operation.code, a.handle, b.handle, target.handle, attributes.finished()));
    }

    /// Sums over the axes in which the target has extent 1.
    public Primitive sum(Desc source, Desc target) {
        return primitive(DnnlElements.reduction(
                196596, source.handle, target.handle, attributes().finished()));
    }

    /// Joins along axis 1, the channels.
    public Primitive concatenation(List<Desc> sources, Desc target) {
        long[] handles = sources.stream().mapToLong(desc -> desc.handle).toArray();
        return primitive(
                DnnlElements.concat(target.handle, 1, handles, attributes().finished()));
    }

    /// Frees everything; nothing made here may be used afterwards.
    @Override
    public void close() {
        LOCK.lock();
        try {
            memories.forEach(DnnlMemory::destroyMemory);
            primitives.forEach(Primitive::destroy);
            attributes.forEach(DnnlAttributes::destroyAttributes);
            descs.forEach(DnnlMemory::destroyDesc);
            memories.clear();
            primitives.clear();
            attributes.clear();
            descs.clear();
        } finally {
            LOCK.unlock();
        }
    }
}
