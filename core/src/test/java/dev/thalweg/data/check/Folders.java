package dev.thalweg.data.check;

import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.RandomKey;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/// Folders of pictures, made on the spot.
public final class Folders {
    private Folders() {}

    /// A picture as photographs are: soft shapes of several sizes, no two seeds alike. Any part of it at any size
    /// looks like the same part at another.
    public static Picture scene(int width, int height, long seed) {
        var key = RandomKey.of(seed).fold("scene");
        var pixels = new byte[width * height * 3];
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) {
                    double v = 0.5;
                    for (int k = 0; k < 8; k++) {
                        // Waves common to all channels, and a tint of each.
                        double u = key.uniform(4 * k) * 6 - 3, w = key.uniform(4 * k + 1) * 6 - 3;
                        double phase = key.uniform(4 * k + 2) * 2 * Math.PI;
                        double angle = 2 * Math.PI * (u * (x + 0.5) / width + w * (y + 0.5) / height) + phase;
                        v += 0.09 * StrictMath.sin(angle + 0.1 * c);
                    }
                    pixels[(y * width + x) * 3 + c] = (byte) Math.round(255 * Math.clamp(v, 0, 1));
                }
        return new Picture(width, height, 3, pixels);
    }

    /// A grey picture of one level.
    public static Picture flat(int width, int height, int level) {
        var pixels = new byte[width * height];
        Arrays.fill(pixels, (byte) level);
        return new Picture(width, height, 1, pixels);
    }

    static BufferedImage image(Picture picture) {
        var image = new BufferedImage(
                picture.width(),
                picture.height(),
                picture.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < picture.height(); y++)
            for (int x = 0; x < picture.width(); x++)
                for (int c = 0; c < picture.channels(); c++) image.getRaster().setSample(x, y, c, picture.at(x, y, c));
        return image;
    }

    /// The content of a file.
    ///
    /// @param format `png`, `jpeg`, `gif`, `bmp`
    public static byte[] encoded(Picture picture, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(image(picture), format, out)) throw new IOException("no writer for " + format);
        return out.toByteArray();
    }

    public static Path write(Path root, String path, byte[] content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    public static Path png(Path root, String path, Picture picture) throws IOException {
        return write(root, path, encoded(picture, "png"));
    }

    /// `count` different scenes of 32 × 32 as `path`0.png …
    public static void scenes(Path root, String path, int count, long seed) throws IOException {
        for (int i = 0; i < count; i++) png(root, path + i + ".png", scene(32, 32, seed + i));
    }

    /// The first half of a file.
    public static byte[] cut(byte[] file) {
        return Arrays.copyOf(file, file.length / 2);
    }
}
