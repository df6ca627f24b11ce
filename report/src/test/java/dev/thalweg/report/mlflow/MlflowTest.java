package dev.thalweg.report.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.report.SmallRuns;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Result;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class MlflowTest {
    private static final Sender.Pace FAST = pace(Duration.ofMinutes(1));
    /// For a server that is not going to answer.
    private static final Sender.Pace HASTY = pace(Duration.ofMillis(20));

    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SmallRuns.STEPS).boxed().toList();

    @TempDir
    static Path data;

    private static Recipe recipe;

    @TempDir
    Path folder;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private TrackingServer server;
    private Path run;

    @BeforeAll
    static void recipe() throws IOException {
        recipe = SmallRuns.recipe(data);
    }

    @BeforeEach
    void start() throws IOException {
        server = new TrackingServer();
        run = folder.resolve("run-1");
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.refusals).isEmpty();
    }

    private static Sender.Pace pace(Duration endWithoutAnswer) {
        var moment = Duration.ofMillis(1);
        return new Sender.Pace(moment, moment, Duration.ofMillis(4), Duration.ofMinutes(1), endWithoutAnswer);
    }

    private Result train(
            Trainer trainer, String address, Map<String, String> environment, Sender.Pace pace, int stopAfter)
            throws IOException {
        try (trainer;
                var mlflow = new Mlflow(trainer, Address.of(address, environment), "flowers", pace, said::add)) {
            return trainer.listen(mlflow)
                    .listen(SmallRuns.stopAfter(trainer, stopAfter))
                    .run();
        }
    }

    private Result train(Trainer trainer, int stopAfter) throws IOException {
        return train(trainer, server.address(), Map.of(), FAST, stopAfter);
    }

    private static String closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    private static void holdsTheWholeRun(TrackingServer.Run record) {
        assertThat(record.steps("step/loss")).isEqualTo(ALL);
        assertThat(record.steps("step/learning_rate")).isEqualTo(ALL);
        assertThat(record.steps("loss/train")).containsExactly(5L, 10L, 13L);
        assertThat(record.steps("accuracy/validation")).containsExactly(5L, 10L, 13L);
        assertThat(record.steps("test/accuracy")).containsExactly(13L);
        assertThat(record.status).isEqualTo("FINISHED");
    }

    /// There is no rate, and an iteration may look at every picture several times.
    @Test
    void aMinimizerHasNoRates() throws IOException {
        train(Trainer.start(SmallRuns.minimized(recipe), folder.resolve("run")), -1);
        var record = server.runs.values().iterator().next();
        assertThat(record.steps("step/loss")).containsExactly(1L, 2L, 3L);
        assertThat(record.steps("minimum/evaluations")).containsExactly(1L, 2L, 3L);
        for (var key : List.of("step/learning_rate", "step/images_per_second", "speed/images_per_second"))
            assertThat(record.steps(key)).as(key).isEmpty();
    }

    @Test
    void recordsAWholeRun() throws IOException {
        var result = train(Trainer.start(recipe, run), -1);
        assertThat(server.experiments).containsOnlyKeys("flowers");
        assertThat(server.runs).hasSize(1);
        var record = server.onlyRun();
        holdsTheWholeRun(record);
        assertThat(record.end).isPositive();
        assertThat(record.name).isEqualTo("run-1");
        assertThat(record.tags)
                .containsEntry("mlflow.source.type", "LOCAL")
                .containsKeys("mlflow.user", "mlflow.source.name", "mlflow.note.content");
        assertThat(record.params)
                .containsEntry("training.batch", "8")
                .containsEntry("network.name", "lenet5")
                .containsEntry("loss.weights", "[]")
                .containsEntry("data.train", "42")
                .containsKey("optimization.schedule.kind");
        var test = result.test();
        assertThat(test).isNotNull();
        assertThat(Double.parseDouble(record.value("test/accuracy", 13))).isEqualTo(test.accuracy());
        String artifacts = "1/%032x/artifacts/".formatted(1);
        assertThat(server.files)
                .containsOnlyKeys(
                        artifacts + "recipe.json",
                        artifacts + "result.json",
                        artifacts + "metrics.jsonl",
                        artifacts + "model.safetensors")
                .containsEntry(artifacts + "model.safetensors", Files.readAllBytes(run.resolve("model.safetensors")));
        assertThat(said)
                .containsExactly("Recorded in MLflow: %s/#/experiments/1/runs/%032x".formatted(server.address(), 1));
        assertThat(server.authorizations).containsExactly("null");
    }

    /// Stopped after step 8, then gone back to a checkpoint of step 3: one record, nothing in it twice.
    @Test
    void aResumedRunGoesOnInItsRecord() throws IOException {
        var checkpoint = run.resolve("checkpoint.safetensors");
        train(Trainer.start(recipe, run), 3);
        assertThat(server.onlyRun().status).isEqualTo("KILLED");
        Files.copy(checkpoint, folder.resolve("old"));
        train(Trainer.resume(run), 8);
        Files.move(folder.resolve("old"), checkpoint, StandardCopyOption.REPLACE_EXISTING);
        train(Trainer.resume(run), -1);
        assertThat(server.runs).hasSize(1);
        holdsTheWholeRun(server.onlyRun());
        assertThat(server.onlyRun().points.stream().filter(p -> p.key().equals("step/loss")))
                .hasSize(SmallRuns.STEPS);
        var known = new JsonMapper().readTree(Files.readString(run.resolve("mlflow.json")));
        assertThat(known.path("run_id").asString()).isEqualTo("%032x".formatted(1));
        assertThat(known.at("/recorded/STEP").asLong()).isEqualTo(13);
    }

    /// Nobody answers during the whole run; the next process of the run brings what was kept: five metrics of each of
    /// 13 steps, eight of each of three epochs, nine in the end.
    @Test
    void whatADeadServerMissedIsSentLater() throws IOException {
        String dead = closedPort();
        assertThat(train(Trainer.start(recipe, run), dead, Map.of(), HASTY, -1).ended())
                .isEqualTo(Result.Ended.FINISHED);
        assertThat(said)
                .containsExactly(
                        "MLflow cannot be reached, training goes on and it is tried again: %s: nothing answers there"
                                .formatted(dead),
                        "MLflow did not get everything: 98 metrics are kept in %s; ./thalweg train --resume %s --mlflow=%s tries again"
                                .formatted(run.resolve("mlflow-unsent.jsonl"), run, dead));
        said.clear();
        train(Trainer.resume(run), -1);
        assertThat(server.onlyRun().steps("step/loss")).isEqualTo(ALL);
        assertThat(server.onlyRun().status).isEqualTo("FINISHED");
        assertThat(server.files).isNotEmpty();
        assertThat(run.resolve("mlflow-unsent.jsonl")).doesNotExist();
        assertThat(said).hasSize(1);
    }

    @Test
    void aServerThatComesBackGetsEverything() throws IOException {
        server.broken = 503;
        try (var trainer = Trainer.start(recipe, run);
                var mlflow = new Mlflow(trainer, Address.of(server.address(), Map.of()), "flowers", FAST, sentence -> {
                    said.add(sentence);
                    server.broken = 0;
                })) {
            trainer.listen(mlflow).run();
            // The warning ends the outage; the run's end is soon enough for it all the same.
            while (said.isEmpty()) Thread.onSpinWait();
        }
        holdsTheWholeRun(server.onlyRun());
        assertThat(said).hasSize(2);
        assertThat(said.getFirst())
                .isEqualTo(
                        "MLflow cannot be reached, training goes on and it is tried again: %s: it answers 503, <html>broken</html>"
                                .formatted(server.address()));
    }

    @Test
    void aServerThatRefusesIsLeftAlone() throws IOException {
        server.broken = 401;
        var result =
                train(Trainer.start(recipe, run), server.address(), Map.of("MLFLOW_TRACKING_TOKEN", "wrong"), FAST, -1);
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(said)
                .containsExactly(
                        "Nothing more is recorded in MLflow, training goes on: %s: it answers 401, <html>broken</html>"
                                .formatted(server.address()),
                        "MLflow did not get everything: 98 metrics are kept in %s; ./thalweg train --resume %s --mlflow=%s tries again"
                                .formatted(run.resolve("mlflow-unsent.jsonl"), run, server.address()));
        assertThat(server.authorizations).containsExactly("Bearer wrong");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <html>hello</html>                        | JSON, got '<html>hello</html>'
            {}                                        | 'experiment_id', got ''
            {"experiment":{"experiment_id":[1,2]}}    | 'experiment_id', got '{"experiment_id":[1,2]}'
            {"experiment":{"experiment_id":"7"}}      | 'run_id', got ''
            """, quoteCharacter = '`')
    void whatIsNotMlflowIsLeftAlone(String answer, String found) throws IOException {
        server.parrot = answer;
        var result = train(Trainer.start(recipe, run), -1);
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(said.getFirst())
                .isEqualTo(
                        "Nothing more is recorded in MLflow, training goes on: %s: what answers there is not MLflow: expected %s"
                                .formatted(server.address(), found));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket", "mlflow-artifacts:/[", "no scheme"})
    void filesStayWhereTheServerDoesNotTakeThem(String root) throws IOException {
        server.artifactRoot = root;
        train(Trainer.start(recipe, run), -1);
        holdsTheWholeRun(server.onlyRun());
        assertThat(server.files).isEmpty();
        assertThat(said.getLast())
                .isEqualTo(
                        "MLflow keeps this run's files in %s/1/%032x/artifacts, which the server does not write to itself: recipe, report and model stay in %s"
                                .formatted(root, 1, run));
    }

    @Test
    void aRecordThatWasDeletedIsReplaced() throws IOException {
        train(Trainer.start(recipe, run), 3);
        server.runs.clear();
        said.clear();
        train(Trainer.resume(run), -1);
        assertThat(said.getFirst())
                .isEqualTo("The run's record %032x is not in MLflow any more: it gets a new one".formatted(1));
        assertThat(server.onlyRun().status).isEqualTo("FINISHED");
    }

    /// More than one call may hold: 2,501 metrics, some of which JSON has no numbers for, and 250 parameters.
    @Test
    void largeBatchesAreDivided() throws Exception {
        var params = new LinkedHashMap<String, String>();
        for (int i = 0; i < 250; i++) params.put("p" + i, "v");
        var description = new Description("e", "n", 1, Map.of(), params);
        var runFolder = RunFolder.create(run);
        var sender = new Sender(Address.of(server.address(), Map.of()), runFolder, description, FAST, said::add);
        double[] special = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e-300, 1e300};
        for (int i = 0; i < 2501; i++)
            sender.add(new Metric(Metric.Kind.STEP, "m", i < special.length ? special[i] : i, i, 5));
        sender.start();
        sender.end("FINISHED", List.of());
        var record = server.onlyRun();
        assertThat(record.params).hasSize(250);
        assertThat(record.points).hasSize(2501);
        assertThat(record.value("m", 0)).isEqualTo("NaN");
        assertThat(record.value("m", 1)).isEqualTo("Infinity");
        assertThat(record.value("m", 5)).isEqualTo("1.0E300");
        assertThat(server.count(call -> call.endsWith("log-batch"))).isEqualTo(3 + 3);
    }

    /// What waits is kept through a file, numbers that are none included.
    @Test
    void unsentMetricsSurviveTheFile() throws IOException {
        var runFolder = RunFolder.create(run);
        var metrics = List.of(
                new Metric(Metric.Kind.STEP, "a", Double.NaN, 1, 2),
                new Metric(Metric.Kind.FINAL, "b/c", 0.1, 1L << 40, 3));
        RunFile.writeUnsent(runFolder, metrics);
        assertThat(RunFile.readUnsent(runFolder)).isEqualTo(metrics);
    }

    @Test
    void damagedFilesAreNamed() throws IOException {
        var folder = RunFolder.create(run);
        var unsent = RunFile.unsent(folder);
        for (var text :
                List.of("\u00ff\n", "null\n", "{\"key\":\"a\",\"value\":1,\"step\":1,\"timestamp\":1}\n", "{} {}\n")) {
            Files.write(unsent, text.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> RunFile.readUnsent(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(unsent + ", line 1, is not a metric: ")
                    .hasMessageNotContaining("Feature");
        }
        var record = RunFile.of(folder);
        for (var text : List.of(
                "\u00ff", "null", "{}", "{\"server\":\"x\",\"experiment\":\"y\",\"described\":true,\"recorded\":{}}")) {
            Files.write(record, text.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> RunFile.read(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(record.toString())
                    .hasMessageEndingWith("; without it, the run gets a new record");
        }
    }
}
