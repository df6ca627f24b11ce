package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.DataSets;
import dev.thalweg.data.Loader;
import dev.thalweg.format.Safetensors;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.Clip;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks trained by minimizers.
class FullBatchLearnerTest {
    @TempDir
    Path folder;

    /// A small network on 72 pictures of 4×4, four and a half batches.
    private static Recipe recipe(String optimizer, String network, double iterations) throws IOException {
        var base = Defaults.forData("shapes:90");
        return OptimizerSetting.parse(optimizer)
                .in(base.withNetwork(new Recipe.Net(network, 1, 4, 4))
                        .withLoss(CrossEntropy.PLAIN)
                        .withTraining(new Recipe.Training(iterations, 16, 1, Precision.FP32, 2, 7, 1e9)));
    }

    private Result run(Recipe recipe, String name) throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve(name))) {
            return trainer.run();
        }
    }

    private static Result.Minimum minimum(Result result) {
        var minimum = result.minimum();
        if (minimum == null) throw new AssertionError("a minimizer leaves where it came to");
        return minimum;
    }

    /// Every minimizer lowers the loss, and one that is stopped in the middle goes on with the same bits.
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "gradient-descent, 20",
        "conjugate-gradient, 20",
        "newton, 6",
        "newton-cg, 6",
        "bfgs, 20",
        "lbfgs, 20",
        "lbfgs:history=3+l2:lambda=1e-3, 20",
        "owl-qn:lambda=1e-3, 20"
    })
    void trainsAndResumesToTheSameBits(String optimizer, int iterations) throws IOException {
        var recipe = recipe(optimizer, "softmax", iterations);
        var straight = run(recipe, "straight");
        assertThat(straight.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(minimum(straight).iterations()).isEqualTo(iterations);
        assertThat(minimum(straight).value()).isLessThan(0.8 * Math.log(10));

        var stopped = folder.resolve("stopped");
        try (var trainer = Trainer.start(recipe, stopped)) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == iterations / 2) trainer.stop();
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.STOPPED);
        }
        Result resumed;
        try (var trainer = Trainer.resume(stopped)) {
            resumed = trainer.run();
        }
        assertThat(Files.readAllBytes(stopped.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("straight/model.safetensors")));
        assertThat(minimum(resumed)).isEqualTo(minimum(straight));
        assertThat(Files.readAllLines(stopped.resolve("metrics.jsonl"))).hasSize(iterations);
    }

    @FunctionalInterface
    private interface Use {
        void of(FullBatchLearner learner, Loader loader, Model model) throws IOException;
    }

    /// A learner alone, of a model whose weights `init` may change.
    private static void learner(Recipe recipe, BooleanSupplier leaving, Consumer<Model> init, Use use)
            throws IOException {
        try (var arena = Arena.ofShared();
                var data = DataSets.open(recipe.data().source(), recipe.data().split())) {
            var train = data.train();
            var network = Architectures.create(
                    "softmax", Shape.of(1, 4, 4), data.classes().size());
            var model = Model.initialise(network, 7, arena);
            init.accept(model);
            var feeding = new Feeding(recipe, train, recipe.preprocessing(train), 1 << 20);
            try (var learner =
                            new FullBatchLearner(recipe, model, train.size(), new TimeAccount.Clock(), leaving, arena);
                    var loader = learner.open(feeding, 0)) {
                use.of(learner, loader, model);
            }
        }
    }

    /// Before whichever batch an iteration is left unfinished: it is as if it had not been begun.
    @ParameterizedTest
    @ValueSource(strings = {"newton", "newton-cg", "bfgs", "lbfgs", "owl-qn:lambda=1e-3", "conjugate-gradient"})
    void anIterationIsLeftUnfinished(String optimizer) throws IOException {
        for (int before : new int[] {0, 1, 4, 5, 30, 1500}) {
            var left = new AtomicInteger(Integer.MAX_VALUE);
            learner(
                    recipe(optimizer, "softmax", 10),
                    () -> left.getAndDecrement() == 0,
                    model -> {},
                    (learner, loader, model) -> {
                        var tally = new Learner.Tally();
                        for (int i = 0; i < 3; i++) {
                            assertThat(learner.end()).isNull();
                            assertThat(learner.step(loader, i, 10, 1, tally, false))
                                    .isTrue();
                        }
                        long seen = tally.examples;
                        var numbers = new LinkedHashMap<String, double[]>();
                        learner.numbers().forEach((name, values) -> numbers.put(name, values.clone()));
                        float[] parameters = model.parameters().toArray();
                        left.set(before);
                        if (learner.step(loader, 3, 10, 1, tally, true)) return; // it needed no more batches
                        assertThat(learner.end()).isEqualTo(new Learner.End(Result.Ended.STOPPED, ""));
                        assertThat(model.parameters().toArray()).isEqualTo(parameters);
                        assertThat(tally.examples).isEqualTo(seen);
                        var now = learner.numbers();
                        assertThat(now.keySet()).isEqualTo(numbers.keySet());
                        numbers.forEach((name, values) ->
                                assertThat(now.get(name)).as(name).isEqualTo(values));
                    });
            // Every iteration looks at five batches, Newton's at those of 340 evaluations.
            if (before < 5 || optimizer.equals("newton")) assertThat(left.get()).isNegative();
        }
    }

    /// The first look at the data is left as well, and the run begins again.
    @Test
    void theFirstLookIsLeftUnfinished() throws IOException {
        var recipe = recipe("newton", "softmax", 2);
        run(recipe, "straight");
        var stopped = folder.resolve("stopped");
        try (var trainer = Trainer.start(recipe, stopped)) {
            trainer.listen(new Listener() {
                @Override
                public void started(Progress progress) {
                    trainer.controls().stop();
                }
            });
            var result = trainer.run();
            assertThat(result.ended()).isEqualTo(Result.Ended.STOPPED);
            assertThat(result.steps()).isZero();
            assertThat(result.minimum()).isNull();
            assertThat(result.controls()).hasSize(1);
        }
        assertThat(stopped.resolve("checkpoint.safetensors")).exists();
        try (var trainer = Trainer.resume(stopped)) {
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.FINISHED);
        }
        assertThat(Files.readAllBytes(stopped.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("straight/model.safetensors")));
    }

    /// A loss that is not a number is no minimum.
    @Test
    void divergesWhereTheLossIsNotANumber() throws IOException {
        learner(
                recipe("lbfgs", "softmax", 3),
                () -> false,
                model -> model.parameters().fill(1e38f),
                (learner, loader, model) -> {
                    assertThat(learner.end())
                            .isEqualTo(
                                    new Learner.End(
                                            Result.Ended.DIVERGED,
                                            "lbfgs stopped after 0 iterations and 1 evaluations of the whole loss: at the start, the value"
                                                    + " is NaN. Other weights to begin with (--seed) or weight decay may help."));
                    assertThat(Result.Minimum.of(learner.minimum())).isNull();
                });
    }

    /// A run that ends before its iterations are used up leaves a profile of the plan as well.
    @Test
    void leavesAProfile() throws IOException {
        run(recipe("newton+l2:lambda=0.1", "softmax", 50), "profiled");
        var profile = RunRecord.read(new RunFolder(folder.resolve("profiled")).record())
                .orElseThrow()
                .profile();
        assertThat(profile).isNotNull();
        assertThat(profile.batches()).isPositive();
    }

    /// Dropout's masks belong to the batch's number: the function stays the same, and its value never goes up.
    @Test
    void stochasticLayersAreFrozen() throws IOException {
        var losses = new ArrayList<Double>();
        var network = recipe("lbfgs", "mlp", 12);
        try (var trainer = Trainer.start(network, folder.resolve("mlp"))) {
            trainer.listen(new Listener() {
                @Override
                public void epoch(EpochReport report) {
                    losses.add(report.trainLoss());
                    assertThat(report.iteration()).isNotNull();
                }
            });
            trainer.run();
        }
        assertThat(losses).hasSize(12).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    /// It ends before its iterations are used up, says so, and the run is finished.
    @Test
    void endsWhereTheGradientVanishes() throws IOException {
        var notes = new ArrayList<String>();
        var recipe = recipe("newton+l2:lambda=0.1", "softmax", 50);
        Result result;
        try (var trainer = Trainer.start(recipe, folder.resolve("ends"))) {
            trainer.listen(new Listener() {
                @Override
                public void note(String sentence) {
                    notes.add(sentence);
                }
            });
            result = trainer.run();
        }
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(minimum(result).reason()).isEqualTo("converged");
        assertThat(minimum(result).gradientNorm()).isLessThan(1e-5);
        assertThat(result.steps()).isLessThan(30);
        assertThat(notes)
                .anyMatch(note -> note.matches("newton stopped after \\d+ iterations and [\\d,]+ evaluations of"
                        + " the whole loss: the gradient's norm, \\S+, is at most 1.00e-05\\."));
        assertThat(folder.resolve("ends/checkpoint.safetensors")).exists();
        // Going on finds nothing left to do, but for a look at the curvature: a saddle would be left.
        try (var trainer = Trainer.resume(folder.resolve("ends"))) {
            var again = minimum(trainer.run());
            assertThat(again.value()).isEqualTo(minimum(result).value());
            assertThat(again.iterations()).isEqualTo(minimum(result).iterations());
        }
    }

    /// A run whose iterations are used up says where it came to also when it is asked again, and its metrics are
    /// numbers.
    @Test
    void aFinishedRunSaysTheSameAgain() throws IOException {
        var result = run(recipe("lbfgs", "softmax", 3), "over");
        try (var trainer = Trainer.resume(folder.resolve("over"))) {
            assertThat(minimum(trainer.run())).isEqualTo(minimum(result));
        }
        assertThat(Files.readString(folder.resolve("over/metrics.jsonl")))
                .contains("\"gradient_norm\"", "\"evaluations\"")
                .doesNotContain("NaN");
    }

    /// All minimizers come to the one minimum of a convex loss.
    @Tag("slow")
    @Test
    void agreeOnAConvexLoss() throws IOException {
        var values = new ArrayList<Double>();
        for (String name : List.of("newton", "newton-cg", "bfgs", "lbfgs", "conjugate-gradient"))
            values.add(minimum(run(recipe(name + "+l2:lambda=0.03", "softmax", 300), name))
                    .value());
        for (double value : values)
            assertThat(value).isCloseTo(values.getFirst(), org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void anL1TermLeavesZeros() throws IOException {
        var result = run(recipe("owl-qn:lambda=0.02", "softmax", 60), "sparse");
        assertThat(minimum(result).value()).isLessThan(Math.log(10));
        int zeros = 0;
        try (var arena = Arena.ofConfined()) {
            var weight = Safetensors.open(folder.resolve("sparse/model.safetensors"), arena)
                    .get("fc.weight");
            for (long i = 0; i < weight.size(); i++) if (weight.element(i) == 0) zeros++;
            assertThat(zeros).isBetween((int) weight.size() / 4, (int) weight.size() - 1);
        }
    }

    /// All that [MisfitTest] names is refused; and batch normalization, which is no matter of the recipe alone.
    @Test
    void refusesWhatDoesNotGoWithIt() throws IOException {
        refused(
                r -> r.withOptimization(r.optimization().withClip(new Clip.ByNorm(1))),
                "optimization.clip does not go with lbfgs: it needs the gradient of the loss itself");
        refused(
                r -> r.withLookahead(new Lookahead(5, 0.5, 0)),
                "lookahead does not go with lbfgs: it remembers where it is, and nothing else may move the weights");
        refused(
                r -> r.withNetwork(new Recipe.Net("resnet20", 1, 8, 8)),
                "batch normalization makes of each batch another function: it does not go with lbfgs");
    }

    private void refused(UnaryOperator<Recipe> change, String sentence) throws IOException {
        var recipe = change.apply(recipe("lbfgs", "softmax", 1));
        assertThatThrownBy(() -> run(recipe, "refused"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
        assertThat(folder.resolve("refused")).isEmptyDirectory();
    }

    @Test
    void thereIsNoRateToChange() throws IOException {
        try (var trainer = Trainer.start(recipe("lbfgs", "softmax", 1), folder.resolve("steered"))) {
            assertThatThrownBy(() -> trainer.controls().learningRateFactor(0.5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a minimizer chooses its steps itself: there is no learning rate to change");
        }
    }

    @Test
    void newtonRefusesLargeNetworks() throws IOException {
        var recipe = recipe("newton", "lenet5", 1).withNetwork(new Recipe.Net("lenet5", 1, 28, 28));
        assertThatThrownBy(() -> run(recipe, "large"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "it takes at most 2,000 variables; Newton-CG and L-BFGS keep a few vectors instead");
    }
}
