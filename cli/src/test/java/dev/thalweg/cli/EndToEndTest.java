package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From the command line to files and back, on a network that takes a second.
class EndToEndTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path folder;

    /// An undisturbed run that the tests compare with.
    static Path run;

    static Ran trained;

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        trained = thalweg(
                "train",
                "shapes:203",
                "--model",
                "lenet5",
                "--epochs",
                "2.5",
                "--batch",
                "32",
                "--validation",
                "0.1",
                "--augment",
                "flip,crop:2",
                "--warmup",
                "1e",
                "--seed",
                "7",
                "--threads",
                "1",
                "--out",
                run);
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    @Test
    void leavesAFolderWithEverything() throws IOException {
        assertThat(trained.status()).as(trained.err()).isZero();
        for (String file : List.of(
                "recipe.json",
                "metrics.jsonl",
                "checkpoint.safetensors",
                "best.safetensors",
                "model.safetensors",
                "result.json",
                "run.json",
                "steps.jsonl",
                "predictions.csv",
                "report.html")) assertThat(run.resolve(file)).isNotEmptyFile();
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl")))
                .hasSize(3)
                .allSatisfy(line ->
                        assertThat(JSON.readTree(line).has("train.loss")).isTrue());
    }

    @Test
    void resultsAreForScripts() throws IOException {
        var result = json(run.resolve("result.json"));
        assertThat(result.at("/ended").asString()).isEqualTo("finished");
        assertThat(result.at("/test/accuracy").asDouble()).isBetween(0.0, 1.0);
        assertThat(result.at("/test/loss").asDouble()).isBetween(0.0, 10.0);
        assertThat(result.at("/test/examples").asInt()).isEqualTo(2000);
        assertThat(result.at("/validation/examples").asInt()).isEqualTo(20);
        assertThat(result.at("/train/images_per_second").asDouble()).isPositive();
        assertThat(result.at("/train/seconds").asDouble()).isPositive();
        assertThat(result.at("/epochs").asDouble()).isBetween(2.4, 2.7);
        assertThat(result.at("/seed").asLong()).isEqualTo(7);
        assertThat(result.at("/parameters").asLong()).isEqualTo(83_126);
    }

    @Test
    void saysWhatItDoesAndWhatToDoNext() {
        assertThat(trained.err())
                .contains("data        shapes: 10 classes, 183 train, 20 validation, 2,000 test")
                .contains("network     lenet5, 83,126 parameters")
                .contains("2.5 epochs of 5 steps of batch 32;", "1 thread, seed 7")
                .contains("cosine after a warm-up of 5 steps")
                .contains("pictures    flip,crop:2; at test averaged with the mirror image")
                .containsPattern(
                        "(?m)^epoch 1/3  loss \\d\\.\\d{4}  accuracy .* validation .*  lr .* images/s  (loader|compute)-bound: loader .*, step .*$")
                .doesNotContain("\r", "\033");
        assertThat(trained.out())
                .containsPattern(
                        "test +accuracy \\d+\\.\\d\\d % averaged with the mirror image \\(\\d+\\.\\d\\d % without\\), loss \\d\\.\\d{4}, 2,000 examples")
                .contains("report      " + run.resolve("report.html"))
                .contains("./thalweg evaluate " + run.resolve("model.safetensors") + " shapes:203")
                .contains("./thalweg predict " + run.resolve("model.safetensors"));
    }

    @Test
    void aReportIsMadeAnewFromTheFolder() throws IOException {
        var page = run.resolve("report.html");
        String before = Files.readString(page);
        var elsewhere = folder.resolve("page.html");
        var written = thalweg("report", run, "--out", elsewhere);
        assertThat(written.status()).as(written.err()).isZero();
        assertThat(written.out()).isEqualTo(elsewhere + System.lineSeparator());
        assertThat(Files.readString(elsewhere)).isEqualTo(before).contains("\"kind\":\"run\"", "shapes");
    }

    @Test
    void severalRunsAreComparedOnOnePage() throws IOException {
        var page = folder.resolve("compared.html");
        var compared = thalweg("report", run, run, "--out", page);
        assertThat(compared.status()).as(compared.err()).isZero();
        assertThat(page).content().contains("\"kind\":\"comparison\"", "2 runs compared");
    }

    @Test
    void aReportNeedsARun() {
        var nothing = thalweg("report", folder.resolve("nothing"));
        assertThat(nothing.status()).isEqualTo(1);
        assertThat(nothing.err())
                .isEqualTo("thalweg report: " + folder.resolve("nothing")
                        + ": expected the folder of a run, found nothing there" + System.lineSeparator());
        assertThat(thalweg("report").err()).contains("Missing required parameter: 'RUN");
    }

    @Test
    void theSameRecipeGivesTheSameBytes() {
        var again = folder.resolve("again");
        assertThat(thalweg("train", "--recipe", run.resolve("recipe.json"), "--out", again)
                        .status())
                .isZero();
        assertThat(again.resolve("model.safetensors")).hasSameBinaryContentAs(run.resolve("model.safetensors"));
        assertThat(again.resolve("recipe.json")).hasSameTextualContentAs(run.resolve("recipe.json"));
    }

    @Test
    void whatGoesAroundTheRuleIsSaid() throws IOException {
        var other = folder.resolve("around");
        var ran = thalweg(
                "train",
                "--recipe",
                run,
                "--epochs",
                "0.2",
                "--optimizer",
                "lookahead:every=6+sam:rho=0.1+centralise+clip-units+elastic-net:l1=1e-5,l2=1e-3+nesterov",
                "--out",
                other);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err())
                .containsPattern("optimizer +nesterov, .*, weight decay 0.001 and L1 1e-05 coupled")
                .contains("around it   look-ahead every 6 steps, gradients 0.1 uphill (SAM), gradients centralised,"
                        + " clipped to 0.01 of each unit's weights");
        assertThat(json(other.resolve("recipe.json"))
                        .at("/optimization/sharpness/rho")
                        .asDouble())
                .isEqualTo(0.1);
    }

    @Test
    void optionsReplaceWhatTheRecipeSays() throws IOException {
        var other = folder.resolve("other");
        var ran = thalweg(
                "train",
                "--recipe",
                run,
                "--epochs",
                "0.2",
                "--optimizer",
                "sgd",
                "--clip-norm",
                "2",
                "--decay",
                "decoupled",
                "--weight-decay",
                "0.01",
                "--label-smoothing",
                "0.1",
                "--freeze",
                "conv1.*,conv2.*@1",
                "--accumulate",
                "2",
                "--batch",
                "16",
                "--size",
                "28",
                "--checkpoint-every",
                "5",
                "--test-averaging",
                "none",
                "--schedule",
                "step-decay:every=1e",
                "--precision",
                "fp32",
                "--out",
                other);
        assertThat(ran.status()).as(ran.err()).isZero();
        var recipe = json(other.resolve("recipe.json"));
        assertThat(recipe.at("/optimization/rule/rule").asString()).isEqualTo("sgd");
        assertThat(recipe.at("/optimization/clip/limit").asDouble()).isEqualTo(2);
        assertThat(recipe.at("/optimization/decay/form").asString()).isEqualTo("decoupled");
        assertThat(recipe.at("/optimization/decay/lambda").asDouble()).isEqualTo(0.01);
        assertThat(recipe.at("/optimization/schedule/every").asInt()).isEqualTo(183 / 16 / 2);
        assertThat(recipe.at("/loss/smoothing").asDouble()).isEqualTo(0.1);
        assertThat(recipe.at("/freeze").size()).isEqualTo(2);
        assertThat(recipe.at("/freeze/1/epoch").asDouble()).isEqualTo(1);
        assertThat(recipe.at("/network/height").asInt()).isEqualTo(28);
        assertThat(recipe.at("/training/seed").asInt()).isEqualTo(7);
        assertThat(recipe.at("/test").asString()).isEqualTo("none");
    }

    @Test
    void partialRecipesAreMergedOverTheDefaults() throws IOException {
        var file = folder.resolve("part.json");
        Files.writeString(file, """
                // what differs
                {"network": {"name": "lenet5"}, "training": {"epochs": 0.1, "batch": 64},
                 "optimization": {"schedule": {"kind": "polynomial"}}}
                """);
        var other = folder.resolve("partial");
        var ran = thalweg("train", "shapes:300", "--recipe", file, "--out", other);
        assertThat(ran.status()).as(ran.err()).isZero();
        var recipe = json(other.resolve("recipe.json"));
        assertThat(recipe.at("/optimization/schedule/kind").asString()).isEqualTo("polynomial");
        assertThat(recipe.at("/optimization/schedule/power").asDouble()).isEqualTo(1);
        assertThat(recipe.at("/optimization/learningRate").asDouble())
                .as("0.05 at 128, halved")
                .isEqualTo(0.025);
        assertThat(recipe.at("/data/source").asString()).isEqualTo("shapes:300");
    }

    /// Trains the run's recipe up to a step, as Ctrl-C does.
    private static Path stopped(String name, int step) throws IOException {
        var path = folder.resolve(name);
        try (var trainer = Trainer.start(RecipeFile.read(run.resolve("recipe.json")), path)) {
            var err = new PrintWriter(new StringWriter());
            var out = new StringWriter();
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == step) trainer.stop();
                }
            });
            int status =
                    TrainingRun.of(trainer, new PrintWriter(out, true), err).run();
            assertThat(status).isEqualTo(Exit.STOPPED);
            assertThat(out.toString())
                    .contains("Stopped after step %d of 13.".formatted(step))
                    .contains("./thalweg train --resume " + path);
        }
        return path;
    }

    @Test
    void aRunThatWasStoppedEndsWithTheSameBytes() throws IOException {
        for (int step : new int[] {3, 5, 12}) {
            var path = stopped("stopped" + step, step);
            assertThat(path.resolve("model.safetensors")).doesNotExist();
            assertThat(json(path.resolve("result.json")).at("/ended").asString())
                    .isEqualTo("stopped");
            var unfinished = thalweg("evaluate", path);
            assertThat(unfinished.err()).contains("this run is not over");
            var ran = thalweg("train", "--resume", path);
            assertThat(ran.status()).as(ran.err()).isZero();
            assertThat(ran.err()).contains("resumed     after step %d of 13".formatted(step));
            assertThat(path.resolve("model.safetensors"))
                    .as("stopped after step %d", step)
                    .hasSameBinaryContentAs(run.resolve("model.safetensors"));
            assertThat(Files.readAllLines(path.resolve("metrics.jsonl"))).hasSize(3);
        }
    }

    @Test
    void divergenceHasAStatusAndAdvice() throws IOException {
        var path = folder.resolve("diverged");
        var ran = thalweg(
                "train",
                "shapes:200",
                "--model",
                "lenet5",
                "--lr",
                "1e20",
                "--epochs",
                "2",
                "--batch",
                "32",
                "--out",
                path);
        assertThat(ran.status()).isEqualTo(Exit.DIVERGED);
        assertThat(ran.err()).contains("not a number", "Try a learning rate of 2.5E19 instead of 1.0E20");
        assertThat(json(path.resolve("result.json")).at("/ended").asString()).isEqualTo("diverged");
        assertThat(path.resolve("model.safetensors")).doesNotExist();
    }

    @Test
    void evaluationAgreesWithTheResult() throws IOException {
        var ran = thalweg("evaluate", run, "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        var numbers = JSON.readTree(ran.out());
        var test = json(run.resolve("result.json")).at("/test");
        assertThat(numbers.at("/accuracy").asDouble())
                .isEqualTo(test.at("/accuracy").asDouble());
        assertThat(numbers.at("/plain_accuracy").asDouble())
                .isEqualTo(test.at("/plain_accuracy").asDouble());
        assertThat(numbers.at("/examples").asInt()).isEqualTo(2000);
        var validation = JSON.readTree(
                thalweg("evaluate", run, "--part", "validation", "--json").out());
        assertThat(validation.at("/examples").asInt())
                .as("split off as in the run")
                .isEqualTo(20);
    }

    @Test
    void logitsAreALineForEachExample() throws IOException {
        var file = folder.resolve("logits.tsv");
        var ran = thalweg("evaluate", run.resolve("model.safetensors"), "shapes:203", "--logits", file);
        assertThat(ran.status()).as(ran.err()).isZero();
        var lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2000);
        int right = 0;
        for (int i = 0; i < lines.size(); i++) {
            String[] cells = lines.get(i).split("\t");
            assertThat(cells).hasSize(2 + 10);
            assertThat(cells[0]).isEqualTo(String.valueOf(i));
            double[] scores = Arrays.stream(cells)
                    .skip(2)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            int best = 0;
            for (int k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
            if (best == Integer.parseInt(cells[1])) right++;
        }
        assertThat(right / 2000.0)
                .isEqualTo(json(run.resolve("result.json")).at("/test/accuracy").asDouble());
    }

    @Test
    void otherClassesAreRefused() throws IOException {
        var photos = folder.resolve("photos");
        for (String name : List.of("ants", "bees"))
            for (int i = 0; i < 3; i++) picture(photos.resolve(name).resolve(i + ".png"), i);
        var ran = thalweg("evaluate", run, photos);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err().strip())
                .isEqualTo(
                        "thalweg evaluate: class 0 of " + run.resolve("model.safetensors")
                                + " is 'circle', of photos 'ants'; a model is evaluated on data that has its classes, in their order");
    }

    private static Path picture(Path file, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        var image = new BufferedImage(40, 50, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 50; y++) for (int x = 0; x < 40; x++) image.setRGB(x, y, x * y * (seed + 1) * 977);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void predictionsAreProbabilities() throws IOException {
        var one = picture(folder.resolve("new pictures/one.png"), 1);
        picture(folder.resolve("new pictures/two.png"), 2);
        var text = thalweg("predict", run, one);
        assertThat(text.status()).as(text.err()).isZero();
        assertThat(text.out().lines().toList()).hasSize(6).first().isEqualTo(one.toString());
        assertThat(text.out()).containsPattern("(?m)^ {2} *\\d+\\.\\d\\d %  [a-z]+$");

        var ran = thalweg("predict", run, one.getParent(), "--json", "--top", "10", "--batch", "1");
        var all = JSON.readTree(ran.out());
        assertThat(all.size()).isEqualTo(2);
        assertThat(all.at("/0/file").asString()).isEqualTo(one.toString());
        double sum = 0, last = 1;
        for (var prediction : all.at("/0/predictions")) {
            double p = prediction.get("probability").asDouble();
            assertThat(p).isLessThanOrEqualTo(last);
            sum += last = p;
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void unreadablePicturesAreNamedAndTheOthersDone() throws IOException {
        var good = picture(folder.resolve("good.png"), 3);
        var bad = Files.writeString(folder.resolve("bad.png"), "not a picture");
        var ran = thalweg("predict", run, bad, good);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .contains(bad.toString(), "expected a JPEG, PNG, GIF, BMP or WebP picture")
                .hasLineCount(1);
        assertThat(ran.out()).startsWith(good.toString());
    }

    @Test
    void plansShowKernelsAndMemory() {
        var ran = thalweg("plan", "--model", "lenet5", "--batch", "8", "--threads", "1");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("lenet5, training, batch 8", "memory", "without reuse", "in all")
                .contains("implementation", "GFLOP", "ms", "gradient by weights", "images/s at the most");
        var all = thalweg("plan", "--model", "lenet5", "--batch", "8", "--inference", "--no-profile", "--all");
        assertThat(all.out()).contains("conv2: ", "inference").doesNotContain("images/s", "gradient");
    }

    @Test
    void listsModels() {
        assertThat(thalweg("models").out()).containsPattern("(?m)^lenet5 +1×28×28 +0\\.06 M");
    }

    @Test
    void runsAreNumbered() throws IOException {
        var runs = folder.resolve("runs");
        assertThat(TrainCommand.firstFree(runs, "my photos-lenet5")).isEqualTo(runs.resolve("my-photos-lenet5-1"));
        assertThat(TrainCommand.firstFree(runs, "my photos-lenet5")).isEqualTo(runs.resolve("my-photos-lenet5-2"));
    }

    @Test
    void onATerminalOneLineIsWrittenOver() throws IOException {
        var err = new StringWriter();
        try (var trainer = Trainer.start(RecipeFile.read(run.resolve("recipe.json")), folder.resolve("live"))) {
            var writer = new PrintWriter(err, true);
            new TrainingRun(trainer, new ProgressReport(writer, trainer, true, false), writer, writer).run();
        }
        assertThat(err.toString())
                .contains(
                        "\repoch 1/3 ",
                        "100 %  loss ",
                        " left\033[K\r\033[Kepoch 1/3  loss ",
                        "testing on 2,000 examples");
        for (String line : err.toString().split("[\r\n]+"))
            if (line.contains(" left"))
                assertThat(line.replace("\033[K", "").length()).isLessThan(80);
    }

    @Test
    @Tag("slow")
    void theShippedRecipeIsAirbench94() throws IOException {
        var path = folder.resolve("airbench");
        var ran = thalweg(
                "train", "shapes:100", "--recipe", "airbench94", "--batch", "16", "--epochs", "0.4", "--out", path);
        assertThat(ran.status()).as(ran.err()).isZero();
        var recipe = json(path.resolve("recipe.json"));
        assertThat(recipe.at("/network/name").asString()).isEqualTo("cifarnet");
        assertThat(recipe.at("/optimization/learningRate").asDouble()).isEqualTo(1.5);
        assertThat(recipe.at("/lookahead/every").asInt()).isEqualTo(5);
        assertThat(recipe.at("/test").asString()).isEqualTo("mirror_and_shift");
    }
}
