package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Photographs;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.Task;
import dev.thalweg.bench.Windows;
import dev.thalweg.data.Augmentation;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Flip;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.ResizedCrop;
import dev.thalweg.picture.ImageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/// Measures how many photographs of 500×375 pixels a second the loader turns into training batches
/// of 224×224, nothing cached, and nothing else going on: decoded, cropped at random, resized,
/// mirrored, normalized. To be compared with what training of resnet18 consumes.
final class LoaderSpeed {
    private static final int SIDE = 224;

    private LoaderSpeed() {}

    static void main(String[] arguments) throws IOException {
        var task = Task.parse(arguments);
        var folder = Files.createTempDirectory("thalweg-bench");
        try {
            long bytes = Photographs.paint(folder);
            try (var set = DataSets.open(folder.toString())) {
                var photographs = new Preprocessing(
                        3, SIDE, SIDE, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
                var augmentation = new Augmentation(Flip.RANDOM, 0, ResizedCrop.INCEPTION);
                var options = LoaderOptions.of(32, 1)
                        .withThreads(task.threadsOrAll())
                        .withCacheBytes(0)
                        .withDropLast(true);
                try (var loader = new Loader(set.train(), photographs, augmentation, options)) {
                    Runnable batch = () -> take(loader);
                    Measurement.warm(batch, task.timing().warm());
                    var windows = Windows.take(batch, task.timing());
                    System.out.println(new Result(Result.LOADER)
                            .with("images_per_s", windows.median() * options.batch())
                            .with("threads", options.threads())
                            .with("decoder", ImageDecoder.jpegDecoderName())
                            .with("kb_per_picture", bytes / 1e3 / Photographs.COUNT)
                            .with("clean", windows.clean().size())
                            .with("dirty", windows.dirty().size()));
                }
            }
        } finally {
            Photographs.remove(folder);
        }
    }

    /// Takes a batch and gives it back.
    static void take(Loader loader) {
        try {
            loader.next().release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
