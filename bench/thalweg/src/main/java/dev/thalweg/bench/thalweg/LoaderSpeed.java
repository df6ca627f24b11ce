package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
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
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// Measures how many photographs of 500×375 pixels a second the loader turns into training batches
/// of 224×224, nothing cached, and nothing else going on: decoded, cropped at random, resized,
/// mirrored, normalized. To be compared with what training of resnet18 consumes.
final class LoaderSpeed {
    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;
    private static final int SIDE = 224;
    private static final int PICTURES = 256;
    private static final int STROKES = 150;

    private LoaderSpeed() {}

    static void main(String[] arguments) throws IOException {
        var task = Task.parse(arguments);
        var folder = Files.createTempDirectory("thalweg-bench");
        try {
            long bytes = paint(folder);
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
                            .with("kb_per_picture", bytes / 1e3 / PICTURES)
                            .with("clean", windows.clean().size())
                            .with("dirty", windows.dirty().size()));
                }
            }
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
    }

    private static void take(Loader loader) {
        try {
            loader.next().release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Paints JPEG pictures as large in bytes as photographs, in two classes; returns their bytes.
    private static long paint(Path folder) throws IOException {
        var random = new SplittableRandom(1);
        long bytes = 0;
        for (int i = 0; i < PICTURES; i++) {
            var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            var graphics = image.createGraphics();
            for (int k = 0; k < STROKES; k++) {
                int x = random.nextInt(WIDTH);
                int y = random.nextInt(HEIGHT);
                graphics.setPaint(new GradientPaint(
                        x,
                        y,
                        new Color(random.nextInt(1 << 24)),
                        x + 40f,
                        y + 40f,
                        new Color(random.nextInt(1 << 24))));
                graphics.fillOval(x - 40, y - 40, random.nextInt(10, 120), random.nextInt(10, 120));
            }
            graphics.dispose();
            grain(image, random);
            var file = folder.resolve("class" + i % 2).resolve("%03d.jpg".formatted(i));
            Files.createDirectories(folder.resolve("class" + i % 2));
            if (!ImageIO.write(image, "jpg", file.toFile())) throw new IOException("no writer of JPEG files");
            bytes += Files.size(file);
        }
        return bytes;
    }

    /// Noise as a camera has it; without it the files would be small and quick to decode.
    private static void grain(BufferedImage image, SplittableRandom random) {
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                int rgb = image.getRGB(x, y);
                int noise = random.nextInt(-12, 13);
                int red = Math.clamp((rgb >> 16 & 0xff) + noise, 0, 255);
                int green = Math.clamp((rgb >> 8 & 0xff) + noise, 0, 255);
                int blue = Math.clamp((rgb & 0xff) + noise, 0, 255);
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
    }
}
