package dev.thalweg.train;

import dev.thalweg.data.Dimensions;
import dev.thalweg.data.Picture;
import dev.thalweg.data.Resize;
import dev.thalweg.format.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.Channels;
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
    private static final int TINY = 64;

    private static final int COLUMNS = 8;
    private static final float QUALITY = 0.85f;

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
        encode(image, tiny ? "png" : "jpeg", folder.resolve(file));
        return new ContactSheet(file, width, height, columns);
    }

    /// By the raster, since `setRGB` would convert grey as if it were linear light.
    private static void paint(BufferedImage image, Picture picture, int left, int top) {
        for (int y = 0; y < picture.height(); y++)
            for (int x = 0; x < picture.width(); x++)
                for (int c = 0; c < picture.channels(); c++)
                    image.getRaster().setSample(left + x, top + y, c, picture.at(x, y, c));
    }

    private static void encode(BufferedImage image, String format, Path file) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName(format).next();
        try {
            var parameters = writer.getDefaultWriteParam();
            if (format.equals("jpeg")) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(QUALITY);
            }
            AtomicFile.write(file, channel -> {
                try (var out = new MemoryCacheImageOutputStream(Channels.newOutputStream(channel))) {
                    writer.setOutput(out);
                    writer.write(null, new IIOImage(image, null, null), parameters);
                }
            });
        } finally {
            writer.dispose();
        }
    }
}
