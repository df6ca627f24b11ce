package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Windows;
import dev.thalweg.data.Augmentation;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Flip;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.util.SplittableRandom;

/// Measures how many colour pictures of 32×32 pixels a second the loader turns from bytes in memory into
/// training batches: shifted by up to 4 pixels, mirrored, normalized.
final class SmallLoaderSpeed {
    private static final int SIDE = 32;
    private static final int PICTURES = 10_000;
    private static final int BATCH = 256;

    private SmallLoaderSpeed() {}

    static void main(String[] arguments) throws IOException {
        var task = Task.parse(arguments);
        var pixels = new byte[PICTURES][3 * SIDE * SIDE];
        var random = new SplittableRandom(1);
        for (byte[] picture : pixels) random.nextBytes(picture);
        var preprocessing = new Preprocessing(
                3, SIDE, SIDE, new float[] {0.491f, 0.482f, 0.447f}, new float[] {0.247f, 0.243f, 0.262f});
        var augmentation = new Augmentation(Flip.RANDOM, 4, null);
        var options = LoaderOptions.of(BATCH, 1)
                .withThreads(task.threadsOrAll())
                .withCacheBytes(0)
                .withDropLast(true);
        try (var loader = new Loader(new InMemory(pixels), preprocessing, augmentation, options)) {
            Runnable batch = () -> LoaderSpeed.take(loader);
            Measurement.warm(batch, task.timing().warm());
            var windows = Windows.take(batch, task.timing());
            System.out.println(new Result(Result.LOADER)
                    .with("images_per_s", windows.median() * BATCH)
                    .with("side", SIDE)
                    .with("threads", options.threads())
                    .with("clean", windows.clean().size())
                    .with("dirty", windows.dirty().size()));
        }
    }

    private record InMemory(byte[][] pixels) implements Examples {
        @Override
        public int size() {
            return pixels.length;
        }

        @Override
        public int label(int i) {
            return 0;
        }

        @Override
        public String name(int i) {
            return "picture " + i;
        }

        @Override
        public Picture picture(int i) {
            return new Picture(SIDE, SIDE, 3, pixels[i]);
        }
    }
}
