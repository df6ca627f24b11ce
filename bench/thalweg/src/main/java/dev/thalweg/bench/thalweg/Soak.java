package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.ProcessorTime;
import dev.thalweg.bench.Windows;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.optim.Sgd;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;

/// Looks for memory that is never given back: many steps of one plan, then many plans created, run
/// and closed, then whole trainings, from pictures to a run's folder. Run it with a heap of fixed size, touched at the
/// start, so that what grows is native.
///
/// Arguments: steps, plans, trainers.
final class Soak {
    private static final int BATCH = 8;
    private static final int SAMPLES = 20;
    /// Growth over all rounds that is taken for noise.
    private static final double TOLERATED_MB = 6;

    private Soak() {}

    /// Memory in use after a collection, in MB.
    private record Sample(double heap, double resident) {
        static Sample now() {
            System.gc();
            var runtime = Runtime.getRuntime();
            return new Sample(
                    (runtime.totalMemory() - runtime.freeMemory()) / 1e6, ProcessorTime.memory("VmRSS") / 1e6);
        }
    }

    static void main(String[] arguments) throws IOException {
        long steps = Long.parseLong(arguments[0]);
        long plans = Long.parseLong(arguments[1]);
        boolean stepsKept = steps(steps);
        boolean plansKept = plans(plans);
        boolean trainersKept = trainers(Long.parseLong(arguments[2]));
        System.exit(stepsKept && plansKept && trainersKept ? 0 : 1);
    }

    /// Convolutions, pools, normalization, a residual sum, dropout: each kind of kernel once.
    private static Network network() {
        return Network.build("soak", Shape.of(3, 16, 16), in -> {
            var x = in.then(Layers.convolution(16, 3).padding(1).withoutBias())
                    .then(Layers.batchNorm())
                    .then(Layers.relu())
                    .then(Layers.maxPool(2));
            return x.plus(x.then(Layers.convolution(16, 3).padding(1)).then(Layers.gelu()))
                    .then(Layers.globalAveragePool())
                    .then(Layers.dropout(0.5f))
                    .then(Layers.linear(10));
        });
    }

    private static boolean steps(long steps) {
        try (var arena = Arena.ofShared()) {
            var model = Model.initialise(network(), 1, arena);
            var batch = Step.normal(BATCH * model.network().input().size(), new SplittableRandom(1), arena);
            try (var training = Plan.compile(model, options(PlanOptions.training(BATCH)));
                    var evaluation = Plan.compile(model, options(PlanOptions.evaluation(BATCH)))) {
                var optimizer = new Optimizer(
                        new Sgd(),
                        model.network().parameters(),
                        List.of(Group.everything(Decay.NONE)),
                        new Clip.None(),
                        training.workers(),
                        arena);
                return stays("steps", steps, step -> {
                    train(training, batch, step);
                    optimizer.step(model.parameters(), training.gradient(), step, 1e-3);
                    if (step % 100 == 0) {
                        evaluation.refresh();
                        evaluation.input().copyFrom(batch);
                        evaluation.forward(step);
                    }
                });
            }
        }
    }

    private static boolean plans(long plans) {
        var network = network();
        return stays("plans", plans, number -> {
            try (var arena = Arena.ofShared()) {
                var model = Model.initialise(network, number, arena);
                var batch = Step.normal(BATCH * network.input().size(), new SplittableRandom(number), arena);
                try (var training = Plan.compile(model, options(PlanOptions.training(BATCH)));
                        var evaluation = Plan.compile(model, options(PlanOptions.evaluation(BATCH)))) {
                    train(training, batch, number);
                    evaluation.input().copyFrom(batch);
                    evaluation.forward(number);
                }
            }
        });
    }

    /// Each reads its pictures, trains LeNet for two steps, tests it and writes its folder.
    private static boolean trainers(long trainers) throws IOException {
        var defaults = Defaults.forData("shapes:64");
        var recipe = defaults.withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(1, 32, 1, Precision.FP32, 2, 7, 1e9));
        var folder = Files.createTempDirectory("thalweg-soak");
        try {
            return stays("trainers", trainers, number -> {
                var run = folder.resolve("run" + number);
                try (var trainer = Trainer.start(recipe, run)) {
                    trainer.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                delete(run);
            });
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PlanOptions options(PlanOptions options) {
        return options.precision(Precision.FP32);
    }

    private static void train(Plan plan, FlatVector batch, long step) {
        plan.input().copyFrom(batch);
        for (int i = 0; i < BATCH; i++) plan.labels().setAtIndex(ValueLayout.JAVA_INT, i, (int) ((step + i) % 10));
        double loss = plan.forward(step);
        if (!Double.isFinite(loss)) throw new IllegalStateException("the loss is %s at step %d".formatted(loss, step));
        plan.backward();
    }

    /// Whether memory stays where it was. What leaks does so in every round, so that the median of the
    /// growths from one sample to the next shows it; code compiled late or a page of a thread's stack
    /// is a single jump, which the median passes over.
    private static boolean stays(String what, long rounds, LongConsumer body) {
        System.out.printf("%10s %10s %12s%n", what, "heap MB", "resident MB");
        var samples = new ArrayList<Sample>();
        for (long round = 1; round <= rounds; round++) {
            body.accept(round);
            if (round * SAMPLES / rounds == (round - 1) * SAMPLES / rounds) continue;
            var sample = Sample.now();
            samples.add(sample);
            System.out.printf("%10d %10.2f %12.2f%n", round, sample.heap, sample.resident);
        }
        double heap = growth(samples, Sample::heap);
        double resident = growth(samples, Sample::resident);
        boolean kept = heap <= TOLERATED_MB && resident <= TOLERATED_MB;
        var first = samples.getFirst();
        var last = samples.getLast();
        System.out.printf(
                "%s: steady growth heap %+.2f MB, resident %+.2f MB over %,d %s (from first to last %+.2f and %+.2f)%n%n",
                kept ? "flat" : "GREW",
                heap,
                resident,
                rounds,
                what,
                last.heap - first.heap,
                last.resident - first.resident);
        return kept;
    }

    /// The median step from sample to sample, over all rounds.
    private static double growth(List<Sample> samples, ToDoubleFunction<Sample> part) {
        var steps = new ArrayList<Double>();
        for (int i = 1; i < samples.size(); i++)
            steps.add(part.applyAsDouble(samples.get(i)) - part.applyAsDouble(samples.get(i - 1)));
        return Windows.median(steps) * samples.size();
    }
}
