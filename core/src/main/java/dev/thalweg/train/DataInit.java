package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.Views;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Whitening;
import dev.thalweg.tensor.FlatVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Initial weights that depend on the data: whitening filters.
final class DataInit {
    /// Training examples whose patches whitening layers are computed from, at most.
    private static final int WHITENED = 5_000;

    private DataInit() {}

    /// Computes data-dependent initial weights from training examples as they are, not augmented.
    static void apply(Model model, DataSet data, Preprocessing preprocessing) throws IOException {
        if (Whitening.neededBy(model.network()).isEmpty()) return;
        int count = Math.min(WHITENED, data.train().size());
        // Evenly spread: many sets list their examples class by class.
        var indices = new int[count];
        for (int i = 0; i < count; i++)
            indices[i] = (int) ((long) i * data.train().size() / count);
        var examples = data.train().select(indices);
        long pixels = model.network().input().size();
        try (var whole = Arena.ofShared();
                var loader = new Loader(
                        examples,
                        preprocessing,
                        Views.PLAIN,
                        LoaderOptions.of(Math.min(count, 500), 0).withCacheBytes(0))) {
            var images = FlatVector.allocate(count * pixels, whole);
            for (int done = 0; done < count; ) {
                var batch = loader.next();
                MemorySegment.copy(
                        batch.images(),
                        0,
                        images.segment(),
                        done * pixels * Float.BYTES,
                        batch.size() * pixels * Float.BYTES);
                done += batch.size();
                batch.release();
            }
            Whitening.apply(model, images, count);
        }
    }
}
