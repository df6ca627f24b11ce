package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.data.Augmentation;
import dev.thalweg.train.RecipeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What somebody says and a minimizer has no use for is refused, not dropped.
class MinimizerRecipeTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), text);
    }

    private Ran train(String... options) {
        var words = new ArrayList<Object>(
                List.of("train", "shapes:90", "--model", "softmax", "--size", "8", "--out", folder.resolve("run")));
        words.addAll(Arrays.asList(options));
        return thalweg(words.toArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --lr 0.1                | --lr does not go with lbfgs: it chooses its steps itself and has no learning rate
            --lr 1                  | --lr does not go with lbfgs: it chooses its steps itself and has no learning rate
            --lr auto               | --lr does not go with lbfgs: it chooses its steps itself and has no learning rate
            --schedule cosine       | --schedule does not go with lbfgs: it chooses its steps itself and has no learning rate that could change
            --schedule constant     | --schedule does not go with lbfgs: it chooses its steps itself and has no learning rate that could change
            --warmup 0              | --warmup does not go with lbfgs: it chooses its steps itself and has no learning rate that could change
            --shuffle whole         | --shuffle does not go with lbfgs: it looks at all examples in each step, so that their order has no effect
            --shuffle 50            | --shuffle does not go with lbfgs: it looks at all examples in each step, so that their order has no effect
            --accumulate 2          | --accumulate does not go with lbfgs: it looks at all examples in each step as it is
            --precision bf16        | --precision does not go with lbfgs: it compares losses in digits that bf16 does not have
            --augment flip          | --augment does not go with lbfgs: it goes by one loss of all examples, and pictures changed at random have another each time
            --clip-norm 1           | --clip-norm does not go with lbfgs: it needs the gradient of the loss itself
            --clip-value 1          | --clip-value does not go with lbfgs: it needs the gradient of the loss itself
            --clip-units 1          | --clip-units does not go with lbfgs: it needs the gradient of the loss itself
            --centralise            | --centralise does not go with lbfgs: it needs the gradient of the loss itself
            --sam 0.1               | --sam does not go with lbfgs: it needs the gradient of the loss itself
            --l1 1e-4               | --l1 does not go with lbfgs: it needs a loss without kinks; --optimizer owl-qn:lambda=1e-4 is the one that takes an L1 term
            --decay decoupled       | --decay does not go with lbfgs: decay has to be a term of the loss, as coupled decay is
            --freeze fc.bias@1      | --freeze does not go with lbfgs: what it minimizes has the same variables from beginning to end
            --replay README.md      | --replay does not go with lbfgs: it chooses its steps itself and has no learning rate
            --set optimization.learningRate=1   | --set optimization.learningRate does not go with lbfgs: it chooses its steps itself and has no learning rate
            --set optimization.schedule=cosine  | --set optimization.schedule does not go with lbfgs: it chooses its steps itself and has no learning rate that could change
            --set augmentation.flip=RANDOM      | --set augmentation.flip does not go with lbfgs: it goes by one loss of all examples, and pictures changed at random have another each time
            """)
    void options(String options, String sentence) throws IOException {
        var words = new ArrayList<>(List.of("--optimizer", "lbfgs"));
        for (String word : options.split(" ")) words.add(word.equals("README.md") ? file("").toString() : word);
        var ran = train(words.toArray(String[]::new));
        assertThat(ran.err().strip()).isEqualTo("thalweg train: " + sentence);
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lookahead+newton  | it remembers where it is, and nothing else may move the weights
            clip-norm+newton  | it needs the gradient of the loss itself
            l1:lambda=1+newton | it needs a loss without kinks; --optimizer owl-qn:lambda=1e-4 is the one that takes an L1 term
            """)
    void whatIsWrittenWithTheRule(String optimizer, String why) {
        assertThat(train("--optimizer", optimizer).err().strip())
                .isEqualTo("thalweg train: --optimizer does not go with newton: " + why);
    }

    @Test
    void aFileAndItsLine() throws IOException {
        var mine = file("training:\n  epochs: 3\naugmentation:\n  flip: RANDOM\n");
        var ran = train("--optimizer", "lbfgs", "--recipe", mine.toString());
        assertThat(ran.err().strip())
                .isEqualTo(
                        "thalweg train: " + mine + ", line 3: augmentation does not go with lbfgs: it goes by one loss"
                                + " of all examples, and pictures changed at random have another each time");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        mine = file("optimization: {rule: {rule: lbfgs}, learningRate: 0.1, schedule: {kind: cosine}}\n");
        assertThat(train("--recipe", mine.toString()).err().strip())
                .isEqualTo("thalweg train: " + mine
                        + ": optimization.learningRate and optimization.schedule do not go with"
                        + " lbfgs, which chooses its steps itself and goes by one loss of all examples");
        var validated = thalweg("recipe", "validate", mine);
        assertThat(validated.status()).isEqualTo(Exit.FAILED);
        assertThat(validated.err())
                .contains(
                        "line 1: optimization.learningRate does not go with lbfgs: it chooses its steps itself",
                        "line 1: optimization.schedule does not go with lbfgs");
    }

    /// The whole recipe of a run by batches says a rate, a schedule and so on.
    @Test
    void aRunByBatchesIsNoRecipeForAMinimizer() {
        var first = folder.resolve("first");
        var ran = thalweg("train", "shapes:90", "--model", "softmax", "--size", "8", "--epochs", 1, "--out", first);
        assertThat(ran.status()).as(ran.err()).isZero();
        for (var words : List.<Object[]>of(
                new Object[] {"train", "--recipe", first, "--optimizer", "lbfgs", "--out", folder.resolve("run")},
                new Object[] {"recipe", "show", first, "--set", "optimization.rule=lbfgs"}))
            assertThat(thalweg(words).err())
                    .contains("recipe.json: optimization.learningRate, optimization.schedule and augmentation do not go"
                            + " with lbfgs, which chooses its steps itself and goes by one loss of all examples");
    }

    /// What is said last counts.
    @Test
    void anOptionPutsRightWhatAFileSays() throws IOException {
        var mine = file("augmentation: {flip: RANDOM}\n");
        var ran = train("--optimizer", "lbfgs", "--epochs", "2", "--recipe", mine.toString(), "--augment", "none");
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    /// A rule alone is enough, however it is said; what goes with a minimizer is kept.
    @Test
    void everyWayToNameAMinimizer() throws IOException {
        var mine = file("""
                optimization: {rule: {rule: lbfgs, history: 5}, decay: {lambda: 0.01}}
                freeze: [{select: {kind: by-name, patterns: [fc.bias]}, epoch: 0}]
                """);
        for (var options : List.of(
                List.of("--set", "optimization.rule=lbfgs"),
                List.of("--recipe", mine.toString()),
                List.of("--recipe", mine.toString(), "--optimizer", "newton-cg"))) {
            var out = folder.resolve("run" + options.hashCode());
            var words = new ArrayList<>(options);
            words.addAll(List.of("--out", out.toString(), "--epochs", "2"));
            words.addAll(0, List.of("train", "shapes:90", "--model", "softmax", "--size", "8"));
            var ran = thalweg(words.toArray());
            assertThat(ran.status()).as(ran.err()).isZero();
            var recipe = RecipeFile.read(out.resolve("recipe.json"));
            boolean decays = options.contains("--recipe");
            assertThat(recipe.optimization().decay().lambda()).isEqualTo(decays ? 0.01 : 0);
            assertThat(recipe.freeze()).hasSize(decays ? 1 : 0);
            assertThat(recipe.augmentation()).isEqualTo(Augmentation.NONE);
        }
    }

    /// And it has 200 iterations unless somebody says otherwise.
    @Test
    void whatIsShownIsValidAndTrains() throws IOException {
        var shown = thalweg(
                "recipe",
                "show",
                "--data",
                "shapes:90",
                "--set",
                "network.name=softmax",
                "--set",
                "optimization.rule=lbfgs");
        assertThat(shown.status()).as(shown.err()).isZero();
        var mine = file(shown.out());
        assertThat(RecipeFile.read(mine).training().epochs()).isEqualTo(200);
        var validated = thalweg("recipe", "validate", mine);
        assertThat(validated.status()).as(validated.err()).isZero();
        assertThat(validated.out()).contains("; each iteration looks at all 90 examples of shapes");
        var ran = thalweg("train", "--recipe", mine, "--epochs", 2, "--out", folder.resolve("run"));
        assertThat(ran.status()).as(ran.err()).isZero();
        var again = thalweg("recipe", "show", folder.resolve("run"));
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(thalweg("inspect", folder.resolve("run")).out())
                .containsPattern(
                        "(?m)^trained +2 iterations of a recipe of 2 at most, batch 16, fp32, lbfgs, seed 0, ");
        var reproduced =
                thalweg("reproduce", folder.resolve("run/model.safetensors"), "--out", folder.resolve("again"));
        assertThat(reproduced.status()).as(reproduced.err()).isZero();
    }
}
