package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.RecipeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeCommandTest {
    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--yaml", "--json"})
    void whatIsShownIsTheWholeRecipe(String form) throws IOException {
        var mine = file("mine.yaml", "network: {name: lenet5}\ntraining: {batch: 8}\ndata: {source: 'shapes:90'}\n");
        var shown = thalweg("recipe", "show", mine, form, "--explain", "--set", "training.epochs=3");
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out())
                .contains("passes over the training examples, above 0 and at most 1,000,000; may be fractional");
        var whole = file("whole." + form.substring(2), shown.out());
        var recipe = RecipeFile.read(whole);
        assertThat(recipe.network().name()).isEqualTo("lenet5");
        assertThat(recipe.training().epochs()).isEqualTo(3);
        assertThat(recipe.data().source()).isEqualTo("shapes:90");
        assertThat(recipe.optimization().learningRate())
                .as("the default that goes with a batch of 8")
                .isEqualTo(0.05 * 8 / 128);
        assertThat(thalweg("recipe", "show", whole, form).out())
                .as("a whole recipe is shown as it is")
                .isEqualTo(thalweg("recipe", "show", mine, form, "--set", "training.epochs=3")
                        .out());
    }

    /// As `--model` would: the defaults go with what is set.
    @Test
    void whatIsSetDecidesOnTheDefaults() throws IOException {
        var shown = thalweg(
                "recipe",
                "show",
                "--data",
                "shapes:90",
                "--set",
                "network.name=resnet20",
                "--set",
                "training.batch=32");
        assertThat(shown.status()).as(shown.err()).isZero();
        var recipe = RecipeFile.read(file("a.yaml", shown.out()));
        assertThat(recipe.optimization().learningRate()).isEqualTo(0.1 * 32 / 128);
        assertThat(recipe.training().batch()).isEqualTo(32);
    }

    /// For the values themselves and for the defaults that go with them.
    @Test
    void ofTwoValuesTheLaterOneIsSet() throws IOException {
        var shown = thalweg(
                "recipe",
                "show",
                "--data",
                "shapes:90",
                "--set",
                "network.name=resnet20",
                "--set",
                "training.batch=8",
                "--set",
                "training.batch=32");
        assertThat(shown.status()).as(shown.err()).isZero();
        var recipe = RecipeFile.read(file("a.yaml", shown.out()));
        assertThat(recipe.training().batch()).isEqualTo(32);
        assertThat(recipe.optimization().learningRate()).isEqualTo(0.1 * 32 / 128);
    }

    @Test
    void anotherWordForTrainingIsTakenAndSaid() {
        var shown = thalweg("recipe", "show", "airbench94", "--data", "shapes:2000", "--set", "train.epochs=7");
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("  epochs: 7.0\n", "  batch: 1024\n");
        assertThat(shown.err().strip()).isEqualTo("--set: train.epochs is taken as training.epochs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    recipe show nothing                           | thalweg recipe show: RECIPE: there is no file 'nothing', and there is no recipe 'nothing'; known are: airbench94
                    recipe show airbench95                        | thalweg recipe show: RECIPE: there is no file 'airbench95', and there is no recipe 'airbench95'; did you mean 'airbench94'? Known are: airbench94
                    recipe show --yaml --json                     | thalweg recipe show: --yaml and --json exclude one another
                    recipe show --set training.epochs             | thalweg recipe show: --set: expected PATH=VALUE, such as training.epochs=5, got 'training.epochs'
                    recipe show --set training.epoch=5            | thalweg recipe show: --set: there is no key 'training.epoch'; did you mean 'training.epochs'?
                    recipe show --set training.batch=many         | thalweg recipe show: --set: training.batch must be a whole number, got 'many'
                    recipe show --set training.epochs=1e300       | thalweg recipe show: --set: training.epochs must be at most 1,000,000, got 1.0E300
                    recipe show --set training.epochs=0           | thalweg recipe show: --set: training.epochs must be > 0, got 0.0
                    recipe diff airbench94 nothing                | thalweg recipe diff: RECIPE: there is no file 'nothing', and there is no recipe 'nothing'; known are: airbench94
                    recipe diff airbench94 no/such.yaml           | thalweg recipe diff: there is no file or folder no/such.yaml
                    recipe dif a b                                | thalweg recipe: there is no command 'dif'; did you mean 'diff'? Known are: show, diff, validate
                    train --set epochs                            | thalweg train: --set: expected PATH=VALUE, such as training.epochs=5, got 'epochs'
                    """)
    void badCommandLines(String line, String sentence) {
        var ran = thalweg((Object[]) line.split(" "));
        assertThat(ran.err().strip()).isEqualTo(sentence);
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    /// Though the defaults, which come first, go by what the file says of them.
    @Test
    void epochsThatNoRunCanHaveAreRefusedWithTheirLine() throws IOException {
        var file = file("long.yaml", "training:\n  epochs: 1e300\n");
        var ran = thalweg("recipe", "show", file, "--data", "shapes:100");
        assertThat(ran.err().strip())
                .isEqualTo("thalweg recipe show: " + file
                        + ", line 2: training.epochs must be at most 1,000,000, got 1.0E300");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    @Test
    void differencesHaveALineEachAndAStatus() throws IOException {
        var a = file("a.yaml", "training: {epochs: 5, seed: 1}\ntest: none\n");
        var b = file("b.json", "{\"training\": {\"epochs\": 6, \"seed\": 1}, \"loss\": {\"smoothing\": 0.1}}");
        var differ = thalweg("recipe", "diff", a, b);
        assertThat(differ.out()).isEqualTo("""
                        training.epochs  5     6
                        test             none  –
                        loss.smoothing   –     0.1
                        """);
        assertThat(differ.status()).isEqualTo(1);
        var same = thalweg("recipe", "diff", a, a);
        assertThat(same.out()).isEmpty();
        assertThat(same.status()).isZero();
    }

    @Test
    void aRecipeThatWouldDo() throws IOException {
        var ran = thalweg(
                "recipe",
                "validate",
                file("fine.yaml", "network: {name: lenet5}\ntraining: {batch: 30, precision: fp32, threads: 1}"),
                "--data",
                "shapes:100");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .matches(
                        "(?s).*fine.yaml would do: lenet5 at batch 30 needs \\d+\\.\\d MB of memory; shapes gives 3 steps an epoch\\s+");
    }

    /// It would do, but not for much.
    @Test
    void aWarmupLongerThanTheRunIsNoted() throws IOException {
        var file = file("slow.yaml", """
                network: {name: softmax}
                training: {batch: 50, epochs: 1, threads: 1}
                optimization: {learningRate: 0.1, schedule: {kind: warmup, length: 100, start: 0, inner: {kind: constant}}}
                """);
        String note =
                "The warm-up is longer than the run: at step 2, the last, the learning rate is 0.00100, not yet 0.100."
                        + " A shorter warm-up or more epochs would let it get there.";
        var ran = thalweg("recipe", "validate", file, "--data", "shapes:100");
        assertThat(ran.err().strip()).isEqualTo(note);
        assertThat(ran.status()).isZero();
        var trained = thalweg("train", "shapes:100", "--recipe", file, "--out", folder.resolve("run"));
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.out() + trained.err()).containsOnlyOnce(note);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    training: {batch: 101}                          | , line 1: training.batch must be at most the number of training examples, 100, got 101
                    training: {batch: 30, accumulate: 4}            | , line 1: training.accumulate must be at most the batches of an epoch, 3, got 4
                    loss: {weights: [1, 2]}                         | , line 1: loss.weights must be one for each of the 10 classes, got 2
                    network: {name: resnet19}                       | , line 1: there is no architecture 'resnet19'; did you mean 'resnet18'? Known are: softmax, perceptron, mlp,
                    network:/  name: lenet5/freeze:/  - select: {kind: by-name, patterns: [conv9.*]}/    epoch: 0 | , line 4: freeze[0].select: no parameter of lenet5 is 'conv9.*'; the first is conv1.weight
                    network: {name: resnet18, height: 4480, width: 4480}/training: {batch: 100} | , line 2: resnet18 at batch 100 needs
                    network: {name: vgg16-bn, height: 8960, width: 8960}/training: {batch: 100} | , line 2: vgg16-bn at batch 100 needs
                    """)
    void whatDoesNotFit(String text, String sentence) throws IOException {
        var file = file("mine.yaml", text.replace('/', '\n'));
        var ran = thalweg("recipe", "validate", file, "--data", "shapes:100");
        assertThat(ran.err()).startsWith(file + sentence).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    @Test
    void everythingThatIsWrongIsPrinted() throws IOException {
        var file = file("wrong.yaml", "training:\n  epoch: 3\n  batch: x\n");
        var ran = thalweg("recipe", "validate", file);
        assertThat(ran.err().lines()).hasSize(2);
        assertThat(ran.err())
                .contains(
                        file + ", line 2: there is no key 'training.epoch'; did you mean 'training.epochs'?",
                        file + ", line 3: training.batch must be a whole number, got 'x'");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    /// The network's name, and what decides how the data is split, no less than the rest.
    @Test
    void namesAndSharesAreAmongWhatIsWrong() throws IOException {
        var file = file("wrong.yaml", """
                network: {name: lenet6}
                optimization: {rule: 3, learningRate: -1}
                trainin: {}
                loss: {smoothing: 7, weights: [a]}
                data: {testShare: 7, validationShare: -1}
                """);
        var ran = thalweg("recipe", "validate", file, "--data", "shapes:100");
        assertThat(ran.err()
                        .lines()
                        .map(line -> line.replace(file.toString(), "").replaceFirst("[;:] (did you mean|sgd).*", "")))
                .containsExactlyInAnyOrder(
                        ", line 1: there is no architecture 'lenet6'",
                        ", line 2: optimization.rule must be an object that says by 'rule' which it is",
                        ", line 2: optimization.learningRate must be > 0, got -1.0",
                        ", line 3: there is no key 'trainin'",
                        ", line 4: loss.smoothing must be in [0, 1), got 7.0",
                        ", line 4: loss.weights[0] must be a number, got 'a'",
                        ", line 5: data.testShare must be in (0, 1), got 7.0",
                        ", line 5: data.validationShare must be in [0, 1), got -1.0");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    @Test
    void dataThatIsNotThereIsNotCheckedAndThatIsSaid() throws IOException {
        var file = file("elsewhere.yaml", "data: {source: " + folder.resolve("gone") + "}\nnetwork: {name: lenet5}");
        var ran = thalweg("recipe", "validate", file);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err().strip())
                .isEqualTo("not checked against its data: there is no " + folder.resolve("gone")
                        + "; --data names another place");
    }

    /// From a folder of pictures to a run by a YAML file: comments and all are kept beside what was settled.
    @Test
    void trainingKeepsTheFileAsItWasWritten() throws IOException {
        for (String name : new String[] {"ants", "bees"})
            for (int i = 0; i < 5; i++) {
                var picture = folder.resolve("photos").resolve(name).resolve(i + ".png");
                Files.createDirectories(picture.getParent());
                ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile());
            }
        String text = "# small enough\nnetwork: {name: lenet5}\ntraining: {batch: 4, threads: 1}\n";
        var run = folder.resolve("run");
        var ran = thalweg(
                "train",
                folder.resolve("photos"),
                "--recipe",
                file("mine.yml", text),
                "--epochs",
                "9",
                "--set",
                "training.epochs=1",
                "--set",
                "augmentation.flip=none",
                "--out",
                run);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(run.resolve("recipe.source.yaml")).hasContent(text);
        var recipe = RecipeFile.read(run.resolve("recipe.json"));
        assertThat(recipe.training().epochs())
                .as("what is set stands above options")
                .isEqualTo(1);
        assertThat(recipe.training().batch()).isEqualTo(4);
        assertThat(thalweg("recipe", "diff", run, run.resolve("model.safetensors"))
                        .status())
                .as("the model knows its recipe")
                .isZero();
        assertThat(thalweg("train", "--resume", run, "--set", "training.epochs=2")
                        .err()
                        .strip())
                .isEqualTo("thalweg train: --resume does not take --set: a run goes on as its recipe.json has it");
    }
}
