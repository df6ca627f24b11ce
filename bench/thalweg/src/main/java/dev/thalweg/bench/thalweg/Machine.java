package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Updates;
import dev.thalweg.bench.Windows;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Momentum;
import dev.thalweg.step.MachineSpeed;
import dev.thalweg.step.Precision;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;

/// Prints what the machine is and what it can do: the rate of large products in our own plan, in
/// both precisions; of copying memory, Java's way and the C library's; and of the
/// momentum update, as a share of the faster one.
final class Machine {
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
        Windows javaCopies, nativeCopies;
        try (var arena = Arena.ofShared()) {
            var copying = Copying.of(threads, arena);
            javaCopies = windows(copying.java(), task);
            nativeCopies = windows(copying.memcpy(), task);
        }
        var copies = javaCopies.median() > nativeCopies.median() ? javaCopies : nativeCopies;
        Windows updates;
        double bytes;
        try (var arena = Arena.ofShared()) {
            var update = new Update(new Momentum(0.9), Decay.NONE, threads, arena);
            bytes = update.bytesPerParameter() * Updates.PARAMETERS;
            updates = windows(update, task);
        }
        // What is read and what is written both count.
        double copy = Copying.rate(copies.median());
        double update = bytes * updates.median() / 1e9;
        System.out.println(result.with("java_copy_gb_per_s", Copying.rate(javaCopies.median()))
                .with("memcpy_gb_per_s", Copying.rate(nativeCopies.median()))
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

    private static Windows windows(Runnable run, Task task) {
        Measurement.warm(run, task.timing().warm());
        return Windows.take(run, task.timing());
    }
}
