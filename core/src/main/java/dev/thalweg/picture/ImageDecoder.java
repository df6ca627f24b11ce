package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.Quote;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Decodes picture files: JPEG (grey, colour, CMYK), PNG, GIF, BMP and WebP; of an animation the first
/// frame, on its canvas. The content decides, not the name.
///
/// The stored samples count: embedded colour profiles are not applied and transparency is ignored,
/// as Pillow's `convert("RGB")` does; what is stored under a transparent pixel is anything, often black.
/// Of samples of 16 bits the upper 8 are taken. Files that carry an EXIF orientation are turned
/// upright. CMYK becomes RGB as (255 − ink) · (255 − black) / 255.
///
/// Headers are read by us first ([PictureHeader]); other pixels by the JDK's decoders, WebP's by
/// TwelveMonkeys' plug-in, which must be on the class path for it.
///
/// JPEG files are decoded by libjpeg-turbo where the system has it, see [#jpegDecoder]. It can decode
/// at a half, a quarter or an eighth of the size; everything else is decoded whole, because the JDK's
/// source subsampling only skips pixels, which aliases, and saves no time.
public final class ImageDecoder {
    /// Pictures of more pixels are refused before memory is allocated for them.
    public static final long MOST_PIXELS = 100_000_000;

    private ImageDecoder() {}

    /// Whether a file's name ends as those of pictures do that can be decoded.
    public static boolean isPictureName(String name) {
        return PictureKind.isPictureName(name);
    }

    /// Decodes a file's content.
    ///
    /// @param where what to call the file in messages
    /// @throws MalformedFile if it is no such picture, is damaged or cut short, or has more than
    ///     [#MOST_PIXELS]
    public static Picture decode(byte[] file, String where) throws IOException {
        return decode(file, where, 1, JpegDecoder.current());
    }

    /// The content of a file, to be decoded when it is known at which size.
    ///
    /// @throws MalformedFile if its header is not that of a picture; decoding may throw it as well
    public static EncodedPicture encoded(byte[] file, String where) throws IOException {
        var header = PictureHeader.read(file, where);
        return new EncodedPicture() {
            @Override
            public Dimensions dimensions() {
                return header.upright();
            }

            @Override
            public boolean reducible() {
                return header.kind() == PictureKind.JPEG
                        && JpegDecoder.current().turbo() != null;
            }

            @Override
            public Picture decode(int reduction) throws IOException {
                return ImageDecoder.decode(file, where, reduction, JpegDecoder.current());
            }

            @Override
            public Picture resized(Box from, Dimensions size, Box window, int channels) throws IOException {
                var turbo = JpegDecoder.current().turbo();
                if (turbo != null && header.kind() == PictureKind.JPEG && header.orientation() == 1) {
                    var jpeg = JpegHeader.read(file, where);
                    var fast = jpeg.ordinary() && jpeg.components() == channels
                            ? turbo.resized(file, jpeg, from, size, window)
                            : null;
                    if (fast != null) return fast;
                }
                return EncodedPicture.super.resized(from, size, window, channels);
            }
        };
    }

    /// In a few words, which decoder reads JPEG files here, and what would be faster if it is not the
    /// fastest. `-Dthalweg.jpeg=java` chooses the JDK's, `turbo` insists on libjpeg-turbo.
    public static String jpegDecoder() {
        return JpegDecoder.current().description();
    }

    /// The same for programs: `turbo` or `java`.
    public static String jpegDecoderName() {
        return JpegDecoder.current().name();
    }

    static Picture decode(byte[] file, String where, int reduction, JpegDecoder jpeg) throws IOException {
        var header = PictureHeader.read(file, where);
        try {
            var stored = switch (header.kind()) {
                case JPEG -> jpeg(file, where, reduction, jpeg);
                case PNG -> Rasters.toPicture(read(Decoder.PNG, file));
                case GIF -> gif(file, where);
                case BMP -> Rasters.toPicture(read(Decoder.BMP, file));
                case WEBP -> webp(file, where);
            };
            return Orientation.upright(stored, header.orientation());
        } catch (MalformedFile e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers let any exception out when the file is damaged; what those other than
            // IOException say is for programmers.
            String words = e instanceof IOException && e.getMessage() != null
                    ? " (" + Quote.clip(e.getMessage(), 120) + ")"
                    : "";
            throw new MalformedFile(
                    where, 0, "expected a readable picture, found a damaged or unsupported one" + words, e);
        }
    }

    /// The size that [#decode] would yield, from the header alone.
    public static Dimensions dimensions(byte[] file, String where) throws IOException {
        return PictureHeader.read(file, where).upright();
    }

