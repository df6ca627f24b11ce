package dev.thalweg.bench;

import java.util.function.UnaryOperator;

/// Repeats one library's step and prints the line of results.
public final class Measurement {
    private static final int LEAST_WARM_STEPS = 3;

    private Measurement() {}

    /// Takes a first step, warms up, takes windows, prints.
    ///
    /// @param library name and version of what is measured
    /// @param parameters that its network has, which must be the number of [Net]
    /// @param step one step on a batch
    /// @param remarks adds the library's own values at the end
    public static void run(Task task, String library, long parameters, Runnable step, UnaryOperator<Result> remarks) {
        var net = task.workload().net();
        if (parameters != net.parameters())
            throw new IllegalStateException(
                    "%s's %s has %,d parameters, expected %,d".formatted(library, net, parameters, net.parameters()));
        step.run();
        double first = ProcessorTime.secondsSinceStart();
        warm(step, task.timing().warm());
        var windows = Windows.take(step, task.timing());
        double images = windows.median() * task.batch();
        var result = new Result(Result.MEASURED)
                .with("library", library)
                .with("tuned", task.tuned())
                .with("workload", task.workload())
                .with("precision", task.precision())
                .with("batch", task.batch())
                .with("contended", (task.timing().contender() != 0))
                .with("images_per_s", images)
                .with("ms_per_step", 1e3 / windows.median())
                .with("gflops", images * task.workload().flops() / 1e9)
                .with("peak_mb", ProcessorTime.memory("VmHWM") / 1e6)
                .with("first_step_s", first)
                .with("cores", windows.cores())
                .with(
                        "clean",
                        windows.clean().stream()
                                .map(rate -> rate * task.batch())
                                .toList())
                .with(
                        "dirty",
                        windows.dirty().stream()
                                .map(rate -> rate * task.batch())
                                .toList());
        System.out.println(remarks.apply(result));
        System.out.flush();
    }

    /// Runs `step` for so many seconds, and at least a few times.
    public static void warm(Runnable step, double seconds) {
        long start = System.nanoTime();
        for (int i = 0; i < LEAST_WARM_STEPS || (System.nanoTime() - start) / 1e9 < seconds; i++) step.run();
    }
}
