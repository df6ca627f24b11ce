package dev.thalweg.train;

import dev.thalweg.data.Dimensions;
import dev.thalweg.data.Picture;
import dev.thalweg.data.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Small pictures of one size in one file, row by row.
///
/// @param file its name in the run's folder: PNG where the pictures are tiny, JPEG where they are photos
/// @param width of each picture
/// @param height of each picture
/// @param columns pictures in a row
public record ContactSheet(String file, int width, int height, int columns) {
    /// Pixels of the longer side; larger pictures are reduced to it.
    private static final int LARGEST = 128;
    /// Sides up to this are kept to the pixel.
    private static final int TINY = 40;

    private static final int COLUMNS = 8;
    /// Qualities of a JPEG that are tried until it is no larger than [#BYTES].
    private static final float[] QUALITIES = {0.85f, 0.7f, 0.5f, 0.3f, 0.15f};
    /// A page holds two sheets and shall not grow large.
    private static final int BYTES = 160_000;

    /// Writes `pictures`, at least one and all of one size, as `name` with the ending that fits.
    static ContactSheet write(Path folder, String name, List<Picture> pictures) throws IOException {
        var first = pictures.getFirst();
        double scale = Math.min(1, (double) LARGEST / Math.max(first.width(), first.height()));
        int width = Math.max(1, (int) Math.round(first.width() * scale));
        int height = Math.max(1, (int) Math.round(first.height() * scale));
        int columns = Math.min(COLUMNS, pictures.size());
        int rows = Math.ceilDiv(pictures.size(), columns);
        var image = new BufferedImage(
                width * columns,
                height * rows,
                first.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < pictures.size(); k++)
            paint(
                    image,
                    Resize.to(pictures.get(k), new Dimensions(width, height)),
                    k % columns * width,
                    k / columns * height);
        boolean tiny = Math.max(width, height) <= TINY;
        Files.deleteIfExists(folder.resolve(name + (tiny ? ".jpg" : ".png")));
        String file = name + (tiny ? ".png" : ".jpg");
        byte[] bytes = tiny ? encode(image, "png", 1) : encode(image, "jpeg", QUALITIES[0]);
        for (int q = 1; !tiny && q < QUALITIES.length && bytes.length > BYTES; q++)
            bytes = encode(image, "jpeg", QUALITIES[q]);
        RunFolder.write(folder.resolve(file), bytes);
        return new ContactSheet(file, width, height, columns);
    }

    /// By the raster, since `setRGB` would convert grey as if it were linear light.
    private static void paint(BufferedImage image, Picture picture, int left, int top) {
        for (int y = 0; y < picture.height(); y++)
            for (int x = 0; x < picture.width(); x++)
                for (int c = 0; c < picture.channels(); c++)
                    image.getRaster().setSample(left + x, top + y, c, picture.at(x, y, c));
    }

    private static byte[] encode(BufferedImage image, String format, float quality) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName(format).next();
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            var parameters = writer.getDefaultWriteParam();
            if (quality < 1) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
