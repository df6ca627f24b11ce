package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Model;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.optim.Sgd;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static Recipe small;

    @TempDir
    Path folder;

    /// LeNet on 300 pictures: 9 steps an epoch, with everything that has state: momentum, look-ahead,
    /// augmentation, a parameter that freezes on the way.
    @BeforeAll
    static void recipe() throws IOException {
        var base = Defaults.forData("shapes:300");
        small = base.withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(2.5, 32, 1, Precision.FP32, 2, 7, 1e9))
                .withOptimization(new Recipe.Optimization(
                        new Nesterov(0.9),
                        0.02,
                        new Schedule.Cosine(0),
                        Decay.coupled(5e-4),
                        List.of(),
                        new Clip.None()))
                .withFreeze(List.of(new Recipe.Freeze(new Selector.ByName("*1.weight"), 1.5)))
                .withLookahead(new Lookahead(4, 0.7, 1))
                .withTest(Averaging.MIRROR);
    }

    private Result train(Recipe recipe, String name) throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve(name))) {
            return trainer.run();
        }
    }

    private byte[] model(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("model.safetensors"));
    }

    @Test
    void learnsAndLeavesARunBehind() throws IOException {
        var result = train(small.withEpochs(20).withFreeze(List.of()).withLookahead(null), "run");
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(result.steps()).isEqualTo(180);
        assertThat(result.parameters()).isEqualTo(83_126);
        assertThat(result.train().loss()).isLessThan(2.2);
        var test = result.test();
        assertThat(test).isNotNull();
        assertThat(test.examples()).isEqualTo(2000);
        for (var file : List.of("recipe.json", "metrics.jsonl", "model.safetensors", "result.json"))
            assertThat(folder.resolve("run").resolve(file)).exists();
        assertThat(Files.readAllLines(folder.resolve("run/metrics.jsonl"))).hasSize(20);

        // The file alone gives the same answers.
        try (var arena = Arena.ofShared();
                var data = dev.thalweg.data.DataSets.open("shapes:300")) {
            var stored = ModelStore.read(folder.resolve("run/model.safetensors"), arena);
            assertThat(stored.card().classes()).isEqualTo(data.classes());
            try (var evaluator = new Evaluator(stored.model(), stored.card().preprocessing(), 32, Precision.FP32, 2)) {
                var again = evaluator.evaluate(
                        data.test(), stored.card().averaging().views());
                assertThat(again.accuracy()).isEqualTo(test.accuracy());
                assertThat(again.loss()).isEqualTo(test.loss());
                assertThat(again.plainAccuracy()).isEqualTo(test.plainAccuracy());
            }
        }
    }

    @Test
    void theModelSaysHowItCameToBe() throws IOException {
        var result = train(small, "run");
        var file = folder.resolve("run/model.safetensors");
        try (var data = dev.thalweg.data.DataSets.open("shapes:300")) {
            var card = ModelStore.card(file).orElseThrow();
            assertThat(card.seed()).isEqualTo(7);
            assertThat(card.data()).isEqualTo(data.fingerprint());
            var provenance = ModelStore.provenance(file).orElseThrow();
            assertThat(provenance.data()).isEqualTo(new Provenance.Data(data.name(), data.fingerprint(), 300, 0, 2000));
            assertThat(provenance.recipe()).isEqualTo(small);
            assertThat(provenance.steps()).isEqualTo(result.steps());
        }
    }

    @Test
    void theSameRecipeGivesTheSameBytes() throws IOException {
        train(small, "one");
        train(RecipeFile.read(folder.resolve("one/recipe.json")), "two");
        assertThat(model("two")).isEqualTo(model("one"));
        train(small.withSeed(8), "three");
        assertThat(model("three")).isNotEqualTo(model("one"));
    }

    /// Stopped after any step, in the middle of an epoch, at its end, around the freeze: what is
    /// resumed ends with the same bytes.
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 10, 13, 14, 22})
    void aResumedRunEndsWithTheSameBytes(int stopAfter) throws IOException {
        train(small, "whole");
        try (var trainer = Trainer.start(small, folder.resolve("parts"))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == stopAfter) trainer.stop();
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.STOPPED);
            assertThat(folder.resolve("parts/model.safetensors")).doesNotExist();
        }
        try (var trainer = Trainer.resume(folder.resolve("parts"))) {
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.FINISHED);
        }
        assertThat(model("parts")).isEqualTo(model("whole"));
        assertThat(Files.readAllLines(folder.resolve("parts/metrics.jsonl"))).hasSize(3);
        for (var file : List.of("steps.jsonl", "predictions.csv", "batch.png", "mistakes.png"))
            assertThat(folder.resolve("parts").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        var record = RunRecord.read(folder.resolve("parts/run.json")).orElseThrow();
        assertThat(record.processes()).isEqualTo(2);
        assertThat(record.ended()).isNotNull();
    }

    /// Killed after a checkpoint: what was written after it is cut away, and written again.
    @Test
    void stepsThatACheckpointDoesNotKnowAreRecordedAgain() throws IOException {
        train(small, "whole");
        try (var trainer = Trainer.start(small, folder.resolve("parts"))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 12) trainer.stop();
                }
            });
            trainer.run();
        }
        var steps = folder.resolve("parts/steps.jsonl");
        assertThat(StepSample.read(steps)).hasSize(12);
        // Two whole steps, and half of a third.
        var later = Files.readAllLines(folder.resolve("whole/steps.jsonl")).subList(12, 14);
        Files.writeString(
                steps, Files.readString(steps) + String.join("\n", later) + "\n{\"step\":15,\"epoch\":1.6,\"lo");
        try (var trainer = Trainer.resume(folder.resolve("parts"))) {
            trainer.run();
        }
        assertThat(steps).hasSameBinaryContentAs(folder.resolve("whole/steps.jsonl"));
    }

    /// The first step's numbers against the weights before and after it.
    @Test
    void recordsWhatStepsDid() throws IOException {
        var o = small.optimization();
        var plain = small.withLookahead(null)
                .withFreeze(List.of())
                .withOptimization(new Recipe.Optimization(
                        new Sgd(), 0.02, new Schedule.Constant(), Decay.NONE, List.of(), o.clip()));
        var after = new ArrayList<float[]>();
        var gradients = new ArrayList<Double>();
        float[] before;
        try (var trainer = Trainer.start(plain, folder.resolve("run"))) {
            before = trainer.model().parameters().toArray();
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    assertThat(progress.sampled()).isTrue();
                    gradients.add(progress.gradientNorm());
                    if (after.isEmpty()) after.add(trainer.model().parameters().toArray());
                }
            });
            trainer.run();
            var samples = StepSample.read(folder.resolve("run/steps.jsonl"));
            assertThat(samples).hasSize(23);
            assertThat(samples).extracting(StepSample::step).startsWith(1L, 2L).endsWith(22L, 23L);
            var first = samples.getFirst();
            assertThat(first.epoch()).isEqualTo(1 / 9.0);
            assertThat(first.learningRate()).isEqualTo(0.02f);
            assertThat(first.loss()).isBetween(2f, 3f);
            assertThat(samples)
                    .extracting(s -> (double) s.gradientNorm())
                    .isEqualTo(
                            gradients.stream().map(g -> (double) g.floatValue()).toList());
            // Plain descent moves all parameters by the learning rate times the gradient.
            double moved = 0, movedConv = 0, conv = 0;
            var p = trainer.model().network().parameters().get("conv1.weight");
            for (int i = 0; i < before.length; i++) {
                double d = after.getFirst()[i] - before[i];
                moved += d * d;
                if (i < p.offset() || i >= p.end()) continue;
                movedConv += d * d;
                conv += (double) before[i] * before[i];
            }
            assertThat(first.gradientNorm()).isCloseTo((float) (Math.sqrt(moved) / 0.02), within(1e-4f));
            assertThat(first.layers().get("conv1.weight"))
                    .isCloseTo((float) Math.sqrt(movedConv / conv), within(1e-7f));
            assertThat(first.layers())
                    .containsOnlyKeys("conv1.weight", "conv2.weight", "fc1.weight", "fc2.weight", "fc3.weight");
            assertThat(first.update()).isBetween(1e-5f, 1e-1f);
        }
    }

    /// The profile begins when half of the 23 steps are done, and holds what there was when the run is stopped.
    @Test
    void aStoppedRunLeavesWhatWasProfiled() throws IOException {
        try (var trainer = Trainer.start(small.withFreeze(List.of()), folder.resolve("stopped"))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 14) trainer.stop();
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.STOPPED);
        }
        var profile =
                RunRecord.read(folder.resolve("stopped/run.json")).orElseThrow().profile();
        assertThat(profile).isNotNull();
        assertThat(profile.batches()).isEqualTo(3);
    }

    @Test
    void recordsTheCircumstances() throws IOException {
        train(small.withFreeze(List.of()), "run");
        var record = RunRecord.read(folder.resolve("run/run.json")).orElseThrow();
        assertThat(record.processes()).isEqualTo(1);
        assertThat(record.precision()).isEqualTo("fp32");
        assertThat(record.started()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(record.ended()).isGreaterThanOrEqualTo(record.started());
        assertThat(record.data().classes())
                .hasSize(10)
                .first()
                .isEqualTo(new RunRecord.ClassCount("circle", 30, 0, 200));
        var t = record.time();
        assertThat(t.forward()).isPositive();
        assertThat(t.backward()).isPositive();
        assertThat(t.evaluation()).isPositive();
        assertThat(t.setup()
                        + t.data()
                        + t.forward()
                        + t.backward()
                        + t.update()
                        + t.recording()
                        + t.evaluation()
                        + t.checkpoint())
                .isLessThanOrEqualTo(t.total());
        var profile = record.profile();
        assertThat(profile).isNotNull();
        assertThat(profile.batches()).isEqualTo(10);
        assertThat(profile.steps()).anySatisfy(s -> {
            assertThat(s.layer()).isEqualTo("conv1");
            assertThat(s.milliseconds()).isPositive();
        });
        var batch = record.batch();
        assertThat(batch).isNotNull();
        assertThat(batch.labels()).hasSize(24);
        assertThat(batch.sheet()).isEqualTo(new ContactSheet("batch.png", 32, 32, 8));

        // Predictions and result say the same.
        var result = Json.MAPPER.readTree(Files.readString(folder.resolve("run/result.json")));
        var predictions = Prediction.read(folder.resolve("run/predictions.csv"));
        assertThat(predictions)
                .hasSize(2000)
                .allSatisfy(p -> assertThat(p.part()).isEqualTo("test"));
        assertThat(predictions.stream().filter(Prediction::right).count() / 2000.0)
                .isEqualTo(result.at("/test/accuracy").asDouble());
        assertThat(predictions.stream()
                        .mapToDouble(p -> -Math.log(p.probability()))
                        .average()
                        .orElseThrow())
                .isCloseTo(result.at("/test/loss").asDouble(), within(1e-5));
        var mistakes = record.mistakes();
        assertThat(mistakes).isNotNull();
        assertThat(mistakes.examples())
                .hasSize(24)
                .allSatisfy(i -> assertThat(predictions.get(i).right()).isFalse());
        assertThat(mistakes.examples().stream()
                        .map(i -> predictions.get(i).confidence())
                        .toList())
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    /// A rider's vectors are part of the checkpoint: here a running average of one weight.
    @Test
    void ridersAreResumedToo() throws IOException {
        try (var arena = Arena.ofShared()) {
            var whole = new Average(arena);
            try (var trainer = Trainer.start(small, folder.resolve("whole")).ride(whole)) {
                trainer.run();
            }
            try (var trainer = Trainer.start(small, folder.resolve("parts")).ride(new Average(arena))) {
                trainer.listen(new Listener() {
                    @Override
                    public void step(Progress progress) {
                        if (progress.step() == 12) trainer.stop();
                    }
                });
                trainer.run();
            }
            var resumed = new Average(arena);
            try (var trainer = Trainer.resume(folder.resolve("parts")).ride(resumed)) {
                trainer.run();
            }
            assertThat(whole.vector.get(0)).isNotZero();
            assertThat(resumed.vector.toArray()).isEqualTo(whole.vector.toArray());
        }
    }

    private static final class Average implements Rider {
        final FlatVector vector;

        Average(Arena arena) {
            vector = FlatVector.allocate(1, arena);
        }

        @Override
        public String name() {
            return "average";
        }

        @Override
        public Map<String, FlatVector> state() {
            return Map.of("of.one", vector);
        }

        @Override
        public void afterStep(Model model, long done, long total) {
            vector.set(0, 0.9f * vector.get(0) + model.parameters().get(5));
        }
    }

    @Test
    void frozenParametersKeepEveryBit() throws IOException {
        var recipe = small.withFreeze(List.of(new Recipe.Freeze(new Selector.ByName("*.weight"), 0)));
        try (var trainer = Trainer.start(recipe, folder.resolve("frozen"))) {
            var before = trainer.model().parameters().toArray();
            trainer.run();
            var after = trainer.model().parameters().toArray();
            for (var p : trainer.model().network().parameters()) {
                var same = java.util.Arrays.equals(
                        before, (int) p.offset(), (int) p.end(), after, (int) p.offset(), (int) p.end());
                assertThat(same).as(p.name()).isEqualTo(p.name().endsWith(".weight"));
            }
        }
    }

    /// Without normalization the mean of two batches' gradients is the gradient of both together.
    @Test
    void accumulationActsAsALargerBatch() throws IOException {
        var plain = small.withLookahead(null).withFreeze(List.of()).withEpochs(1);
        var t = plain.training();
        train(plain.withTraining(new Recipe.Training(1, 64, 1, t.precision(), 2, 7, 1e9)), "large");
        train(plain.withTraining(new Recipe.Training(1, 32, 2, t.precision(), 2, 7, 1e9)), "twice");
        try (var arena = Arena.ofShared()) {
            var large = ModelStore.read(folder.resolve("large/model.safetensors"), arena)
                    .model()
                    .parameters();
            var twice = ModelStore.read(folder.resolve("twice/model.safetensors"), arena)
                    .model()
                    .parameters();
            for (long i = 0; i < large.length(); i++) assertThat(twice.get(i)).isCloseTo(large.get(i), within(1e-5f));
        }
    }

    @Test
    void divergenceStopsTheRunWithAdvice() throws IOException {
        var o = small.optimization();
        var wild = small.withLookahead(null)
                .withLoss(CrossEntropy.PLAIN)
                .withOptimization(new Recipe.Optimization(
                        o.rule(), 1e4, new Schedule.Constant(), o.decay(), List.of(), new Clip.None()));
        var notes = new ArrayList<String>();
        try (var trainer = Trainer.start(wild, folder.resolve("wild"))) {
            trainer.listen(new Listener() {
                @Override
                public void note(String sentence) {
                    notes.add(sentence);
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.DIVERGED);
        }
        assertThat(notes).hasSize(1);
        assertThat(notes.getFirst()).contains("Try a learning rate of 2500.0 instead of 10000.0");
        assertThat(folder.resolve("wild/model.safetensors")).doesNotExist();
    }

    @Test
    void refusesAFolderInUseAndAFolderWithoutARun() throws IOException {
        Files.writeString(folder.resolve("file"), "somebody's");
        assertThatThrownBy(() -> Trainer.start(small, folder))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("the folder is not empty");
        assertThatThrownBy(() -> Trainer.resume(folder.resolve("nothing")))
                .hasMessage(folder.resolve("nothing") + ": expected the folder of a run, found nothing there");
    }

    /// Somebody has shortened the recipe of a run that is already further.
    @Test
    void refusesToGoOnBehindTheEnd() throws IOException {
        var run = folder.resolve("run");
        try (var trainer = Trainer.start(small, run)) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 10) trainer.stop();
                }
            });
            trainer.run();
        }
        var recipe = run.resolve("recipe.json");
        Files.writeString(recipe, Files.readString(recipe).replace("\"epochs\" : 2.5", "\"epochs\" : 1"));
        try (var trainer = Trainer.resume(run)) {
            assertThatThrownBy(trainer::run)
                    .hasMessage(
                            "%s is at step 10, behind the end of the run, which %s sets at step 9",
                            run.resolve("checkpoint.safetensors"), recipe);
        }
    }

    @Test
    void refusesToAccumulateMoreThanAnEpoch() {
        var t = small.training();
        var recipe = small.withTraining(new Recipe.Training(1, 32, 10, t.precision(), 2, 7, 60));
        assertThatThrownBy(() -> train(recipe, "large"))
                .hasMessage("an epoch has 9 batches of 32, fewer than the 10 that one step accumulates");
    }

    @Test
    void refusesABatchLargerThanTheData() {
        var t = small.training();
        var recipe = small.withTraining(new Recipe.Training(1, 512, 1, t.precision(), 2, 7, 60));
        assertThatThrownBy(() -> train(recipe, "large"))
                .hasMessage("the training part has 300 examples, fewer than one batch of 512; choose a smaller batch");
    }
}
