package dev.thalweg.data;

import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Single examples as training shows them to the network, without training.
public final class Preview {
    private final Examples examples;
    private final Preprocessing preprocessing;
    private final Renderer renderer;

    /// @param seed of the run
    public Preview(Examples examples, Preprocessing preprocessing, Augmentation augmentation, long seed) {
        this.examples = examples;
        this.preprocessing = preprocessing;
        renderer = new Renderer(
                examples, preprocessing, augmentation, LoaderOptions.of(1, seed).withCacheBytes(0));
    }

    /// Example `i` as tests see it.
    public Picture fitted(int i) throws IOException {
        return preprocessing.fit(examples.toDecode(i));
    }

    /// Example `i` as `epoch`, counted from 0, shows it.
    public Picture augmented(int i, int epoch) throws IOException {
        var numbers = MemorySegment.ofArray(new float[renderer.floats()]);
        renderer.render(i, epoch, 0, renderer.scratch(), numbers, 0);
        return preprocessing.picture(numbers, 0);
    }
}
