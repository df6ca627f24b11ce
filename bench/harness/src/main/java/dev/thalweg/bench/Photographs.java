package dev.thalweg.bench;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// Pictures for loaders to read: JPEG, 500×375 pixels, as large in bytes as photographs of that size,
/// always the same ones, in two folders for two classes.
public final class Photographs {
    public static final int COUNT = 256;
    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;
    private static final int STROKES = 150;

    private Photographs() {}

    /// Paints them into the folder that is the one argument, for loaders that are not written in Java.
    static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) throw new IllegalArgumentException("expected the name of a folder");
        paint(Path.of(arguments[0]));
    }

    /// Paints them; returns their bytes.
    public static long paint(Path folder) throws IOException {
        var random = new SplittableRandom(1);
        long bytes = 0;
        for (int i = 0; i < COUNT; i++) {
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

    /// Removes the folder.
    public static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
