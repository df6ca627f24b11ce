package dev.thalweg.step;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.Attributes;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A plan under construction: its operations, its buffers, and each layer's value and gradient.
///
/// Activations are pictures in the plan's [ActivationLayout]; flat ones are pictures of one pixel. Operations fall into
/// three
/// lists, run in this order: `prepare` (weights into the
/// kernels' layouts, in evaluation only, once for many steps), `forward`, `backward`.
final class PlanBuilder {
    final Network network;
    final PlanOptions options;
    final DataType type;
    final ActivationLayout layout;
    final Scope scope;
    final Workers workers;
    final Model model;
    final FlatVector gradient;
    final int batch;
    /// Parts in which the workers take a batch's pictures, all of one size; 1 if they do not.
    final int parts;
    final Clock clock = new Clock();

    final List<Operation> prepare = new ArrayList<>();
    final List<Operation> forward = new ArrayList<>();
    final List<Operation> backward = new ArrayList<>();
    final List<Buffer> buffers = new ArrayList<>();

    private final MemorySegment zeros;
    private final @Nullable Value[] values;
    private final @Nullable Value[] gradients;
    private final boolean[] needsGradient;
    private final List<List<Network.Node>> consumers = new ArrayList<>();
    private final Deque<Runnable> backwardEmitters = new ArrayDeque<>();
    private List<Operation> current = forward;

    /// The step under way, from which random masks follow.
    static final class Clock {
        long step;
    }

    PlanBuilder(
            Model model,
            FlatVector gradient,
            PlanOptions options,
            Precision precision,
            Scope scope,
            Workers workers,
            Arena arena) {
        this.model = model;
        this.network = model.network();
        this.gradient = gradient;
        this.options = options;
        this.type = precision.type();
        this.layout = options.layout().resolve(network, precision, options.training());
        this.scope = scope;
        this.workers = workers;
        this.batch = options.batch();
        this.parts = parts(batch, workers);
        int widest = 1;
        for (var node : network.nodes()) widest = Math.max(widest, node.shape().channels());
        zeros = arena.allocate(4L * widest, 64);
        int count = network.nodes().size();
        values = new Value[count];
        gradients = new Value[count];
        needsGradient = new boolean[count];
        for (int i = 0; i < count; i++) consumers.add(new ArrayList<>());
        for (var node : network.nodes()) {
            boolean needed = node.parameters().stream().anyMatch(this::isTrained);
            for (int input : node.inputs()) {
                consumers.get(input).add(node);
                needed |= needsGradient[input];
            }
            needsGradient[node.index()] = needed;
        }
    }

    /// About four parts for each worker, as the batch divides: few enough to cost nothing, enough for a worker
    /// at half speed to leave half of its own to the others (bench/NOTES.md, "Parts").
    private static int parts(int batch, Workers workers) {
        if (!(workers instanceof OpenMpWorkers)) return 1;
        int count = workers.count();
        int wanted = 4 * count;
        int best = 1;
        for (int parts = count; parts <= 16 * count; parts += count)
            if (batch % parts == 0 && (best == 1 || Math.abs(parts - wanted) < Math.abs(best - wanted))) best = parts;
        return best;
    }

    boolean training() {
        return options.training();
    }

    // The graph.

    boolean isTrained(Parameter parameter) {
        return !options.frozen().contains(parameter.name());
    }

    /// Whether the loss's gradient with respect to this node's output is wanted.
    boolean needsGradient(Network.Node node) {
        return training() && needsGradient[node.index()];
    }

    Network.Node input(Network.Node node, int i) {
        return network.nodes().get(node.inputs().get(i));
    }

    /// The one layer that takes this node's output, or null if there are several or none.
    Network.@Nullable Node soleConsumer(Network.Node node) {
        var list = consumers.get(node.index());
        return list.size() == 1 ? list.getFirst() : null;
    }

    boolean isOutput(Network.Node node) {
        return node.index() == network.nodes().size() - 1;
    }

    /// The element type of a node's output: class scores are float32, and so is what is between
    /// them and the last layer with weights.
    DataType typeOf(Network.Node node) {
        if (isOutput(node)) return DataType.F32;
        var next = soleConsumer(node);
        boolean tail = next != null && next.layer() instanceof dev.thalweg.nn.Scale && isOutput(next);
        return tail ? DataType.F32 : type;
    }

    boolean has(Network.Node node) {
        return values[node.index()] != null;
    }

    Value value(Network.Node node) {
        var value = values[node.index()];
        if (value == null) throw new IllegalStateException("layer '" + node.name() + "' has no value yet");
        return value;
    }

