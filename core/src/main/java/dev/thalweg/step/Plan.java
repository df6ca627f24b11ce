package dev.thalweg.step;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Scope;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.MatrixProducts;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A network compiled for one batch size, mode and precision: a static list of kernels over one
/// arena in which every buffer was placed beforehand. Running it allocates nothing.
///
///     try (var plan = Plan.compile(model, PlanOptions.training(128))) {
///         // fill plan.input() and plan.labels()
///         double loss = plan.forward(step);
///         plan.backward();
///         // plan.gradient() holds the gradient in the parameters' order
///     }
///
/// The model's parameters and statistics are read where they lie; training updates the running
/// statistics. Not for several threads at once.
public final class Plan implements AutoCloseable {
    private final Network network;
    private final PlanOptions options;
    private final Precision precision;
    private final Workers workers;
    private final Scope scope;
    private final Arena arena;
    private final PlanBuilder builder;
    private final long bytes;
    private final FlatVector gradient;
    private final Operation[] prepare;
    private final Operation[] forward;
    private final Operation[] backward;
    private @Nullable FlatVector input;
    private @Nullable FlatVector scores;
    private @Nullable MemorySegment labels;
    private @Nullable LossKernel loss;
    private boolean profiling;
    private long profiledRuns;

    private Plan(Model model, PlanOptions options, Scope scope, Arena arena) {
        this.network = model.network();
        this.options = options;
        this.precision = options.precision().resolve(network);
        this.workers = OpenMpWorkers.of(options.threads());
        this.scope = scope;
        this.arena = arena;
        var loss = options.loss();
        Require.that(
                loss.weights().isEmpty() || loss.weights().size() == network.classes(),
                "the loss has %s class weights, the network %s classes",
                loss.weights().size(),
                network.classes());
        OpenMpWorkers.useThreads(options.threads());
        gradient = FlatVector.allocate(options.training() ? network.parameters().length() : 0, arena);
        builder = new PlanBuilder(model, gradient, options, precision, scope, workers, arena);
        Lowering.lower(builder);
        var output = builder.value(network.nodes().getLast());
        output.buffer().kept = true;
        if (options.training()) lowerLoss(output);
        builder.emitBackward();
        prepare = builder.prepare.toArray(Operation[]::new);
        forward = builder.forward.toArray(Operation[]::new);
        backward = builder.backward.toArray(Operation[]::new);
        bytes = place();
    }

    /// Compiles `model`'s network and takes the memory.
    ///
    /// @throws NotEnoughMemory if the plan needs more than the machine has
    /// @throws IllegalArgumentException for options that do not fit the network or the processor
    public static Plan compile(Model model, PlanOptions options) {
        var plan = outline(model, options);
        try {
            plan.materialise();
            return plan;
        } catch (RuntimeException | Error e) {
            plan.close();
            throw e;
        }
    }

    /// Compiles without taking the activations' memory: enough to print the plan and its needs.
    public static Plan outline(Model model, PlanOptions options) {
        Scope.LOCK.lock();
        var scope = new Scope(options.training());
        var arena = Arena.ofShared();
        try {
            return new Plan(model, options, scope, arena);
        } catch (RuntimeException | Error e) {
            scope.close();
            arena.close();
            throw e;
        } finally {
            Scope.LOCK.unlock();
        }
    }

    /// The loss stands at the end of the forward list; its gradient starts the way back.
    private void lowerLoss(Value output) {
        var last = network.nodes().getLast();
        var diff = builder.allocate(output.desc(), DataType.F32);
        var labelMemory = arena.allocate(options.batch() * 4L, 64);
        labels = labelMemory;
        builder.java(
                "loss",
                last,
                () -> {
                    var kernel = new LossKernel(
                            options.loss(),
                            Operation.segment(output),
                            labelMemory,
                            Operation.segment(diff),
                            options.batch());
                    loss = kernel;
                    return () -> kernel.run(workers);
                },
                output,
                diff);
        builder.contribute(last, diff);
    }

    private List<Operation> operations() {
        var all = new ArrayList<Operation>();
        all.addAll(List.of(prepare));
        all.addAll(List.of(forward));
        all.addAll(List.of(backward));
        return all;
    }

    private long place() {
        // What is prepared once is read in every run after it.
        var prepared = new HashSet<Buffer>();
        for (Operation operation : prepare) for (Value value : operation.touches) prepared.add(value.buffer());
        for (Operation operation : forward)
            for (Value value : operation.touches) if (prepared.contains(value.buffer())) value.buffer().kept = true;
        int index = 0;
        for (Operation operation : operations()) {
            for (Value value : operation.touches) value.buffer().touch(index);
            index++;
        }
        var input = builder.value(network.nodes().getFirst()).buffer();
        input.first = 0;
        return Placement.place(builder.buffers);
    }

