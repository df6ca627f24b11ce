package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.compare.Contest;
import dev.thalweg.compare.ContestListener;
import dev.thalweg.compare.ContestProgress;
import dev.thalweg.compare.ContestRun;
import dev.thalweg.compare.EntrantList;
import dev.thalweg.compare.Grid;
import dev.thalweg.compare.Standings;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.train.RecipeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A comparison of two rules with two seeds, from the command line to the page.
class CompareCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> SMALL =
            List.of("shapes:120", "--model", "mlp", "--size", "8", "--epochs", "2", "--batch", "16", "--threads", "1");

    @TempDir
    static Path folder;

    static Path out;
    static Ran compared;

    @BeforeAll
    static void compare() {
        out = folder.resolve("out");
        compared = small("--optimizers", "nesterov:mu=0.5,adam", "--seeds", "2", "--rates", "3", "--out", out);
    }

    private static Ran small(Object... more) {
        var words = new ArrayList<Object>(List.of("compare"));
        words.addAll(SMALL);
        words.addAll(List.of(more));
        return thalweg(words.toArray());
    }

    private static JsonNode numbers(Path folder) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve("compare.json")));
    }

    @Test
    void leavesNumbersForScripts() throws IOException {
        assertThat(compared.status()).as(compared.err()).isZero();
        var numbers = numbers(out);
        assertThat(numbers.at("/complete").asBoolean()).isTrue();
        assertThat(numbers.at("/network").asString()).isEqualTo("mlp");
        assertThat(numbers.at("/machines/0/processors").asInt()).isPositive();
        assertThat(numbers.at("/settings/seeds").asInt()).isEqualTo(2);
        assertThat(numbers.at("/settings/rates").asInt()).isEqualTo(3);
        assertThat(numbers.at("/settings/search_epochs").asDouble()).isEqualTo(1);
        assertThat(numbers.at("/settings/recipe/training/batch").asInt()).isEqualTo(16);
        assertThat(numbers.at("/settings/recipe/data/validationShare").asDouble())
                .isEqualTo(0.1);
        assertThat(numbers.at("/target/given").asBoolean()).isFalse();
        assertThat(numbers.at("/optimizers")).hasSize(2);
        var rule = numbers.at("/optimizers/0");
        assertThat(rule.at("/name").asString()).isEqualTo("nesterov:mu=0.5");
        assertThat(rule.at("/usual_rate").asDouble()).isEqualTo(0.05);
        assertThat(rule.at("/search/0").propertyNames())
                .contains("rate", "ended", "validation_accuracy", "validation_loss", "train_loss", "seconds");
        assertThat(rule.at("/runs")).hasSize(2);
        assertThat(rule.at("/runs/0").propertyNames())
                .contains("seed", "test_accuracy", "epochs_to_target", "seconds_to_target", "epochs");
        assertThat(rule.at("/test/mean").asDouble()).isBetween(0.0, 1.0);
        assertThat(rule.at("/test/deviation").asDouble()).isBetween(0.0, 1.0);
        assertThat(rule.at("/test/runs").asInt()).isEqualTo(2);
    }

    @Test
    void saysWhatItDoesAndWhatCameOfIt() {
        assertThat(compared.err())
                .contains("data        shapes: 10 classes, 110 train, 10 validation, 2,000 test")
                .contains("rules       nesterov:mu=0.5, adam")
                .contains("search      3 learning rates each, for 1 epoch with seed 0")
                .contains("seeds       0 to 1")
                .containsPattern(
                        "(?m)^nesterov:mu=0.5  learning rate \\S+: validation \\d+\\.\\d\\d %; [3-6] rates tried")
                .containsPattern(
                        "(?m)^adam             seed 1: test \\d+\\.\\d\\d %, validation \\d+\\.\\d\\d % in 0:0\\d$")
                .doesNotContain("\r", "\033");
        assertThat(compared.out())
                .containsPattern("(?m)^rule +test accuracy, % +learning rate")
                .containsPattern("(?m)^adam +\\d+\\.\\d\\d ± \\d+\\.\\d\\d +[\\d.e-]+ ")
                .contains("Mean ± standard deviation over 2 seeds;")
                .contains("page        " + out.resolve("compare.html"))
                .contains("numbers     " + out.resolve("compare.json"))
                .doesNotContain("to go on");
        assertThat(out.resolve("compare.html"))
                .content()
                .contains("\"kind\":\"contest\"", "2 update rules compared on shapes");
    }

    /// The same command again finds everything done, and so does --resume; another target is counted anew.
    @Test
    void nothingIsDoneTwice() throws IOException {
        String before = Files.readString(out.resolve("compare.json"));
        var again = small("--optimizers", "nesterov:mu=0.5,adam", "--seeds", "2", "--rates", "3", "--out", out);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.err())
                .contains("resumed     ", " runs are over already")
                .doesNotContain("rates tried", "seed 1:");
        assertThat(out.resolve("compare.json")).content().isEqualTo(before);
        var resumed = thalweg("compare", "--resume", out, "--target", "1%");
        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("epochs to 1 %");
        assertThat(numbers(out).at("/target/given").asBoolean()).isTrue();
        for (var run : numbers(out).at("/optimizers/1/runs")) {
            double first = 0;
            for (var epoch : run.path("epochs"))
                if (first == 0 && epoch.path("validation_accuracy").asDouble() >= 0.01)
                    first = epoch.path("epoch").asDouble();
            assertThat(run.path("epochs_to_target").asDouble(0)).isEqualTo(first);
        }
        assertThat(thalweg("compare", "--resume", out).out()).contains("epochs to 1 %");
        Files.writeString(out.resolve("compare.json"), before);
    }

    @Test
    void otherSettingsInTheSameFolderAreRefused() {
        var other = small("--optimizers", "nesterov:mu=0.5,adam", "--seeds", "2", "--out", out);
        assertThat(other.status()).isEqualTo(Exit.FAILED);
        assertThat(other.err().strip())
                .isEqualTo("thalweg compare: " + out
                        + ": the comparison in this folder has 3 learning rates, not 5; choose another folder");
    }

    @Test
    void theReportCommandMakesThePageAnew() throws IOException {
        var page = folder.resolve("again.html");
        assertThat(thalweg("report", out, "--out", page).status()).isZero();
        assertThat(page).content().contains("\"kind\":\"contest\"");
    }

    @Test
    void defaultsAreForManyRuns() throws IOException {
        var path = folder.resolve("defaults");
        var ran = thalweg(
                "compare",
                "shapes:20",
                "--optimizers",
                "sgd",
                "--seeds",
                "1",
                "--rates",
                "1",
                "--epochs",
                "1",
                "--out",
                path);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("search      none: each rule at its customary learning rate", "seeds       1");
        var recipe = numbers(path).at("/settings/recipe");
        assertThat(recipe.at("/network/name").asString()).isEqualTo("lenet5");
        assertThat(recipe.at("/test").asString()).isEqualTo("none");
        assertThat(recipe.at("/data/validationShare").asDouble()).isEqualTo(0.1);
        assertThat(numbers(path).at("/optimizers/0/rate").asDouble()).isEqualTo(0.1);
    }

    @Test
    void weightDecayThatIsSaidIsEveryRules() throws IOException {
        var path = folder.resolve("decay");
        var ran = small(
                "--optimizers",
                "sgd,adamw",
                "--seeds",
                "1",
                "--rates",
                "1",
                "--weight-decay",
                "0.25",
                "--set",
                "training.epochs=1",
                "--seed",
                "4",
                "--out",
                path);
        assertThat(ran.status()).as(ran.err()).isZero();
        for (int i = 0; i < 2; i++)
            assertThat(numbers(path)
                            .at("/optimizers/%d/decay/lambda".formatted(i))
                            .asDouble())
                    .isEqualTo(0.25);
        var run = RecipeFile.read(path.resolve("runs/adamw/seed-4/recipe.json"));
        assertThat(run.optimization().decay().lambda()).isEqualTo(0.25);
        assertThat(run.training().epochs()).isEqualTo(1);
        assertThat(run.training().seed()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    compare a b                           | thalweg compare: there is an argument too many: 'b'
                    compare --optimizers mu=1             | thalweg compare: --optimizers: 'mu=1' is a setting without a rule before it; write NAME:mu=1
                    compare --optimizers sgd,,adam        | thalweg compare: --optimizers: expected names of rules with commas between, got 'sgd,,adam'
                    compare --seeds 0                     | thalweg compare: --seeds must be from 1 to 1,000, got 0
                    compare --rates 16                    | thalweg compare: --rates must be from 1 to 15, got 16
                    compare --search-epochs 0             | thalweg compare: --search-epochs must be above 0, got 0
                    compare --target 90                   | thalweg compare: --target must be an accuracy such as 0.9 or 90%, got '90'
                    compare --target 101%                 | thalweg compare: --target must be an accuracy such as 0.9 or 90%, got '101%'
                    compare --target 0                    | thalweg compare: --target must be an accuracy such as 0.9 or 90%, got '0'
                    compare --resume a --seeds 3          | thalweg compare: --resume does not take --seeds: a comparison goes on as its compare.json has it
                    compare --resume a shapes             | thalweg compare: --resume takes no DATA: the comparison's compare.json names it
                    compare --set optimization.rule=sgd   | thalweg compare: --set optimization.rule is of no use here: each rule has its own
                    compare --set optimization.decay.lambda=1 | thalweg compare: --set optimization.decay.lambda is of no use here: each rule has its own
                    compare shapes:60 --epochs 1 --search-epochs 2 | thalweg compare: --search-epochs must be at most the epochs of a full run, 1, got 2.0
                    """)
    void badCommandLines(String line, String sentence) {
        var ran = thalweg((Object[]) line.split(" "));
        assertThat(ran.err().strip()).isEqualTo(sentence);
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    @Test
    void misspeltNamesGetTheNearestRightOne() {
        var ran = thalweg("compare", "--optimizers", "sgd,adm");
        assertThat(ran.err())
                .startsWith("thalweg compare: --optimizers: there is no optimizer 'adm'; did you mean 'adam'?")
                .hasLineCount(1);
        assertThat(thalweg("compare", "--optimizer", "sgd").err())
                .startsWith("thalweg compare: there is no option '--optimizer'; did you mean '--optimizers'?");
        assertThat(thalweg("compare", "--resume", folder.resolve("absent"))
                        .err()
                        .strip())
                .isEqualTo("thalweg compare: " + folder.resolve("absent")
                        + ": there is no comparison in this folder: it has no compare.json");
        var without = small("--validation", "0", "--out", folder.resolve("without"));
        assertThat(without.err()).contains("a comparison needs a validation part, by which learning rates are judged");
    }

    @Test
    void helpSaysWhatIsDifferentHere() {
        var help = thalweg("compare", "--help").out().replaceAll("\\s+", " ");
        assertThat(help)
                .contains("a piece with = and no : before it is one more setting of the rule before it")
                .contains("Default: lenet5 for small pictures", "learning rates are judged by it")
                .doesNotContain("--lr=", "--optimizer=");
        assertThat(thalweg("train", "--help").out().replaceAll("\\s+", " "))
                .contains("Default: cifarnet for small pictures", "--lr=", "--optimizer=");
    }

    /// On a terminal: one line, written over and over, which names the run, its number and the time left.
    @Test
    void progressIsOneLine() throws IOException {
        var contest = new Contest(
                RecipeFile.read(out.resolve("runs/adam/seed-0/recipe.json")),
                EntrantList.parse("sgd,adam"),
                1,
                new Grid(2, 0.5));
        var err = new StringWriter();
        var progress = new ComparisonProgress(new PrintWriter(err), true, false, 4);
        var lines = new ArrayList<String>();
        try (var run = ContestRun.open(
                contest,
                folder.resolve("progress"),
                DataSets.open("shapes:120", new SplitOptions(0.2, 0.1, 1)),
                0,
                null)) {
            run.listen(progress).listen(new ContestListener() {
                @Override
                public void progress(ContestProgress p) {
                    lines.add(ComparisonProgress.line(p));
                }
            });
            run.run();
        }
        progress.clear();
        assertThat(lines.getFirst()).matches("run 1/6  sgd, rate 0.0316  epoch 1/1 +\\d+ %  \\d+:\\d\\d left");
        assertThat(lines).anyMatch(line -> line.matches("run \\d/\\d+  adam, seed 0  epoch 2/2 100 %  0:00 left"));
        assertThat(err.toString())
                .contains("sgd   learning rate ", "adam  seed 0: test ")
                .endsWith(System.lineSeparator());
    }

    @Test
    void whatStandsInTheFileIsTheContest() throws IOException {
        assertThat(Standings.contest(out).entrants()).isEqualTo(EntrantList.parse("nesterov:mu=0.5,adam"));
    }
}
