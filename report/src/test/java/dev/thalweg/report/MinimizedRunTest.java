package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.data.Augmentation;
import dev.thalweg.step.Precision;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page of a minimizer's run says what is true of it.
class MinimizedRunTest {
    @TempDir
    static Path folder;

    static Path minimized;
    static Path byBatches;

    @BeforeAll
    static void train() throws IOException {
        var recipe = SmallRuns.recipe(folder)
                .withNetwork(new Recipe.Net("softmax", 1, 28, 28))
                .withTraining(new Recipe.Training(4, 8, 1, Precision.FP32, 1, 7, 1e9));
        minimized = run(SmallRuns.minimized(recipe), "minimized");
        byBatches = run(recipe.withAugmentation(Augmentation.NONE), "by-batches");
    }

    private static Path run(Recipe recipe, String name) throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve(name))) {
            trainer.run();
        }
        return folder.resolve(name);
    }

    private static Run read(Path run) throws IOException {
        return new RunReport(new RunFolder(run)).read();
    }

    @Test
    void hasNoLearningRateAndCountsIterations() throws IOException {
        var run = read(minimized);
        assertThat(run.unit()).isEqualTo("iteration");
        assertThat(run.epochs()).hasSize(3).allSatisfy(epoch -> {
            assertThat(epoch.learningRate()).isNaN();
            assertThat(epoch.imagesPerSecond()).isNaN();
            var iteration = epoch.iteration();
            if (iteration == null) throw new AssertionError("a minimizer iterates");
            assertThat(iteration.gradientNorm()).isPositive();
            assertThat(iteration.evaluations()).isGreaterThan(epoch.end());
        });
        var steps = run.steps();
        if (steps == null) throw new AssertionError("steps were recorded");
        assertThat(Arrays.stream(steps.learningRate()).allMatch(Double::isNaN)).isTrue();
        assertThat(run.says()).doesNotContainKeys("rate", "update");
        assertThat(run.headline())
                .extracting(Run.Fact::name)
                .contains("iterations")
                .doesNotContain("epochs");
        assertThat(run.headline())
                .filteredOn(fact -> fact.name().equals("training time"))
                .singleElement()
                .satisfies(fact -> assertThat(fact.note()).endsWith(" ms an evaluation"));
        assertThat(Files.readString(minimized.resolve("metrics.jsonl")))
                .contains("\"evaluations\"")
                .doesNotContain("learning_rate", "\"images_per_second\"");
    }

    @Test
    void picturesAreAugmentedOnlyWhereTheyAre() throws IOException {
        assertThat(read(minimized).reads())
                .containsEntry("accuracy", "Higher is better. Training pictures are shown as they are.")
                .containsKeys("gradient", "update");
        var plain = read(byBatches);
        assertThat(plain.unit()).isEqualTo("epoch");
        assertThat(plain.reads().get("accuracy")).contains("shown as they are, and counted while the network changes");
        assertThat(plain.reads().get("batch")).startsWith("Training pictures at the network's size.");
        assertThat(plain.reads()).doesNotContainKeys("gradient", "update");
        var mirrored = run(SmallRuns.recipe(folder.resolve("mirrored")), "mirrored-run");
        assertThat(read(mirrored).reads().get("accuracy")).contains("Training pictures are augmented");
    }

    @Test
    void comparesWithARunByBatches() throws IOException {
        var folders = List.of(new RunFolder(minimized), new RunFolder(byBatches));
        var rows = new RunComparison(folders).read().numbers();
        assertThat(rows)
                .extracting(Comparison.Row::name)
                .contains(
                        "training loss, last iteration or epoch",
                        "iterations or epochs",
                        "evaluations of all examples");
        double counted = RunReport.object(minimized.resolve("result.json"))
                .at("/train/images_per_second")
                .asDouble();
        int evaluations = RunReport.object(minimized.resolve("result.json"))
                .at("/minimum/evaluations")
                .asInt();
        assertThat(rows)
                .filteredOn(row -> row.name().equals("images a second"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row.values().getFirst()).isEqualTo(PageText.number(counted * evaluations / 3)));
    }

    /// Skipped, saying so, where there is no browser.
    @Test
    void thePageHasThePanelsThatApply() throws Exception {
        var browser = Chromium.find();
        var page = Files.writeString(folder.resolve("page.html"), Page.of(read(minimized)));
        String dom = browser.load(page, folder.resolve("profile")).dom();
        assertThat(dom).contains("data-ready=\"true\"").doesNotContain("data-error");
        String shown = dom.substring(dom.indexOf("<main"), dom.indexOf("</main>"));
        assertThat(shown)
                .containsPattern("<section[^>]* id=\"rate\"[^>]* hidden")
                .doesNotContainPattern("<section[^>]* id=\"update\"[^>]* hidden")
                .contains("Loss over iterations", "The numbers of every iteration", ">evaluations<")
                .doesNotContain("over epochs", "images/s", "learning rate too high", "are augmented");
        var both = Files.writeString(
                folder.resolve("both.html"),
                Page.of(new RunComparison(List.of(new RunFolder(minimized), new RunFolder(byBatches))).read()));
        String compared = browser.load(both, folder.resolve("profile")).dom();
        assertThat(compared)
                .contains("data-ready=\"true\"", "iterations or epochs")
                .doesNotContain("data-error");
    }
}
