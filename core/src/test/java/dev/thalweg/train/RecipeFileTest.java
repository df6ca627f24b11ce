package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .hasMessage("optimizer nesterov: Nesterov.mu must be in [0, 1), got 1.5");
    }

    private Path part(String text) throws IOException {
        return Files.writeString(folder.resolve("part.json"), text);
    }
}
