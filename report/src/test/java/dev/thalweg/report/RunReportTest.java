package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class RunReportTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    /// A finished run; tests copy it before they change it.
    static Path finished;

    @BeforeAll
    static void train() throws IOException {
        finished = folder.resolve("finished");
        try (var trainer = Trainer.start(SmallRuns.recipe(folder), finished)) {
            trainer.run();
        }
    }

    private static Run read(Path run) throws IOException {
        return new RunReport(new RunFolder(run)).read();
    }

    private static Path copy(String name, String... without) throws IOException {
        var target = Files.createDirectories(folder.resolve(name));
        try (var files = Files.list(finished)) {
            for (var file : files.toList())
                if (!List.of(without).contains(file.getFileName().toString()))
                    Files.copy(file, target.resolve(file.getFileName()));
        }
        return target;
    }

    @Test
    void hasEveryPanelOfAFinishedRun() throws IOException {
        var run = read(finished);
        assertThat(run.name()).isEqualTo("finished");
        assertThat(run.state()).isEqualTo("finished");
        assertThat(run.about()).isEqualTo("lenet5 (61,026 parameters, fp32) on data");
        assertThat(run.missing().keySet()).isSubsetOf("mistakes"); // which it may not have made
        assertThat(run.says())
                .containsKeys("loss", "accuracy", "rate", "gradient", "update", "layers", "reliability", "time");
        assertThat(run.epochs()).extracting(Run.Epoch::end).containsExactly(1.0, 2.0, 2.5);
        var steps = run.steps();
        assertThat(steps).isNotNull();
        assertThat(steps.epoch()).hasSize(SmallRuns.STEPS);
        assertThat(steps.epoch()[0]).isEqualTo(0.2);
        assertThat(steps.layers())
                .extracting(Run.Layer::name)
                .startsWith("conv1.weight")
                .endsWith("fc3.weight");
        assertThat(run.batch()).isNotNull();
        assertThat(run.batch().labels()).hasSize(8).containsOnly("dark", "bright");
        assertThat(run.batch().sheet().source()).startsWith("data:image/png;base64,iVBOR");
        assertThat(run.filters()).isNotNull();
        assertThat(run.filters().count()).isEqualTo(6);
        assertThat(run.filters().width()).isEqualTo(5);
        assertThat(run.data()).isNotNull();
        assertThat(run.data().classes())
                .containsExactlyInAnyOrder(
                        new Run.ClassCount("bright", 21, 3, 6), new Run.ClassCount("dark", 21, 3, 6));
        assertThat(run.time()).isNotNull();
        assertThat(run.time().operations()).isNotEmpty();
        assertThat(run.machine()).extracting(Run.Fact::name).contains("processor", "Java", "kernels", "Thalweg");
    }

    /// What is computed from predictions.csv is what the trainer said in result.json.
    @Test
    void itsNumbersAreTheResults() throws IOException {
        var result = JSON.readTree(Files.readString(finished.resolve("result.json")));
        var e = read(finished).evaluation();
        assertThat(e).isNotNull();
        assertThat(e.part()).isEqualTo("test");
        assertThat(e.examples()).isEqualTo(12);
        assertThat(e.accuracy()).isCloseTo(result.at("/test/accuracy").asDouble(), within(1e-12));
        assertThat(e.classes()).extracting(Run.ClassScore::examples).containsExactly(6, 6);
        assertThat(e.mistakes()).hasSize(e.wrong());
    }

    @Test
    void theSameFilesGiveTheSamePage() throws IOException {
        var page = folder.resolve("page.html");
        new RunReport(new RunFolder(finished)).write(page);
        assertThat(Files.readString(page))
                .isEqualTo(Page.of(read(finished)))
                .startsWith("<!doctype html>")
                .doesNotContain("{{json}}", "{{script}}", "{{styles}}", "src=\"http", "href=");
    }

    /// As versions before reports left them.
    @Test
    void anOldRunHasThePanelsThatCanBeMade() throws IOException {
        var run = read(copy("old", "run.json", "steps.jsonl", "predictions.csv", "batch.png", "mistakes.png"));
        assertThat(run.state()).isEqualTo("finished");
        assertThat(run.epochs()).hasSize(3);
        assertThat(run.recipe()).isNotNull();
        assertThat(run.evaluation()).isNull();
        assertThat(run.missing()).containsKeys("gradient", "confusion", "batch", "time", "data", "machine");
        assertThat(run.missing().get("confusion"))
                .isEqualTo("The version of Thalweg that trained this run did not keep its predictions.");
    }

    @Test
    void aRunThatWasStoppedSaysSo() throws IOException {
        var stopped = folder.resolve("stopped");
        try (var trainer = Trainer.start(SmallRuns.recipe(Files.createDirectories(folder.resolve("s"))), stopped)) {
            trainer.listen(SmallRuns.stopAfter(trainer, 7));
            trainer.run();
        }
        var run = read(stopped);
        assertThat(run.state()).isEqualTo("stopped");
        assertThat(run.epochs()).hasSize(1);
        assertThat(run.steps()).isNotNull();
        assertThat(run.steps().epoch()).hasSize(7);
        assertThat(run.filters()).as("out of the checkpoint").isNotNull();
        assertThat(run.missing().get("reliability"))
                .isEqualTo("The run was stopped before its end; train --resume finishes and tests it.");
        assertThat(run.headline()).extracting(Run.Fact::name).contains("best validation accuracy");
    }

    @Test
    void picturesThatWereTakenAwayAreNotMissed() throws IOException {
        var run = read(copy("bare", "mistakes.png", "batch.png"));
        assertThat(run.batch()).isNull();
        assertThat(run.evaluation()).isNotNull();
        assertThat(run.evaluation().sheet()).isNull();
        assertThat(run.evaluation().mistakes())
                .allSatisfy(m -> assertThat(m.tile()).isEqualTo(-1));
    }

    @Test
    void saysWhichFileIsDamagedAndWhere() throws IOException {
        var run = copy("damaged");
        Files.writeString(run.resolve("metrics.jsonl"), "{\"epoch\":1}\n{\"epoch\":\n");
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(run.resolve("metrics.jsonl") + ", line 2: expected JSON");
        Files.copy(
                finished.resolve("metrics.jsonl"),
                run.resolve("metrics.jsonl"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(run.resolve("steps.jsonl"), "{}\nsteps\n");
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(run.resolve("steps.jsonl") + ", line ");
        assertThatThrownBy(() -> read(folder.resolve("nowhere")))
                .hasMessage(folder.resolve("nowhere") + ": expected the folder of a run, found nothing there");
    }

    /// A process that was killed while it wrote leaves half a line.
    @Test
    void halfALineOfMetricsIsNone() throws IOException {
        var run = copy("half");
        Files.writeString(run.resolve("metrics.jsonl"), "{\"epoch\":1}\n{\"epo");
        assertThat(read(run).epochs()).hasSize(1);
    }

    /// Numbers that are none are left out.
    @Test
    void aResultWithoutNumbersHasAPage() throws IOException {
        var run = copy("wordless");
        Files.writeString(
                run.resolve("result.json"),
                "{\"ended\":{},\"test\":{\"accuracy\":1,\"examples\":{}},\"train\":{\"seconds\":1,\"images_per_second\":[]}}");
        assertThat(read(run).state()).isEqualTo("unknown");
        Files.writeString(run.resolve("result.json"), "{\"test\":{\"examples\":%s}}".formatted("9".repeat(30)));
        assertThat(read(run).headline()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "recipe.json     | \u00ff                            | recipe.json: expected a recipe, found something that is no text",
                "recipe.json     | {}                                | recipe.json: the key 'data' is missing",
                "result.json     | \u00ff                            | result.json: expected JSON: ",
                "result.json     | null                              | result.json: expected a JSON object, found something else",
                "result.json     | {} {}                             | result.json: expected JSON: expected nothing after its end",
                "run.json        | {}                                | run.json: the run's circumstances cannot be read: ",
                "model.safetensors | x                               | model.safetensors, byte 1: ",
            })
    void whatIsDamagedIsSaidInASentence(String file, String text, String sentence) throws IOException {
        var run = copy("damaged-" + file + text.hashCode());
        Files.write(run.resolve(file), text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(run + "/" + sentence)
                .hasMessageNotContaining("Feature");
    }

    @Test
    void classesThatTheRunDoesNotHaveAreNamed() throws IOException {
        var run = copy("others");
        var predictions = run.resolve("predictions.csv");
        Files.writeString(predictions, Files.readString(predictions).replace(",dark,", ",dusk,"));
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(IOException.class)
                .hasMessage(run + ": predictions.csv names the class 'dusk', which run.json does not have");
    }

    /// Memory is taken for what the model's file holds, not for what the recipe says that it should.
    @Test
    void aModelOfAnotherNetworkIsRefusedBeforeMemoryIsTaken() throws IOException {
        var run = copy("huge");
        Files.writeString(
                run.resolve("recipe.json"),
                Files.readString(run.resolve("recipe.json"))
                        .replace("\"lenet5\"", "\"mlp\"")
                        .replace("\"height\" : 28", "\"height\" : 30000")
                        .replace("\"width\" : 28", "\"width\" : 30000"));
        assertThatThrownBy(() -> read(run))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "\\Q" + run + "\\E/model.safetensors: expected a tensor 'fc1.weight' of [\\d,]+ elements,"
                                + " as the recipe's network has it");
    }

    @Test
    void comparesRuns() throws IOException {
        var other = copy("other", "steps.jsonl");
        Files.writeString(
                other.resolve("recipe.json"),
                Files.readString(other.resolve("recipe.json")).replace("\"seed\" : 7", "\"seed\" : 8"));
        var comparison = new RunComparison(List.of(new RunFolder(finished), new RunFolder(other))).read();
        assertThat(comparison.title()).isEqualTo("2 runs compared");
        assertThat(comparison.runs()).extracting(Run::name).containsExactly("finished", "other");
        assertThat(comparison.differences())
                .containsExactly(new Comparison.Row("training.seed", List.of("7", "8"), List.of()));
        assertThat(comparison.numbers()).extracting(Comparison.Row::name).contains("test accuracy", "training time");
        assertThat(Page.of(comparison)).contains("2 runs compared · Thalweg");
    }
}
