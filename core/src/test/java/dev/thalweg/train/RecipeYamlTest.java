package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeYamlTest {
    private static Recipe base;

    @TempDir
    Path folder;

    @BeforeAll
    static void lookAtData() throws IOException {
        base = Defaults.forData("shapes:200");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aPartIsMergedOverTheDefaults() throws IOException {
        var recipe = RecipeFile.read(file("mine.yaml", """
                        # what differs
                        network: {name: lenet5}
                        training:
                          epochs: 2.5     # passes
                          batch: 16
                        optimization:
                          learningRate: 1e-3
                          rule: {rule: nesterov, mu: .5}
                          schedule:
                            kind: warmup
                            length: 7
                            inner: {kind: cosine}
                        freeze:
                          - select: {kind: by-name, patterns: ['fc*', "conv1.?"]}
                            epoch: 3
                        lookahead: null
                        """), base);
        assertThat(recipe.network().name()).isEqualTo("lenet5");
        assertThat(recipe.training().epochs()).isEqualTo(2.5);
        assertThat(recipe.training().batch()).isEqualTo(16);
        assertThat(recipe.training().seed()).isEqualTo(base.training().seed());
        assertThat(recipe.optimization().learningRate())
                .as("a number, though without a point")
                .isEqualTo(0.001);
        assertThat(recipe.optimization().rule()).isEqualTo(new Nesterov(0.5));
        assertThat(recipe.optimization().schedule())
                .as("the inner schedule with its defaults, and so is the start")
                .isEqualTo(new Schedule.Warmup(7, 1.0 / 101, new Schedule.Cosine(0)));
        assertThat(recipe.freeze()).containsExactly(new Recipe.Freeze(new Selector.ByName("fc*", "conv1.?"), 3));
        assertThat(recipe.lookahead()).isNull();
    }

    @Test
    void anEmptyFileChangesNothing() throws IOException {
        assertThat(RecipeFile.read(file("empty.yaml", ""), base)).isEqualTo(base);
        assertThat(RecipeFile.read(file("comments.yaml", "# nothing yet\n"), base))
                .isEqualTo(base);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsPrintedIsReadBack(boolean explained) throws IOException {
        for (var recipe : List.of(base, Defaults.forData("shapes:300").withFreeze(List.of()))) {
            assertThat(RecipeFile.read(file("a.yaml", RecipePrinter.yaml(recipe, explained))))
                    .isEqualTo(recipe);
            assertThat(RecipeFile.read(file("a.json", RecipePrinter.json(recipe, explained))))
                    .isEqualTo(recipe);
        }
        for (var rule : Json.RULES) {
            var recipe = Defaults.withRule(base, rule);
            assertThat(RecipeFile.read(file("rule.yaml", RecipePrinter.yaml(recipe, explained))))
                    .isEqualTo(recipe);
            assertThat(RecipeFile.read(file("rule.json", RecipePrinter.json(recipe, explained))))
                    .isEqualTo(recipe);
        }
        var odd = base.withData(new Recipe.Data("a: b #c\n\"é", 0.5, 0, 1, 1));
        assertThat(RecipeFile.read(file("odd.yaml", RecipePrinter.yaml(odd, explained))))
                .isEqualTo(odd);
        var no = base.withNetwork(new Recipe.Net("no", 3, 32, 32));
        assertThat(RecipeFile.read(file("no.yaml", RecipePrinter.yaml(no, explained))))
                .isEqualTo(no);
    }

    /// Every key has an explanation, and no explanation is of a key that is not there.
    @Test
    void everyKeyIsExplained() {
        assertThat(RecipeSchema.explained()).containsOnlyKeys(RecipeSchema.named());
        assertThat(RecipeSchema.explained().values())
                .allSatisfy(text -> assertThat(text).isNotBlank());
        assertThat(RecipeSchema.named())
                .contains("Recipe.Training.epochs", "Schedule.Warmup", "Nesterov.mu", "ResizedCrop.widest");
    }

    @Test
    void eachKeyHasACommentAboveIt() {
        var lines = RecipePrinter.yaml(base, true).lines().toList();
        int keys = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.strip().startsWith("#") || line.strip().equals("-")) continue;
            keys++;
            assertThat(lines.get(i - 1).strip())
                    .as("above: " + line)
                    .startsWith("# ")
                    .hasSizeGreaterThan(5);
        }
        assertThat(keys).isGreaterThan(40);
        assertThat(lines).contains("  # examples whose gradient is computed at once, at least 1", "  batch: 32");
    }

    /// Nine times nine times … nine words out of ten lines, were it to be written out.
    @Test
    void aBombIsNotSetOff() throws IOException {
        var bomb = new StringBuilder("a0: &a0 [lol]\n");
        for (int i = 1; i < 30; i++)
            bomb.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, String.join(", ", java.util.Collections.nCopies(9, "*a" + (i - 1)))));
        var file = file("bomb.yaml", bomb.toString());
        assertThatThrownBy(() -> RecipeFile.part(file))
                .hasMessage(file + ", line 2: recipes have no aliases; write out what *a0 stands for");
    }

    @Test
    void nestingHasAnEnd() throws IOException {
        for (String name : new String[] {"deep.yaml", "deep.json"}) {
            var file = file(name, "{\"a\": " + "[".repeat(100_000));
            assertThatThrownBy(() -> RecipeFile.part(file))
                    .hasMessage(file + ", line 1: nested more than 40 deep; no recipe is");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    training:/  epoch: 3                  | , line 2: there is no key 'training.epoch'; did you mean 'training.epochs'? Known are: training.accumulate, training.batch, training.checkpointSeconds, training.epochs, training.precision, training.seed, training.shuffle, training.threads
                    training:/  batch: many               | , line 2: training.batch must be a whole number, got 'many'
                    training:/  batch: 1.5                | , line 2: training.batch must be a whole number, got 1.5
                    training:/  batch: 3000000000         | , line 2: training.batch must be a whole number of at most 2,147,483,647, got 3000000000
                    training:/  epochs: .inf              | , line 2: training.epochs must be a number, got '.inf'
                    training:/  epochs: 1e999             | , line 2: training.epochs must be a number, got "Infinity"
                    training:/  epochs: 1000000.5         | , line 2: training.epochs must be at most 1,000,000, got 1000000.5
                    training:/  epochs:                   | , line 2: training.epochs must not be null
                    training:/  precision: fp8            | , line 2: there is no value for training.precision 'fp8'; known are: fp32, bf16, auto
                    training:/  seed: 1/  seed: 2         | , line 3: training.seed stands here a second time
                    training: 5                           | , line 1: training must be an object with the keys epochs, batch, accumulate, precision, threads, seed, checkpointSeconds, shuffle, got 5
                    training:/  batch: -1                 | , line 2: training.batch must be at least 1, got -1
                    optimization:/  rule:/    mu: 2       | , line 3: optimization.rule.mu must be in [0, 1), got 2.0
                    optimization:/  schedule:/    kind: step-decay/    every: 0 | , line 4: optimization.schedule.every must be at least 1, got 0
                    optimization: {schedule: {kind: warmup, inner: {kind: cosine, minimum: 2}}} | , line 1: optimization.schedule.inner.minimum must be in [0, 1], got 2.0
                    freeze:/- select: {kind: everything}/  epoch: -1 | , line 3: freeze[0].epoch must be at least 0, got -1.0
                    loss:/  smoothing: 7                  | , line 2: loss.smoothing must be in [0, 1), got 7.0
                    loss:/  weights: [-1]                 | , line 2: loss.weights must be at least 0 each, got -1.0
                    optimization: {schedule: {kind: cosin}} | , line 1: there is no value for optimization.schedule 'cosin'; did you mean 'cosine'? Known are: constant, step-decay, multi-step, exponential, inverse-time, polynomial, cosine, cosine-restarts, one-cycle, triangle, warmup, per-epoch
                    optimization: {schedule: cosine}      | , line 1: optimization.schedule must be an object that says by 'kind' which it is: constant, step-decay, multi-step, exponential, inverse-time, polynomial, cosine, cosine-restarts, one-cycle, triangle, warmup, per-epoch, got 'cosine'
                    optimization: {rule: sgd}             | , line 1: optimization.rule must be an object that says by 'rule' which it is: sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, amsgrad, adamax, nadam, radam, adamw, lion, adan, lars, lamb, adafactor, schedule-free-sgd, schedule-free-adamw, sophia, muon, soap, bf16-slots, gradient-descent, conjugate-gradient, newton, newton-cg, bfgs, lbfgs, owl-qn, got 'sgd'
                    freeze: [{epoch: 3}]                  | , line 1: the key 'freeze[0].select' is missing
                    network: !!java.net.URL [x]           | , line 1: recipes have no tags; leave out 'tag:yaml.org,2002:java.net.URL'
                    network: !40%1b006 x                  | , line 1: recipes have no tags; leave out '!40�006'
                    a: 1/--- /b: 2                        | , line 2: expected one document, found a second
                    - 1                                   | : a recipe must be an object with the keys data, network, training, optimization, loss, augmentation, freeze, lookahead, test, got [1]
                    """)
    void whatIsWrongIsSaidWithItsLine(String text, String message) throws IOException {
        var file = file("wrong.yaml", text.replace('/', '\n'));
        assertThatThrownBy(() -> RecipeFile.read(file, base)).hasMessage(file + message);
    }

    /// A recipe from before there was such a key: it meant no.
    @Test
    void whatIsNewAndAYesOrNoMayBeMissing() throws IOException {
        var old = RecipePrinter.yaml(base, false).replaceAll("(?m)^ *(skipUnreadable|frozen|centralise): false\\n", "");
        assertThat(old).doesNotContain("false");
        assertThat(RecipeFile.read(file("old.yaml", old))).isEqualTo(base);
        assertThatThrownBy(() -> RecipeFile.read(file("older.yaml", old.replaceAll("(?m)^ *seed: 0\\n", ""))))
                .hasMessageEndingWith("the key 'training.seed' is missing");
    }

    @Test
    void jsonSaysItsLinesToo() throws IOException {
        var file = file("wrong.json", "// mine\n{\n \"training\": {\"seed\": 1,\n  \"batch\": 0}}");
        assertThatThrownBy(() -> RecipeFile.read(file, base))
                .hasMessage(file + ", line 4: training.batch must be at least 1, got 0");
        var twice = file("twice.json", "{\"test\": \"none\",\n\"test\": \"mirror\"}");
        assertThatThrownBy(() -> RecipeFile.read(twice, base))
                .hasMessage(twice + ", line 2: test stands here a second time");
        Files.writeString(twice, "{\"\u007f\": 1, \"\u007f\": 2}");
        assertThatThrownBy(() -> RecipeFile.part(twice))
                .hasMessage(twice + ", line 1: \ufffd stands here a second time");
        var after = file("after.json", "{}\n{}");
        assertThatThrownBy(() -> RecipeFile.read(after, base))
                .hasMessage(after + ", line 2: expected nothing after the closing brace");
    }

    /// The library quotes the character that it did not expect as it is.
    @Test
    void aLineEndInTheWrongPlaceDoesNotBreakTheSentence() throws IOException {
        var file = file("r.yaml", "training: {epochs: *\n}");
        assertThatThrownBy(() -> RecipeFile.part(file)).hasMessage(file + ", line 1: unexpected character found (10)");
    }

    /// Sentences of our own where the library's are for programmers.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    %YAML 9.9/---/test: none              | , line 1: expected YAML 1.2, found %YAML 9.9
                    # mine/%YAML  2.0/---/test: none      | , line 2: expected YAML 1.2, found %YAML 2.0
                    training:/>epochs: 3                  | , line 2: expected spaces, found a tab
                    training:/  ? a/>b: 3                 | , line 3: expected spaces, found a tab
                    test: @none                           | , line 1: expected a value, found '@'; what begins with it needs quotation marks
                    """)
    void whatIsNoYamlIsSaidPlainly(String text, String message) throws IOException {
        var file = file("no.yaml", text.replace('/', '\n').replace('>', '\t'));
        assertThatThrownBy(() -> RecipeFile.part(file)).hasMessage(file + message);
        assertThat(RecipeFile.read(file("yes.yaml", "%YAML 1.1\n---\ntest: none\n"), base))
                .isEqualTo(base.withTest(Averaging.NONE));
    }

    @Test
    void whatIsNoTextIsNoRecipe() throws IOException {
        var file = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> RecipeFile.part(file))
                .hasMessage(file + ": expected a recipe, found something that is no text");
    }

    @Test
    void everyProblemIsListed() throws IOException {
        var file = file("many.yaml", "training: {epoch: 3, batch: x}\nnetwrk: {}\n");
        assertThat(RecipeFile.part(file).problems(base))
                .hasSize(3)
                .first()
                .asString()
                .startsWith(file + ", line 2: there is no key 'netwrk'; did you mean 'network'?");
        assertThat(RecipeFile.part(file("fine.yaml", "test: none")).problems(base))
                .isEmpty();
    }

    /// What is out of range is looked for behind the first of it, and beside what is of the wrong type or unknown.
    @Test
    void whatIsOutOfRangeIsListedToo() throws IOException {
        var file = file("ranges.yaml", """
                training: {epochs: -1, batch: 0}
                optimization:
                  rule: {rule: nesterov, mu: 2}
                  learningRate: -1
                  clip: {kind: by-norm, limit: 0}
                trainin: {}
                loss: {smoothing: 7, weights: [a]}
                freeze:
                  - {select: {kind: everything}, epoch: -1}
                  - {select: {kind: everything}, epoch: -2}
                lookahead: {every: 0, keep: 1, ramp: 0}
                """);
        assertThat(RecipeFile.part(file).problems(base).stream()
                        .map(line -> line.replace(file.toString(), "").replaceFirst("; did you mean.*", "")))
                .containsExactly(
                        ", line 6: there is no key 'trainin'",
                        ", line 7: loss.weights[0] must be a number, got 'a'",
                        ", line 1: training.epochs must be > 0, got -1.0",
                        ", line 1: training.batch must be at least 1, got 0",
                        ", line 3: optimization.rule.mu must be in [0, 1), got 2.0",
                        ", line 5: optimization.clip.limit must be in (0, ∞), got 0.0",
                        ", line 4: optimization.learningRate must be > 0, got -1.0",
                        ", line 7: loss.smoothing must be in [0, 1), got 7.0",
                        ", line 9: freeze[0].epoch must be at least 0, got -1.0",
                        ", line 11: lookahead.every must be at least 1, got 0",
                        ", line 11: lookahead.keep must be in [0, 1), got 1.0");
    }

    /// A misspelt kind is not what its settings are wrong for, and of a kind nothing is missing but what was taken out.
    @Test
    void whatFollowsFromAnotherProblemIsNotListed() throws IOException {
        var file = file("follows.yaml", """
                optimization: {rule: {rule: nestrov, beta1: 3, mu: 2}}
                freeze: [{select: {kind: by-name, patterns: []}, epoch: 0}]
                """);
        assertThat(RecipeFile.part(file).problems(base))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith(file + ", line 1: there is no value for optimization.rule 'nestrov'"),
                        second -> assertThat(second)
                                .isEqualTo(
                                        file + ", line 2: freeze[0].select.patterns must hold at least one pattern"));
    }

    @Test
    void theFileIsKeptAsItWasWritten() throws IOException {
        var run = RunFolder.create(folder.resolve("run"));
        String text = "# my own words\ntest: none\n";
        RecipeFile.part(file("mine.yml", text)).keepIn(run);
        assertThat(run.source("yaml")).hasContent(text);
        RecipeFile.part(file("mine.json", "{} // mine")).keepIn(run);
        assertThat(run.source("json")).hasContent("{} // mine");
    }
}
