package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Flip;
import dev.thalweg.step.Precision;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FeedingTest {
    private static String advice(int threads, Augmentation augmentation, long cacheBytes) throws IOException {
        try (var data = DataSets.open("shapes:20")) {
            var recipe = Defaults.forData("shapes:20", data)
                    .withTraining(new Recipe.Training(1, 4, 1, Precision.FP32, threads, 0, 60))
                    .withAugmentation(augmentation);
            return new Feeding(recipe, data.train(), recipe.preprocessing(data.train()), cacheBytes).advice();
        }
    }

    /// A simpler augmentation is advice where there is one.
    @Test
    void advisesWhatCanBeDone() throws IOException {
        var mirrored = new Augmentation(Flip.RANDOM, 0, null);
        assertThat(advice(1, mirrored, 1L << 30))
                .isEqualTo("Training waits for the loader. What may help: a simpler augmentation.");
        assertThat(advice(1, Augmentation.NONE, 1L << 30)).isEqualTo("Training waits for the loader.");
        assertThat(advice(2, mirrored, 1L << 30))
                .endsWith("What may help: leave a processor to the loader (--threads).");
        assertThat(advice(1, mirrored, 0))
                .contains("decode the set once", "--cache")
                .doesNotContain("augmentation");
    }
}