    void set(Network.Node node, Value value) {
        values[node.index()] = value;
    }

    /// Whether nothing but `user` will still read this memory, so that it may write its result there.
    /// Ask before `user` has its value, and in evaluation only: the way back reads activations again.
    boolean isLastUse(Value value, Network.Node user) {
        if (value.buffer().isFixed() || value.buffer().kept) return false;
        for (var node : network.nodes()) {
            var held = values[node.index()];
            if (held == null || held.buffer() != value.buffer()) continue;
            if (isOutput(node)) return false;
            for (var consumer : consumers.get(node.index())) if (consumer != user && !has(consumer)) return false;
        }
        return true;
    }

    // Descriptors and values.

    /// How a picture of so many channels lies in memory.
    Order order(Shape shape) {
        return layout == ActivationLayout.BLOCKED && shape.channels() % ActivationLayout.BLOCK == 0
                ? Order.BLOCKED
                : Order.CHANNELS_LAST;
    }

    /// An activation in the plan's layout. Of one pixel, it has a row's memory in every layout.
    Desc activation(DataType type, Shape shape) {
        return activation(type, shape, batch);
    }

    /// The same of `pictures` of the batch.
    Desc activation(DataType type, Shape shape, int pictures) {
        return scope.desc(type, order(shape), pictures, shape.channels(), shape.height(), shape.width());
    }

    /// A channels-last activation, for what reads memory itself.
    Desc channelsLast(DataType type, Shape shape) {
        return scope.desc(type, Order.CHANNELS_LAST, batch, shape.channels(), shape.height(), shape.width());
    }

    Value allocate(Desc desc, DataType type) {
        var buffer = new Buffer(desc.bytes());
        buffers.add(buffer);
        return new Value(desc, type, buffer);
    }

    /// Float32 zeros that nobody writes to.
    Value zeros(long count) {
        var desc = scope.desc(DataType.F32, Order.VECTOR, count);
        return external(desc, zeros.asSlice(0, desc.bytes()));
    }

    Value activationOf(Network.Node node) {
        return allocate(activation(typeOf(node), node.shape()), typeOf(node));
    }

    /// Float32 memory that belongs to somebody else.
    Value external(Desc desc, MemorySegment memory) {
        return new Value(desc, DataType.F32, Buffer.fixed(desc.bytes(), memory.address()));
    }

    /// A vector of parameters or statistics where it lies.
    Value vector(FlatVector whole, Parameter parameter) {
        return external(
                scope.desc(DataType.F32, Order.VECTOR, parameter.size()),
                whole.slice(parameter).segment());
    }

    /// Where a parameter's gradient goes: its place in the gradient vector, or scratch if frozen.
    Value gradientOf(Parameter parameter, Desc desc) {
        return isTrained(parameter)
                ? external(desc, gradient.slice(parameter).segment())
                : allocate(desc, DataType.F32);
    }

    /// The same memory under another descriptor.
    Value as(Value value, Desc desc) {
        return new Value(desc, value.type(), value.buffer(), value.offset());
    }

    // Operations.

    Operation.Kernel kernel(String kind, Network.Node node, Primitive primitive) {
        var operation = new Operation.Kernel(kind, node.name(), primitive);
        var scratchpad = primitive.desc(Primitive.Query.SCRATCHPAD);
        if (primitive.bytes(Primitive.Query.SCRATCHPAD) > 0)
            operation.with(Argument.SCRATCHPAD, allocate(scratchpad, DataType.U8));
        current.add(operation);
        return operation;
    }

    /// Work in `parts` that the workers take one after another, by `primitives` made for one thread.
    Split split(String kind, Network.Node node, int parts, Collection<Primitive> primitives) {
        long scratch = 0;
        for (var primitive : primitives) scratch = Math.max(scratch, primitive.bytes(Primitive.Query.SCRATCHPAD));
        var scratchpads = new ArrayList<Value>();
        if (scratch > 0)
            for (int w = 0; w < workers.count(); w++)
                scratchpads.add(allocate(scope.desc(DataType.U8, Order.VECTOR, scratch), DataType.U8));
        var operation = new Split(kind, node.name(), workers, parts, scratchpads);
        current.add(operation);
        return operation;
    }

    /// Makes primitives for one thread, for [#split].
    <T> T forOneThread(Supplier<T> make) {
        OpenMpWorkers.useThreads(1);
        try {
            return make.get();
        } finally {
            OpenMpWorkers.useThreads(workers.count());
        }
    }

    /// A primitive for one thread on one of the plan's parts of the batch, or, where the plan has none,
    /// for all threads on the whole.
    ///
    /// @param make makes it for so many pictures
    Primitive inParts(IntFunction<Primitive> make) {
        return parts == 1 ? make.apply(batch) : forOneThread(() -> make.apply(batch / parts));
    }

