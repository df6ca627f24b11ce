package dev.thalweg.bench.thalweg;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Windows;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.step.MachineSpeed;
import dev.thalweg.step.Precision;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Prints what the machine is and what it can do: the rate of large products in our own plan, in
/// both precisions; of copying memory, Java's way and the C library's; and of the
/// momentum update, as a share of the faster one.
final class Machine {
    private static final long COPIED_BYTES = 512L << 20;
    private static final long UPDATED_PARAMETERS = 25_000_000;
    /// Momentum reads θ, g and b, and writes θ and b.
    private static final long UPDATE_BYTES_PER_PARAMETER = 20;

    private static final int EDGE = 2048;

    private Machine() {}

    static void main(String[] arguments) throws IOException {
        var task = Task.parse(arguments);
        int threads = task.threadsOrAll();
        var machine = dev.thalweg.step.Machine.here();
        var result = new Result(Result.MACHINE)
                .with("cpu", machine.kind().processor())
                .with("processors", java.lang.Runtime.getRuntime().availableProcessors())
                .with("threads", threads)
                .with("kernels", machine.kind().instructionSet())
                .with("memory_gb", machine.memory() / 1e9)
                .with("linux", System.getProperty("os.version"))
                .with("java", System.getProperty("java.vm.version"));
        result = result.with("fp32_gflops", matrixRate(Precision.FP32, threads, task));
        if (Runtime.multipliesBf16()) result = result.with("bf16_gflops", matrixRate(Precision.BF16, threads, task));
        var workers = OpenMpWorkers.of(threads);
        var javaCopies = copies(MemorySegment::copyFrom, threads, task);
        var nativeCopies = copies(memcpy(), threads, task);
        var copies = javaCopies.median() > nativeCopies.median() ? javaCopies : nativeCopies;
        var updates = updates(workers, task);
        // What is read and what is written both count.
        double copy = 2 * COPIED_BYTES * copies.median() / 1e9;
        double update = UPDATE_BYTES_PER_PARAMETER * UPDATED_PARAMETERS * updates.median() / 1e9;
        System.out.println(result.with("java_copy_gb_per_s", 2 * COPIED_BYTES * javaCopies.median() / 1e9)
                .with("memcpy_gb_per_s", 2 * COPIED_BYTES * nativeCopies.median() / 1e9)
                .with("momentum_gb_per_s", update)
                .with("momentum_share_of_copy", update / copy)
                .with(
                        "copy_and_momentum_clean",
                        Math.min(copies.clean().size(), updates.clean().size())));
    }

    /// The best of a large matrix product and a large convolution, GFLOP/s.
    private static double matrixRate(Precision precision, int threads, Task task) {
        var product = Network.build(
                "product", Shape.of(EDGE), x -> x.then(Layers.linear(EDGE).withoutBias()));
        var convolution = Network.build(
                "convolution",
                Shape.of(256, 28, 28),
                x -> x.then(Layers.convolution(256, 3).padding(1).withoutBias())
                        .then(Layers.globalAveragePool())
                        .then(Layers.linear(1)));
        return Math.max(rate(product, EDGE, precision, threads, task), rate(convolution, 64, precision, threads, task));
    }

    private static double rate(Network network, int batch, Precision precision, int threads, Task task) {
        var t = task.timing();
        return MachineSpeed.products(
                network, batch, precision, threads, new MachineSpeed.Timing(t.warm(), t.window(), t.windows()));
    }

    /// The C library's, which writes large blocks past the caches.
    private static MachineSpeed.Copy memcpy() {
        var linker = Linker.nativeLinker();
        var function = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("memcpy"),
                FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        return (to, from) -> {
            try {
                var _ = (MemorySegment) function.invokeExact(to, from, from.byteSize());
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        };
    }

    private static Windows copies(MachineSpeed.Copy copy, int threads, Task task) {
        try (var arena = Arena.ofShared()) {
            var run = MachineSpeed.copying(COPIED_BYTES, copy, threads, arena);
            Measurement.warm(run, task.timing().warm());
            return Windows.take(run, task.timing());
        }
    }

    /// Stochastic gradient descent with momentum.
    private static Windows updates(Workers workers, Task task) {
        try (var arena = Arena.ofShared()) {
            var builder = new Layout.Builder();
            builder.add("weight", Shape.of((int) UPDATED_PARAMETERS), Role.WEIGHT);
            var theta = FlatVector.allocate(UPDATED_PARAMETERS, arena);
            var gradient = FlatVector.allocate(UPDATED_PARAMETERS, arena);
            gradient.fill(1e-3f);
            var optimizer = new Optimizer(
                    new Momentum(0.9),
                    builder.build(),
                    List.of(Group.everything(Decay.NONE)),
                    new Clip.None(),
                    workers,
                    arena);
            long[] step = {0};
            Runnable run = () -> optimizer.step(theta, gradient, ++step[0], 1e-3);
            Measurement.warm(run, task.timing().warm());
            return Windows.take(run, task.timing());
        }
    }
}
