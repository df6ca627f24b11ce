package dev.thalweg.train;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.CachePlan;
import dev.thalweg.data.Examples;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.PictureKind;
import java.io.IOException;
import java.util.ArrayList;

/// How a run's training examples are read, and what would read them faster. Nothing here has an influence
/// on the result.
///
/// @param cacheBytes of heap for decoded pictures; 0 for none
record Feeding(Recipe recipe, Examples examples, Preprocessing preprocessing, long cacheBytes) {

    LoaderOptions options() {
        var t = recipe.training();
        return LoaderOptions.of(t.batch(), t.seed())
                .withDropLast(true)
                .withCacheBytes(cacheBytes)
                .withShuffle(t.shuffle());
    }

    private CachePlan cache() throws IOException {
        return CachePlan.of(examples, preprocessing, recipe.augmentation(), cacheBytes);
    }

    /// Whether each picture is decoded once.
    boolean isCached() throws IOException {
        return cache().fits();
    }

    /// For people, in a line.
    String describe() throws IOException {
        var shuffle = recipe.training().shuffle();
        return "%s, %s%s"
                .formatted(
                        shuffle == null ? "in random order" : "shuffled by " + shuffle,
                        cache(),
                        holdsJpeg() ? "; JPEG by " + ImageDecoder.jpegDecoder() : "");
    }

    private boolean holdsJpeg() {
        return PictureKind.JPEG.isNameOf(examples.name(0));
    }

    /// What to do about training that waits for the loader.
    String advice() throws IOException {
        var advice = new ArrayList<String>();
        boolean cached = isCached();
        if (!cached && holdsJpeg() && ImageDecoder.jpegDecoderName().equals("java"))
            advice.add(
                    "install libjpeg-turbo (libturbojpeg0 on Debian and Ubuntu), which decodes in a third of the time");
        if (!cached) {
            advice.add("decode the set once into a file of pictures of %d×%d (./thalweg data convert)"
                    .formatted(preprocessing.width(), preprocessing.height()));
            advice.add("let decoded pictures be kept in memory (--cache, and a larger -Xmx in THALWEG_JAVA_OPTS)");
        }
        if (recipe.training().threads() > 1) advice.add("leave a processor to the loader (--threads)");
        if (advice.isEmpty() && !recipe.augmentation().equals(Augmentation.NONE)) advice.add("a simpler augmentation");
        return advice.isEmpty()
                ? "Training waits for the loader."
                : "Training waits for the loader. What may help: %s.".formatted(String.join("; ", advice));
    }
}
