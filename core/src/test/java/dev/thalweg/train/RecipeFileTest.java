package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.optim.Adam;
import dev.thalweg.optim.AdamW;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Muon;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.NewtonSchulz;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Soap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeFileTest {
    private static Recipe base;

    @TempDir
    Path folder;

    @BeforeAll
    static void lookAtData() throws IOException {
        base = Defaults.forData("shapes:200");
    }

    @Test
    void comesBackAsItWasWritten() throws IOException {
        var file = folder.resolve("recipe.json");
        RecipeFile.write(file, base);
        assertThat(RecipeFile.read(file)).isEqualTo(base);
    }

    @Test
    void aPartIsMergedOverTheDefaults() throws IOException {
        var file = part("""
                {"training": {"epochs": 2.5},
                 "optimization": {"rule": {"rule": "momentum", "mu": 0.7}, "schedule": {"kind": "cosine"}}}
                """);
        var recipe = RecipeFile.read(file, base);
        assertThat(recipe.training().epochs()).isEqualTo(2.5);
        assertThat(recipe.training().batch()).isEqualTo(base.training().batch());
        assertThat(recipe.optimization().rule()).isEqualTo(new Momentum(0.7));
        assertThat(recipe.optimization().schedule()).isEqualTo(new Schedule.Cosine(0));
        assertThat(recipe.optimization().decay()).isEqualTo(base.optimization().decay());
        assertThat(recipe.augmentation()).isEqualTo(base.augmentation());
    }

    @Test
    void aWholeNumberBeyondTheRangeOfDoublesIsRefused() throws IOException {
        var file = part("{\"training\": {\"epochs\": 1%s}}".formatted("0".repeat(400)));
        assertThatThrownBy(() -> RecipeFile.read(file, base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + ", line 1: training.epochs must be a number below 1.8e308, got 1000");
    }

    @Test
    void aMisspeltKeyIsRefusedWithTheRightOne() throws IOException {
        var file = part("{\"training\": {\"epoch\": 3}}");
        assertThatThrownBy(() -> RecipeFile.read(file, base))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file
                        + ", line 1: there is no key 'training.epoch'; did you mean 'training.epochs'? Known are: ");
    }

    @Test
    void aMisspeltKindIsRefusedWithTheRightOne() throws IOException {
        var file = part("{\"optimization\": {\"schedule\": {\"kind\": \"cosin\"}}}");
        assertThatThrownBy(() -> RecipeFile.read(file, base))
                .hasMessageContaining("there is no value for optimization.schedule 'cosin'; did you mean 'cosine'?");
    }

    @Test
    void aValueOutOfRangeIsRefusedInTheRecordsWords() throws IOException {
        var file = part("{\"training\": {\"batch\": 0}}");
        assertThatThrownBy(() -> RecipeFile.read(file, base))
                .hasMessage(file + ", line 1: training.batch must be at least 1, got 0");
    }

    /// Another learning rate is all that changes.
    @Test
    void anotherLearningRateKeepsAllElse() throws IOException {
        var base = Defaults.forData("shapes:200");
        var o = base.optimization().withCentralise(true).withSharpness(new Sharpness(0.05));
        assertThat(base.withOptimization(o).withLearningRate(0.25))
                .isEqualTo(base.withOptimization(o.withLearningRate(0.25)));
    }

    @Test
    void rulesAndSchedulesAreReadFromTheCommandLine() {
        assertThat(RecipeFile.rule("nesterov:mu=0.85")).isEqualTo(new Nesterov(0.85));
        assertThat(RecipeFile.rule("momentum")).isEqualTo(new Momentum(0.9));
        assertThat(RecipeFile.schedule("cosine:minimum=0.01", 10)).isEqualTo(new Schedule.Cosine(0.01));
        assertThat(RecipeFile.schedule("step-decay:every=30e,gamma=0.2", 10))
                .isEqualTo(new Schedule.StepDecay(300, 0.2));
        assertThat(RecipeFile.schedule("multi-step:milestones=2e/4e,gamma=0.1", 10))
                .isEqualTo(new Schedule.MultiStep(List.of(20L, 40L), 0.1));
        assertThatThrownBy(() -> RecipeFile.rule("nestrov"))
                .hasMessageStartingWith(
                        "there is no optimizer 'nestrov'; did you mean 'nesterov'? Known are: sgd, momentum, nesterov, ");
        assertThatThrownBy(() -> RecipeFile.rule("nesterov:mu=1.5"))
                .hasMessage("optimizer nesterov: mu must be in [0, 1), got 1.5");
    }

    /// Keys are named as they are typed, without the classes that they belong to.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            multi-step:milestones=30/20       | schedule multi-step: milestones must rise from at least 1, got [30, 20]
            step-decay:every=0                | schedule step-decay: every must be at least 1, got 0
            cosine:minimum=2                  | schedule cosine: minimum must be in [0, 1], got 2.0
            """)
    void aScheduleIsRefusedInWordsThatWereTyped(String text, String message) {
        assertThatThrownBy(() -> RecipeFile.schedule(text, 10)).hasMessage(message);
    }

    /// A rule within a rule has its own defaults, a single name is a list of one, and what cannot be is refused in the
    /// records' words.
    @Test
    void aRuleMayHoldAnother() throws IOException {
        assertThat(RecipeFile.rule("muon:momentum=0.9"))
                .isEqualTo(new Muon(
                        0.9, true, new NewtonSchulz(), Muon.Adjustment.ORIGINAL, false, new AdamW(), 0.015, List.of()));
        var expected = new Muon().withOther(new Nesterov(0.9), 0.1, "fc.*");
        assertThat(RecipeFile.rule("muon:other=nesterov,otherRate=0.1,except=fc.*"))
                .isEqualTo(expected);
        assertThat(RecipeFile.rule("soap:every=5,largest=256")).isEqualTo(new Soap(0.95, 0.95, 0.95, 1e-8, 5, 256));
        var file = part("""
                {"optimization": {"rule": {"rule": "muon", "iteration": {"steps": 3},
                    "other": {"rule": "adam", "beta2": 0.95}, "except": ["fc.*", "conv1.*"]}}}""");
        assertThat(RecipeFile.read(file, base).optimization().rule())
                .isEqualTo(new Muon(
                        0.95,
                        true,
                        new NewtonSchulz(3, 1e-7),
                        Muon.Adjustment.ORIGINAL,
                        false,
                        new Adam(0.9, 0.95, 1e-8),
                        0.015,
                        List.of("fc.*", "conv1.*")));
        assertThatThrownBy(() -> RecipeFile.rule("muon:other=muon"))
                .hasMessageStartingWith(
                        "optimizer muon: there is no value for other 'muon'; known are: sgd, momentum, ")
                .hasMessageNotContaining("soap");
        assertThatThrownBy(() -> RecipeFile.rule("muon:other=sophia"))
                .hasMessageStartingWith("optimizer muon: other must be a rule that goes by the gradient alone, got ");
        assertThatThrownBy(() -> RecipeFile.rule("muon:iteration=5"))
                .hasMessage("optimizer muon: iteration must be an object with the keys steps, a, b, c, epsilon, got 5");
    }

    private Path part(String text) throws IOException {
        return Files.writeString(folder.resolve("part.json"), text);
    }
}
