package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.data.Augmentation;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlsTest {
    @TempDir
    static Path shared;

    private static Recipe recipe;
    /// What an undisturbed run, without and with two changes of the rate, ends with.
    private static byte[] plain;

    private static byte[] changed;
    private static final Map<Long, Double> RATES = new HashMap<>();

    @TempDir
    Path folder;

    /// 2.5 epochs of 6 steps: 15 steps.
    @BeforeAll
    static void runs() throws IOException {
        var base = Defaults.forData("shapes:200");
        recipe = base.withNetwork(new Recipe.Net("mlp", 3, 8, 8))
                .withTraining(new Recipe.Training(2.5, 32, 1, Precision.FP32, 1, 7, 1e9))
                .withOptimization(new Recipe.Optimization(
                        new Nesterov(0.9), 0.02, new Schedule.Cosine(0), Decay.NONE, List.of(), new Clip.None()))
                .withAugmentation(Augmentation.NONE)
                .withFreeze(List.of())
                .withLookahead(null)
                .withTest(Averaging.NONE);
        plain = run(Trainer.start(recipe, shared.resolve("plain")), (trainer, step) -> {});
        changed = run(Trainer.start(recipe, shared.resolve("changed")), ControlsTest::change);
    }

    private static void change(Trainer trainer, long step) {
        RATES.put(step, 0.0);
        if (step == 4) trainer.controls().learningRateFactor(0.5);
        if (step == 9) trainer.controls().learningRateFactor(3);
    }

    private static byte[] run(Trainer trainer, BiConsumer<Trainer, Long> afterStep) throws IOException {
        try (trainer) {
            trainer.listen(new Listener() {
                        @Override
                        public void step(Progress progress) {
                            afterStep.accept(trainer, progress.step());
                            RATES.replace(progress.step(), progress.learningRate());
                        }
                    })
                    .run();
            var model = trainer.folder().model();
            return Files.exists(model) ? Files.readAllBytes(model) : new byte[0];
        }
    }

    private static String controls(Path run) throws IOException {
        return Files.readString(run.resolve("controls.jsonl"));
    }

    @Test
    void theRateIsMultipliedFromTheNextStepOn() throws IOException {
        assertThat(changed).isNotEqualTo(plain);
        assertThat(controls(shared.resolve("changed"))).isEqualTo("""
                        {"step":4,"what":"learning_rate","value":0.5}
                        {"step":9,"what":"learning_rate","value":3.0}
                        """);
        for (long step = 1; step <= 15; step++) {
            double factor = step <= 4 ? 1 : step <= 9 ? 0.5 : 3;
            double cosine = 0.5 * (1 + Math.cos(Math.PI * (step - 1) / 15));
            assertThat(RATES.get(step)).as("step %s", step).isEqualTo(0.02 * cosine * factor, within(1e-12));
        }
        var result = Json.MAPPER.readValue(Files.readString(shared.resolve("changed/result.json")), Result.class);
        assertThat(result.controls())
                .hasToString("[learning rate × 0.5 after step 4, learning rate × 3.0 after step 9]");
        assertThat(shared.resolve("plain/controls.jsonl")).doesNotExist();
        assertThat(Files.readString(shared.resolve("plain/result.json"))).doesNotContain("controls");
    }

    /// Stopped after a step, then killed after a later one and gone back to the checkpoint: what was done to it in
    /// between is done again by itself.
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6})
    void aRunThatGoesBackDoesItAgain(int checkpoint) throws IOException {
        var run = folder.resolve("run");
        run(Trainer.start(recipe, run), (trainer, step) -> {
            change(trainer, step);
            if (step == checkpoint) trainer.stop();
        });
        var kept = Files.copy(run.resolve("checkpoint.safetensors"), folder.resolve("kept"));
        run(Trainer.resume(run), (trainer, step) -> {
            change(trainer, step);
            if (step == 11) trainer.stop();
        });
        Files.move(kept, run.resolve("checkpoint.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(run(Trainer.resume(run), (trainer, step) -> {})).isEqualTo(changed);
        assertThat(controls(run)).isEqualTo(controls(shared.resolve("changed")));
    }

    @Test
    void anotherRunCanRepeatIt() throws IOException {
        var trainer = Trainer.start(recipe, folder.resolve("run"));
        trainer.controls().repeat(shared.resolve("changed/controls.jsonl"));
        assertThat(run(trainer, (t, step) -> {})).isEqualTo(changed);
    }

    /// From another thread: the run rests with a checkpoint until it is to go on, and no bit is different.
    @Test
    void aPauseChangesNothing() throws Exception {
        var run = folder.resolve("run");
        var trainer = Trainer.start(recipe, run);
        var resting = new CompletableFuture<Control>();
        trainer.listen(new Listener() {
            @Override
            public void controlled(Control control) {
                resting.complete(control);
            }
        });
        var other = CompletableFuture.runAsync(() -> {
            assertThat(resting.join()).hasToString("pause after step 3");
            assertThat(trainer.controls().paused()).isTrue();
            assertThat(run.resolve("checkpoint.safetensors")).exists();
            trainer.controls().proceed();
        });
        var model = run(trainer, (t, step) -> {
            if (step == 3) t.controls().pause();
        });
        other.get();
        assertThat(model).isEqualTo(plain);
        assertThat(controls(run)).isEqualTo("""
                        {"step":3,"what":"pause"}
                        {"step":3,"what":"proceed"}
                        """);
    }

    @Test
    void aPausedRunCanBeStopped() throws IOException {
        var run = folder.resolve("run");
        var trainer = Trainer.start(recipe, run).listen(new Listener() {});
        trainer.listen(new Listener() {
            @Override
            public void controlled(Control control) {
                if (control.what() == Control.What.PAUSE) trainer.controls().stop();
            }
        });
        run(trainer, (t, step) -> {
            if (step == 3) t.controls().pause();
        });
        assertThat(controls(run)).contains("\"pause\"", "\"stop\"");
        assertThat(run(Trainer.resume(run), (t, step) -> {})).isEqualTo(plain);
    }

    @Test
    void theEpochCanBeTheLast() throws IOException {
        var run = folder.resolve("run");
        run(Trainer.start(recipe, run), (trainer, step) -> {
            if (step == 7) trainer.controls().stopAfterEpoch();
        });
        var result = Json.MAPPER.readValue(Files.readString(run.resolve("result.json")), Result.class);
        assertThat(result.ended()).isEqualTo(Result.Ended.STOPPED);
        assertThat(result.steps()).isEqualTo(12);
        assertThat(run(Trainer.resume(run), (trainer, step) -> {})).isEqualTo(plain);
    }

    @Test
    void goingOnTakesAnEndBack() throws IOException {
        var run = folder.resolve("run");
        var model = run(Trainer.start(recipe, run), (trainer, step) -> {
            if (step == 2) trainer.controls().stopAfterEpoch();
            if (step == 3) {
                assertThat(trainer.controls().stopsAfterEpoch()).isTrue();
                trainer.controls().proceed();
                trainer.controls().proceed(); // has nothing to take back any more
            }
        });
        assertThat(model).isEqualTo(plain);
        assertThat(controls(run).lines()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1000.1, Double.NaN, Double.POSITIVE_INFINITY})
    void factorsOutsideTheRangeAreRefused(double factor) throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve("run"))) {
            assertThatThrownBy(() -> trainer.controls().learningRateFactor(factor))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the factor of the learning rate must be in (0, 1000], got " + factor);
        }
    }

    private static Control rate(long step, double value) {
        return new Control(step, Control.What.LEARNING_RATE, value);
    }

    /// Gone back to step 30 and decided otherwise: what was decided for later steps does not hold any more.
    @Test
    void aNewDecisionTakesBackLaterOnes() throws IOException {
        var run = RunFolder.create(folder);
        var log = ControlLog.of(run);
        log.add(rate(10, 0.5));
        log.add(rate(100, 0.1));
        log.add(new Control(120, Control.What.PAUSE, null));
        log.add(new Control(20, Control.What.PAUSE, null));
        assertThat(log.factor(100)).isEqualTo(0.1);
        log.add(rate(30, 2));
        for (var same : List.of(log, ControlLog.of(run))) {
            assertThat(same.factor(9)).isEqualTo(1);
            assertThat(same.factor(10)).isEqualTo(0.5);
            assertThat(same.factor(29)).isEqualTo(0.5);
            assertThat(same.factor(30)).isEqualTo(2);
            assertThat(same.factor(1000)).isEqualTo(2);
            assertThat(same.upTo(50)).extracting(Control::step).containsExactly(10L, 20L, 30L);
        }
    }

    /// A process that was killed while it wrote leaves half a line, which had no effect yet.
    @Test
    void halfALineIsNone() throws IOException {
        var run = RunFolder.create(folder);
        Files.writeString(run.controls(), "{\"step\":1,\"what\":\"learning_rate\",\"value\":0.5}\n{\"step\":2,\"wh");
        var log = ControlLog.of(run);
        assertThat(log.factor(5)).isEqualTo(0.5);
        log.add(rate(3, 4));
        assertThat(controls(folder).lines())
                .containsExactly(
                        "{\"step\":1,\"what\":\"learning_rate\",\"value\":0.5}",
                        "{\"step\":3,\"what\":\"learning_rate\",\"value\":4.0}");
        assertThat(ControlLog.of(run).factor(5)).isEqualTo(4);
    }

    @Test
    void damagedLinesAreNamed() throws IOException {
        var run = RunFolder.create(folder);
        Files.writeString(run.controls(), "{\"step\":1,\"what\":\"pause\"}\n{\"step\":2,\"what\":\"dance\"}\n");
        assertThatThrownBy(() -> ControlLog.of(run))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(run.controls() + ", line 2, is not a control: ");
    }

    @Test
    void aLineMustSayWhatWasDone() throws IOException {
        var run = RunFolder.create(folder);
        for (var line : List.of("null", "{\"step\":2}", "{\"step\":2,\"what\":\"\u00ff\"}", "")) {
            Files.write(run.controls(), (line + "\n").getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> ControlLog.of(run))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(run.controls() + ", line 1, is not a control: ");
        }
        Files.writeString(run.controls(), "{\"step\":2}\n");
        assertThatThrownBy(() -> ControlLog.of(run))
                .hasMessage(run.controls() + ", line 1, is not a control: what is missing");
    }
}
