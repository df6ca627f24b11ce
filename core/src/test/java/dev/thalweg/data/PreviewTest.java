package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PreviewTest {

    /// Against the loader of a run with the same seed: batches hold the very pictures that were foretold.
    @Test
    void foretellsWhatALoaderHandsOut() throws IOException {
        var examples = Fixtures.noises(13, 9, 11, 3);
        var preprocessing = new Preprocessing(3, 7, 5, new float[] {0.1f, 0.5f, 0.7f}, new float[] {0.2f, 0.25f, 0.3f});
        var augmentation = new Augmentation(Flip.RANDOM, 2, new ResizedCrop(0.3, 1), 0);
        var preview = new Preview(examples, preprocessing, augmentation, 42);
        var seen = new HashSet<String>();
        try (var loader = new Loader(
                examples, preprocessing, augmentation, LoaderOptions.of(4, 42).withDropLast(false))) {
            for (int epoch = 0; epoch < 3; epoch++)
                for (int b = 0; b < loader.batchesPerEpoch(); b++) {
                    var batch = loader.next();
                    for (int i = 0; i < batch.size(); i++) {
                        var given = preprocessing.picture(batch.images(), (long) i * 7 * 5 * 3);
                        assertThat(preview.augmented(batch.index(i), epoch).pixels())
                                .as("example %d in epoch %d", batch.index(i), epoch)
                                .isEqualTo(given.pixels());
                        seen.add(batch.index(i) + " " + epoch);
                    }
                    batch.release();
                }
        }
        assertThat(seen).hasSize(3 * 13);
    }

    @Test
    void showsWhatTestsSee() throws IOException {
        var examples = Fixtures.noises(3, 9, 11, 1);
        var preprocessing = Preprocessing.plain(3, 7, 5);
        var preview = new Preview(examples, preprocessing, new Augmentation(Flip.RANDOM, 2, null), 1);
        for (int i = 0; i < 3; i++)
            assertThat(preview.fitted(i).pixels())
                    .isEqualTo(preprocessing.fit(examples.picture(i)).pixels());
    }

    /// All 256 values come back, whatever they were normalized with.
    @Test
    void normalizationIsUndone() {
        var ramp = new byte[256];
        for (int v = 0; v < 256; v++) ramp[v] = (byte) v;
        var preprocessing = new Preprocessing(1, 16, 16, new float[] {0.4f}, new float[] {0.37f});
        var numbers = new float[256];
        for (int v = 0; v < 256; v++) numbers[v] = preprocessing.table()[v];
        assertThat(preprocessing.picture(MemorySegment.ofArray(numbers), 0).pixels())
                .isEqualTo(ramp);
    }
}