    private static Picture jpeg(byte[] file, String where, int reduction, JpegDecoder jpeg) throws IOException {
        var header = JpegHeader.read(file, where);
        var turbo = jpeg.turbo();
        var fast = turbo == null || !header.ordinary() ? null : turbo.decode(file, header, reduction);
        if (fast != null) return fast;
        // The JDK would convert colours with a profile to sRGB.
        var bare = header.components() == 3 ? JpegHeader.withoutProfile(file) : file;
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bare))) {
            var reader = Decoder.JPEG.reader();
            try {
                reader.setInput(stream, true, true);
                var warnings = new Warnings();
                reader.addIIOReadWarningListener(warnings);
                var picture = header.components() == 4
                        ? Cmyk.toPicture(reader.readRaster(0, null), Cmyk.transform(file))
                        : Rasters.toPicture(reader.read(0));
                if (warnings.missingEnd && (warnings.missingPixels || header.progressive()))
                    throw new MalformedFile(where, file.length, "expected more JPEG data, found the end of the file");
                return picture;
            } finally {
                reader.dispose();
            }
        }
    }

    /// What the first frame leaves free of the canvas is of the transparent colour, or else of the
    /// palette's first.
    private static Picture gif(byte[] file, String where) throws IOException {
        var header = GifHeader.read(file, where);
        var frame = read(Decoder.GIF, file);
        if (header.fillsCanvas() || !(frame.getColorModel() instanceof IndexColorModel colors))
            return Rasters.toPicture(frame);
        var canvas = new BufferedImage(
                header.whole().width(), header.whole().height(), BufferedImage.TYPE_BYTE_INDEXED, colors);
        byte[] indices = ((DataBufferByte) canvas.getRaster().getDataBuffer()).getData();
        Arrays.fill(indices, (byte) header.ground());
        canvas.getRaster().setRect(header.left(), header.top(), frame.getRaster());
        return Rasters.toPicture(canvas);
    }

    /// What the first frame leaves free of the canvas is black.
    private static Picture webp(byte[] file, String where) throws IOException {
        if (Decoder.WEBP.provider == null)
            throw new MalformedFile(
                    where,
                    0,
                    "expected a JPEG, PNG, GIF or BMP picture, found WebP, for which TwelveMonkeys' imageio-webp plug-in"
                            + " is needed");
        var header = WebpHeader.read(file, where);
        var frame = Rasters.toPicture(read(Decoder.WEBP, header.frame(file)));
        if (header.fillsCanvas()) return frame;
        var picture = frame.withChannels(3);
        var canvas = new byte[header.whole().width() * header.whole().height() * 3];
        for (int y = 0; y < picture.height(); y++)
            System.arraycopy(
                    picture.pixels(),
                    3 * y * picture.width(),
                    canvas,
                    3 * ((header.top() + y) * header.whole().width() + header.left()),
                    3 * picture.width());
        return new Picture(header.whole().width(), header.whole().height(), 3, canvas);
    }

    private static BufferedImage read(Decoder decoder, byte[] file) throws IOException {
        try (var stream = new Ending(file)) {
            var reader = decoder.reader();
            try {
                // Without metadata: texts and profiles are not inflated.
                reader.setInput(stream, true, true);
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    /// Kept, because asking every plug-in takes longer than decoding a small picture; and these ones,
    /// whatever other plug-ins there are, so that pixels are the same everywhere.
    private enum Decoder {
        JPEG("com.sun.imageio."),
        PNG("com.sun.imageio."),
        GIF("com.sun.imageio."),
        BMP("com.sun.imageio."),
        WEBP("com.twelvemonkeys.imageio.");

        final @Nullable ImageReaderSpi provider;

        Decoder(String maker) {
            ImageReaderSpi found = null;
            var providers = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
            while (providers.hasNext()) {
                var provider = providers.next();
                if (provider.getClass().getName().startsWith(maker)
                        && Arrays.asList(provider.getFormatNames()).contains(name())) found = provider;
            }
            provider = found;
        }

        ImageReader reader() throws IOException {
            if (provider == null) throw new IOException("there is no decoder for " + name());
            return provider.createReaderInstance();
        }
    }

    /// A file whose decoder is stopped when it goes on reading past the end. That of lossless WebP looks ahead, takes
    /// what is not there for zeros, and would read tables of hundreds of megabytes from a file of a kilobyte.
    private static final class Ending extends MemoryCacheImageInputStream {
        /// Looking ahead takes some dozens of attempts.
        private static final int MOST = 1_000;

        private int attempts;

        Ending(byte[] file) {
            super(new ByteArrayInputStream(file));
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            if (next < 0 && ++attempts > MOST) throw new IOException("it ends before its pixels do");
            return next;
        }
    }

    /// libjpeg fills what is missing with grey and goes on. A missing end marker alone does no harm
    /// where all pixels come in one scan, nor need pixels missing in the middle: both together mean a
    /// file cut short.
    private static final class Warnings implements IIOReadWarningListener {
        boolean missingEnd;
        boolean missingPixels;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (warning.contains("Missing EOI")) missingEnd = true;
            if (warning.contains("premature end")) missingPixels = true;
        }
    }
}
