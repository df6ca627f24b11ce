package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.RecipeDiff.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeDiffTest {
    @TempDir
    Path folder;

    private List<Difference> diff(String yaml, String json) throws IOException {
        return RecipeDiff.between(
                RecipeFile.part(Files.writeString(folder.resolve("a.yaml"), yaml)),
                RecipeFile.part(Files.writeString(folder.resolve("b.json"), json)));
    }

    @Test
    void onlyWhatDiffers() throws IOException {
        assertThat(diff("""
                        training: {epochs: 5, batch: 32}
                        optimization:
                          groups: [{rateMultiplier: 2, frozen: false}]
                          schedule: {kind: cosine, minimum: 0}
                        loss: {weights: [1, 2]}
                        freeze: []
                        test: none
                        """, """
                        {"test": "mirror", "training": {"epochs": 5.0, "batch": 64},
                         "optimization": {"groups": [{"rateMultiplier": 3, "frozen": false}],
                                          "schedule": {"kind": "constant"}},
                         "loss": {"weights": [1, 2.0]}, "freeze": [], "lookahead": null}
                        """))
                .containsExactly(
                        new Difference("training.batch", "32", "64"),
                        new Difference("optimization.groups[0].rateMultiplier", "2", "3"),
                        new Difference("optimization.schedule.kind", "\"cosine\"", "\"constant\""),
                        new Difference("optimization.schedule.minimum", "0", null),
                        new Difference("test", "\"none\"", "\"mirror\""),
                        new Difference("lookahead", null, "null"));
    }

    @Test
    void theSameInAnotherOrderIsTheSame() throws IOException {
        assertThat(diff("training: {epochs: 5, batch: 1e1}\ntest: none", """
                        {"test": "none", "training": {"batch": 10, "epochs": 5}}""")).isEmpty();
    }
}
