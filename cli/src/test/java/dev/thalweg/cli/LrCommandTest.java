package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Looking for a learning rate, on a network that takes seconds.
class LrCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    /// A run that began with a search.
    static Path run;

    static Ran trained;

    private static Ran small(String command, Object... more) {
        var words = new ArrayList<Object>(List.of(
                command,
                "shapes:1000",
                "--model",
                "mlp",
                "--size",
                "8",
                "--batch",
                "128",
                "--seed",
                "3",
                "--threads",
                "1"));
        words.addAll(List.of(more));
        return thalweg(words.toArray());
    }

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        trained = small("train", "--lr", "auto", "--epochs", "2", "--out", run);
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    private static double found() throws IOException {
        return json(run.resolve("lr.json")).path("suggested").asDouble();
    }

    @Test
    void trainsWithWhatItHasFound() throws IOException {
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(found()).isPositive();
        assertThat(json(run.resolve("recipe.json"))
                        .at("/optimization/learningRate")
                        .asDouble())
                .isEqualTo(found());
        assertThat(trained.err())
                .containsPattern("(?m)^rate        \\S+, found in \\d+ of 100 steps at rates from 0\\.0001 to \\S+ in"
                        + " \\d+\\.\\d s.*; see .*lr\\.html$")
                .contains("rate        " + Text.number(found()) + ", found in")
                .contains("learning rate " + Text.number(found()) + ",");
        assertThat(Files.readString(run.resolve("lr.html"))).contains("\"kind\":\"rates\"", "taken (valley)");
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("was found by a search before the run: see lr.html.");
    }

    /// The search leaves no trace: the bytes are those of the number that it has found.
    @Test
    void theNumberGivesTheSameBytes() throws IOException {
        var plain = folder.resolve("plain");
        var ran = small("train", "--lr", Text.number(found()), "--epochs", "2", "--out", plain);
        assertThat(ran.status()).as(ran.err()).isZero();
        for (var file : List.of("model.safetensors", "recipe.json", "steps.jsonl"))
            assertThat(run.resolve(file)).hasSameBinaryContentAs(plain.resolve(file));
        try (var files = Files.list(run);
                var others = Files.list(plain)) {
            var names = new ArrayList<>(files.map(Path::getFileName).toList());
            names.removeAll(List.of(Path.of("lr.json"), Path.of("lr.html")));
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(
                            others.map(Path::getFileName).toList());
        }
    }

    /// A run is made again, and resumed, without a search.
    @Test
    void reproducingNeedsNoSearch() throws IOException {
        var again = thalweg("reproduce", run, "--out", folder.resolve("again"));
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.out()).contains("Reproduced, bit for bit");
        assertThat(folder.resolve("again/lr.json")).doesNotExist();
        String before = Files.readString(run.resolve("lr.json"));
        var resumed = thalweg("train", "--resume", run);
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.err()).doesNotContain("found in");
        assertThat(Files.readString(run.resolve("lr.json"))).isEqualTo(before);
        assertThat(thalweg("train", "--resume", run, "--lr", "auto").err().strip())
                .isEqualTo("thalweg train: --resume does not take --lr: a run goes on as its recipe.json has it");
    }

    @Test
    void theCommandAloneSaysTheSame() throws IOException {
        var page = folder.resolve("page.html");
        var ran = small("lr", "--out", page);
        assertThat(ran.status()).as(ran.err()).isZero();
        String rate = Text.number(found());
        assertThat(ran.out())
                .contains("data        shapes: 10 classes, 1,000 train")
                .contains("training    mlp by nesterov, batch 128")
                .containsPattern("(?m)^searched    \\d+ of 100 steps at rates from 0\\.0001 to \\S+ in \\d+\\.\\d s")
                .containsPattern("(?m)^  \\S+ +\\d\\.\\d{4}   steepest descent$")
                .containsPattern("(?m)^  \\S+ +\\d\\.\\d{4}   a tenth of the rate of the lowest loss$")
                .containsPattern("(?m)^  " + rate
                        + " +\\d\\.\\d{4}   valley, two thirds of the way through the longest decline: suggested$")
                .containsPattern("(?m)^  0\\.05 +\\d\\.\\d{4}   the recipe's own$")
                .contains("to use it   ./thalweg train … --lr " + rate)
                .contains("page        " + page);
        assertThat(page).content().contains("\"kind\":\"rates\"", "suggested (valley)");
    }

    @Test
    void asJson() throws IOException {
        var ran = small("lr", "--json", "--from", "0.0002", "--to", "1", "--steps", "120", "--lr", "0.3");
        assertThat(ran.status()).as(ran.err()).isZero();
        var json = JSON.readTree(ran.out());
        assertThat(json.path("suggested").asDouble()).isBetween(2e-4, 1.0);
        assertThat(json.path("recipe_rate").asDouble()).isEqualTo(0.3);
        assertThat(json.path("steps").asInt()).isEqualTo(120);
        assertThat(json.at("/points/0/rate").asDouble()).isEqualTo(0.0002);
        assertThat(json.path("points").size()).isBetween(20, 120);
    }

    /// All is shown, then a sentence; of a run nothing is left.
    @Test
    void nothingToSuggest() throws IOException {
        var page = folder.resolve("level.html");
        var ran = small("lr", "--from", "1e-9", "--to", "1e-8", "--steps", "20", "--out", page);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .isEqualTo(
                        "thalweg lr: no learning rate can be suggested: the loss does not clearly fall between 1e-09 and"
                                + " 1e-08; ./thalweg lr looks at another range (--from, --to) or with less noise (--steps)"
                                + System.lineSeparator());
        assertThat(ran.out()).contains("searched    20 of 20 steps").doesNotContain("suggested", "to use it");
        assertThat(page).content().contains("No learning rate can be suggested");
        var without = folder.resolve("without");
        var frozen = small("train", "--lr", "auto", "--freeze", "*", "--out", without);
        assertThat(frozen.status()).isEqualTo(Exit.FAILED);
        assertThat(frozen.err()).contains("no learning rate can be suggested: ").hasLineCount(1);
        assertThat(without).doesNotExist();
    }

    /// Before the search, not after it.
    @Test
    void aFolderThatIsTakenIsRefusedAtOnce() {
        var ran = small("train", "--lr", "auto", "--out", run);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err().strip())
                .isEqualTo("thalweg train: " + run
                        + ": the folder is not empty; choose another one, or resume the run in it");
    }

    @Test
    void nowhereToWrite() {
        assertThat(thalweg("lr", "--out", folder).err().strip())
                .isEqualTo("thalweg lr: --out must be a file, got the folder " + folder);
        assertThat(thalweg("lr", "--out", folder.resolve("absent/lr.html"))
                        .err()
                        .strip())
                .isEqualTo("thalweg lr: --out: there is no folder " + folder.resolve("absent"));
    }
}
