package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.RandomKey;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Assumptions;

/// Small files and pictures for the tests of this package, made on the spot.
public final class Fixtures {
    private Fixtures() {}

    /// Where the real data sets lie; the test is skipped where they do not.
    public static String data(String path) {
        var root = System.getProperty("thalweg.data");
        Assumptions.assumeTrue(root != null, "no real data: set -Dthalweg.data to the folder that holds it");
        var file = Path.of(root, path);
        Assumptions.assumeTrue(Files.exists(file), () -> "no real data: " + file + " does not exist");
        return file.toString();
    }

    /// The first `count` picture files of one of the archives there.
    public static List<byte[]> photographs(String archive, int count) throws IOException {
        var tree = TarArchive.open(Path.of(data(archive)));
        var found = new ArrayList<byte[]>();
        for (var file : tree.files())
            if (ImageDecoder.isPictureName(file.name()) && found.size() < count) found.add(file.read());
        tree.close();
        return found;
    }

    /// A picture of random pixels.
    public static Picture noise(int width, int height, int channels, long seed) {
        var pixels = new byte[width * height * channels];
        var key = RandomKey.of(seed);
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) key.at(i);
        return new Picture(width, height, channels, pixels);
    }

    public static BufferedImage image(Picture picture) {
        var image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        var rgb = picture.withChannels(3);
        for (int y = 0; y < rgb.height(); y++)
            for (int x = 0; x < rgb.width(); x++)
                image.setRGB(x, y, rgb.at(x, y, 0) << 16 | rgb.at(x, y, 1) << 8 | rgb.at(x, y, 2));
        return image;
    }

    public static byte[] encode(BufferedImage image, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) throw new IOException("no writer for " + format);
        return out.toByteArray();
    }

    public static byte[] png(int width, int height, long seed) throws IOException {
        return encode(image(noise(width, height, 3, seed)), "png");
    }

    /// A colour JPEG whose luma is sampled `across` × `down` times as often as its chroma.
    public static byte[] jpeg(BufferedImage image, int across, int down, boolean progressive) throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("jpeg");
        while (writer.hasNext()) {
            var jdk = writer.next();
            if (!jdk.getClass().getName().startsWith("com.sun.")) continue;
            var parameters = jdk.getDefaultWriteParam();
            if (progressive) parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            var metadata = jdk.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), parameters);
            var tree = metadata.getAsTree("javax_imageio_jpeg_image_1.0");
            var luma = (IIOMetadataNode) ((IIOMetadataNode) tree)
                    .getElementsByTagName("componentSpec")
                    .item(0);
            luma.setAttribute("HsamplingFactor", "" + across);
            luma.setAttribute("VsamplingFactor", "" + down);
            metadata.setFromTree("javax_imageio_jpeg_image_1.0", tree);
            var out = new ByteArrayOutputStream();
            try (var stream = ImageIO.createImageOutputStream(out)) {
                jdk.setOutput(stream);
                jdk.write(null, new IIOImage(image, null, metadata), parameters);
            }
            return out.toByteArray();
        }
        throw new IOException("no writer for JPEG");
    }

    /// Writes the file and the folders that it lies in.
    public static Path write(Path root, String path, byte[] content) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    public static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /// Bytes given as ints.
    public static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    /// A tar member: its header and its content, padded.
    public static byte[] member(String name, char type, byte[] content) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o ".formatted(content.length));
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        sign(header);
        return join(header, content, new byte[(512 - content.length % 512) % 512]);
    }

    /// Two blocks of zeros.
    public static byte[] endOfTar() {
        return new byte[1024];
    }

    public static void put(byte[] block, int at, String text) {
        var bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    /// Fills in the checksum.
    public static void sign(byte[] header) {
        put(header, 148, "        ");
        int sum = 0;
        for (int i = 0; i < 512; i++) sum += header[i] & 0xff;
        put(header, 148, "%06o\0 ".formatted(sum));
    }

    /// Labelled pictures in memory.
    public static Examples examples(List<Picture> pictures, int... labels) {
        var list = new ArrayList<>(pictures);
        return new Examples() {
            @Override
            public int size() {
                return list.size();
            }

            @Override
            public int label(int i) {
                return labels[i % labels.length];
            }

            @Override
            public String name(int i) {
                return "picture " + i;
            }

            @Override
            public Picture picture(int i) {
                return list.get(i);
            }
        };
    }

    /// `count` random pictures of one size with labels 0, 1, 2, 0, …
    public static Examples noises(int count, int width, int height, int channels) {
        var pictures = new ArrayList<Picture>();
        for (int i = 0; i < count; i++) pictures.add(noise(width, height, channels, i));
        return examples(pictures, 0, 1, 2);
    }

    /// Examples that lie in their files in this order.
    public static Examples stored(int... order) {
        var pictures = noises(order.length, 1, 1, 1);
        return new Examples() {
            @Override
            public int size() {
                return order.length;
            }

            @Override
            public int label(int i) {
                return pictures.label(i);
            }

            @Override
            public String name(int i) {
                return pictures.name(i);
            }

            @Override
            public Picture picture(int i) throws IOException {
                return pictures.picture(i);
            }

            @Override
            public int[] inStoredOrder() {
                return order.clone();
            }
        };
    }
}