    private void materialise() {
        long available = MemoryBudget.available();
        if (bytes > available) throw new NotEnoughMemory(network.name(), options.batch(), bytes, available);
        Scope.LOCK.lock();
        try {
            var memory = arena.allocate(Math.max(bytes, 64), 4096);
            for (Buffer buffer : builder.buffers)
                if (buffer.offset >= 0) buffer.address = memory.address() + buffer.offset;
            for (Operation operation : operations()) operation.materialise(scope, arena);
        } finally {
            Scope.LOCK.unlock();
        }
        input = FlatVector.over(Operation.segment(builder.value(network.nodes().getFirst())));
        scores = FlatVector.over(Operation.segment(builder.value(network.nodes().getLast())));
        refresh();
    }

    private static <T> T ready(@Nullable T part) {
        if (part == null) throw new IllegalStateException("this plan is only an outline; compile it to run it");
        return part;
    }

    public Network network() {
        return network;
    }

    public PlanOptions options() {
        return options;
    }

    /// The precision that was settled on.
    public Precision precision() {
        return precision;
    }

    /// The order of activations that was settled on.
    public ActivationLayout layout() {
        return builder.layout;
    }

    /// The threads that run it, for other work between steps.
    public Workers workers() {
        return workers;
    }

    /// Products of matrices by the plan's kernels, for other work between steps. What is prepared lives as long
    /// as the arena that it was prepared in, whether or not this plan is closed before.
    public MatrixProducts products() {
        return new KernelProducts(options.threads());
    }

    /// Where a batch goes: (batch, height, width, channels), or (batch, features).
    public FlatVector input() {
        return ready(input);
    }

    /// Where a batch's labels go: one int32 an example. Training only.
    public MemorySegment labels() {
        return ready(labels);
    }

    /// The class scores of the last forward pass, (batch, classes).
    public FlatVector scores() {
        return ready(scores);
    }

    /// The gradient of the batch's mean loss, in the parameters' order; zero for frozen ones.
    public FlatVector gradient() {
        return gradient;
    }

    /// Bytes of activations, working copies and scratch, all in one arena.
    public long arenaBytes() {
        return bytes;
    }

    /// What the arena would need without sharing memory between buffers of different lifetimes.
    public long bytesWithoutReuse() {
        return builder.buffers.stream()
                .filter(b -> b.last >= 0)
                .mapToLong(b -> b.bytes)
                .sum();
    }

    /// Brings the working copies of weights up to date after the parameters have changed. Training
    /// does it by itself in each step.
    public void refresh() {
        run(prepare);
    }

    /// Runs the network on [#input()]. In training also computes the loss on [#labels()].
    ///
    /// @param step the number that dropout's masks depend on
    /// @return the batch's mean loss in training, NaN in evaluation
    public double forward(long step) {
        ready(input);
        builder.clock.step = step;
        run(forward);
        if (profiling) profiledRuns++;
        return loss == null ? Double.NaN : loss.loss();
    }

    /// Examples of the last batch whose highest score is at the label. Training only.
    public int right() {
        return ready(loss).right();
    }

    /// Computes [#gradient()] for the batch of the last [#forward].
    public void backward() {
        if (!options.training()) throw new IllegalStateException("a plan for evaluation has no backward pass");
        run(backward);
    }

    private void run(Operation[] operations) {
        OpenMpWorkers.enter(workers);
        try {
            if (profiling) timed(operations);
            else for (Operation operation : operations) operation.run();
        } finally {
            OpenMpWorkers.leave(workers);
        }
    }

    private static void timed(Operation[] operations) {
        for (Operation operation : operations) {
            long begin = System.nanoTime();
            operation.run();
            operation.nanos += System.nanoTime() - begin;
        }
    }

    /// Starts or stops timing each operation.
    public void profile(boolean on) {
        profiling = on;
        if (on) {
            profiledRuns = 0;
            for (Operation operation : operations()) operation.nanos = 0;
        }
    }

    /// Forward passes that were timed since profiling was last started.
    public long profiledRuns() {
        return profiledRuns;
    }

    /// The operations in the order they run.
    public List<PlanStep> steps() {
        var steps = new ArrayList<PlanStep>();
        for (Operation operation : prepare) steps.add(step("prepare", operation));
        for (Operation operation : forward) steps.add(step("forward", operation));
        for (Operation operation : backward) steps.add(step("backward", operation));
        return steps;
    }

    private PlanStep step(String phase, Operation operation) {
        return new PlanStep(
                phase,
                operation.kind,
                operation.layer,
                operation.implementation(),
                operation.touches.stream()
                        .filter(v -> v.type() != DataType.U8)
                        .map(v -> v.desc().describe())
                        .distinct()
                        .collect(Collectors.joining(" ")),
                operation.touches.stream().mapToLong(Value::bytes).sum(),
                operation.flops,
                profiledRuns == 0 ? 0 : operation.nanos / 1e6 / profiledRuns);
    }

    /// Frees all memory. The input, scores and gradient must not be touched afterwards.
    @Override
    public void close() {
        scope.close();
        if (arena.scope().isAlive()) arena.close();
    }
}
