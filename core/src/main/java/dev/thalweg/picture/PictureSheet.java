package dev.thalweg.picture;

import dev.thalweg.tensor.Require;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Small pictures of one size side by side in one, row by row: PNG where they are tiny, JPEG where they
/// are photos.
///
/// @param bytes of the file
/// @param png whether it is PNG, else JPEG
/// @param width of each picture
/// @param height of each picture
/// @param columns pictures in a row
public record PictureSheet(byte[] bytes, boolean png, int width, int height, int columns) {
    /// Pixels of the longer side; larger pictures are reduced to it.
    public static final int LARGEST = 128;

    /// Sides up to this are kept to the pixel.
    private static final int TINY = 40;
    /// Qualities of a JPEG that are tried until it is small enough.
    private static final float[] QUALITIES = {0.85f, 0.7f, 0.5f, 0.3f, 0.15f};

    /// @param pictures at least one, all of one size
    /// @param columns at most
    /// @param most bytes that a sheet of photos should not exceed
    public static PictureSheet of(List<Picture> pictures, int columns, int most) throws IOException {
        Require.that(!pictures.isEmpty(), "a sheet of no pictures is not defined");
        var whole = pictures.getFirst().dimensions();
        var size = within(whole, LARGEST);
        int channels = pictures.stream().mapToInt(Picture::channels).max().getAsInt();
        int across = Math.min(columns, pictures.size());
        int down = Math.ceilDiv(pictures.size(), across);
        var image = new BufferedImage(
                size.width() * across,
                size.height() * down,
                channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < pictures.size(); k++) {
            var picture = pictures.get(k);
            Require.that(
                    picture.dimensions().equals(whole),
                    "the pictures of a sheet must have one size, got %s and %s",
                    whole,
                    picture.dimensions());
            paint(
                    image,
                    Resize.to(picture, size).withChannels(channels),
                    k % across * size.width(),
                    k / across * size.height());
        }
        boolean tiny = Math.max(size.width(), size.height()) <= TINY;
        byte[] bytes = tiny ? encode(image, "png", 1) : encode(image, "jpeg", QUALITIES[0]);
        for (int q = 1; !tiny && q < QUALITIES.length && bytes.length > most; q++)
            bytes = encode(image, "jpeg", QUALITIES[q]);
        return new PictureSheet(bytes, tiny, size.width(), size.height(), across);
    }

    /// The size of the whole of a picture, its longer side reduced to `longest` if it is longer.
    public static Dimensions within(Dimensions whole, int longest) {
        double scale = Math.min(1, (double) longest / Math.max(whole.width(), whole.height()));
        return new Dimensions(Math.max(1, (int) Math.round(whole.width() * scale)), Math.max(1, (int)
                Math.round(whole.height() * scale)));
    }

    /// By the raster, since `setRGB` would convert grey as if it were linear light.
    private static void paint(BufferedImage image, Picture picture, int left, int top) {
        var raster = image.getRaster();
        for (int y = 0; y < picture.height(); y++)
            for (int x = 0; x < picture.width(); x++)
                for (int c = 0; c < picture.channels(); c++)
                    raster.setSample(left + x, top + y, c, picture.at(x, y, c));
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