    /// Runs what [#inParts] made on the whole batch.
    Batched batched(String kind, Network.Node node, Primitive primitive, double flops) {
        return parts == 1
                ? Batched.whole(this, kernel(kind, node, primitive).flops(flops), primitive)
                : Batched.parted(
                        this, split(kind, node, parts, List.of(primitive)).flops(flops), primitive);
    }

    /// A part of the batch, `desc` describing it.
    Value part(Value whole, Desc desc, int part) {
        return new Value(desc, whole.type(), whole.buffer(), whole.offset() + part * desc.bytes());
    }

    void java(String kind, Network.Node node, Supplier<Runnable> maker, Value... touched) {
        current.add(new Operation.Java(kind, node.name(), maker, List.of(touched)));
    }

    /// `value` if it is already as `desc` wants it, else a converted copy.
    Value convert(Value value, Desc desc, DataType wanted, String kind, Network.Node node) {
        if (value.desc().sameAs(desc)) return value;
        var copy = allocate(desc, wanted);
        kernel(kind, node, scope.reorder(value.desc(), desc))
                .with(Argument.SOURCE, value)
                .with(Argument.TARGET, copy);
        return copy;
    }

    Value convert(Value value, Desc desc, DataType wanted, Network.Node node) {
        return convert(value, desc, wanted, "conversion", node);
    }

    /// The value of a node's i-th input in the plan's precision and layout.
    Value source(Network.Node node, int i) {
        return source(node, i, type);
    }

    Value source(Network.Node node, int i, DataType wanted) {
        var input = input(node, i);
        return convert(value(input), activation(wanted, input.shape()), wanted, node);
    }

    /// The same channels-last, whatever the plan's layout.
    Value channelsLast(Network.Node node, int i, DataType wanted) {
        var input = input(node, i);
        return convert(value(input), channelsLast(wanted, input.shape()), wanted, node);
    }

    /// Weights in the layout that a kernel asks for. In evaluation the copy is made once.
    Value weights(Value canonical, Desc desc, DataType wanted, Network.Node node) {
        if (training()) return convert(canonical, desc, wanted, "weights in", node);
        var before = current;
        current = prepare;
        try {
            return convert(canonical, desc, wanted, "weights in", node);
        } finally {
            current = before;
        }
    }

    /// Runs `emit` with operations going to the `prepare` list.
    void preparing(Runnable emit) {
        var before = current;
        current = prepare;
        try {
            emit.run();
        } finally {
            current = before;
        }
    }

    // The way back.

    /// Remembers how to emit a node's backward operations; they run in reverse order of emission.
    void onBackward(Network.Node node, Runnable emitter) {
        if (needsGradient(node)) backwardEmitters.push(emitter);
    }

    void emitBackward() {
        current = backward;
        while (!backwardEmitters.isEmpty()) backwardEmitters.pop().run();
    }

    /// The gradient with respect to a node's output, as an activation of `wanted` type.
    Value gradient(Network.Node node, DataType wanted) {
        var value = gradients[node.index()];
        if (value == null) throw new IllegalStateException("layer '" + node.name() + "' has no gradient");
        return convert(value, activation(wanted, node.shape()), wanted, node);
    }

    /// The same channels-last, whatever the plan's layout.
    Value channelsLastGradient(Network.Node node, DataType wanted) {
        return convert(gradient(node, wanted), channelsLast(wanted, node.shape()), wanted, node);
    }

    /// A value to hold the gradient of `like`'s kind: `like`'s own memory if nobody else uses it.
    Value inPlace(Value like) {
        return like.buffer().shared ? allocate(like.desc(), like.type()) : like;
    }

    /// Adds a contribution to the gradient with respect to a node's output.
    void contribute(Network.Node node, Value contribution) {
        if (!needsGradient(node)) return;
        int i = node.index();
        var sum = gradients[i];
        if (sum == null) {
            gradients[i] = contribution;
            return;
        }
        var addend = convert(contribution, sum.desc(), sum.type(), node);
        boolean swap = sum.buffer().shared && !addend.buffer().shared;
        var target = swap ? addend : inPlace(sum);
        kernel(
                        "gradient sum",
                        node,
                        scope.binary(
                                Attributes.Binary.ADD, sum.desc(), addend.desc(), target.desc(), scope.attributes()))
                .with(Argument.SOURCE, sum)
                .with(Argument.SOURCE_2, addend)
                .with(Argument.TARGET, target);
        gradients[i] = target;
    }
}
