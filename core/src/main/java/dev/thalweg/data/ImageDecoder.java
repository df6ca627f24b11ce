package dev.thalweg.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/// Decodes picture files: JPEG (grey, colour, CMYK), PNG, and whatever else ImageIO reads (GIF, BMP;
/// of several pictures the first). The content decides, not the name.
///
/// The stored samples count: embedded colour profiles are not applied and transparency is ignored,
/// as Pillow's `convert("RGB")` does. Of samples of 16 bits the upper 8 are taken. JPEG files that
/// carry an EXIF orientation are turned upright. CMYK becomes RGB by TwelveMonkeys' plug-in; without
/// it such a file is refused, because the JDK alone would return the four bands as they are.
///
/// JPEG files are decoded by libjpeg-turbo where the system has it, see [#jpegDecoder]. It can decode
/// at a half, a quarter or an eighth of the size; everything else is decoded whole, because the JDK's
/// source subsampling only skips pixels, which aliases, and saves no time.
public final class ImageDecoder {
    /// Pictures of more pixels are refused before memory is allocated for them.
    public static final long MOST_PIXELS = 100_000_000;

    /// The JDK's own, the fastest for ordinary files. Kept, because asking every plug-in takes longer
    /// than decoding a small picture.
    private static final @Nullable ImageReaderSpi JPEG = jpegReader(true);

    /// TwelveMonkeys'.
    private static final @Nullable ImageReaderSpi CMYK_JPEG = jpegReader(false);

    private ImageDecoder() {}

    /// Decodes a file's content.
    ///
    /// @param where what to call the file in messages
    public static Picture decode(byte[] file, String where) throws IOException {
        return decode(file, where, 1, JpegDecoder.current());
    }

    /// The content of a file, to be decoded when it is known at which size.
    public static EncodedPicture encoded(byte[] file, String where) throws IOException {
        if (!JpegHeader.isJpeg(file)) return EncodedPicture.of(decode(file, where));
        var size = dimensions(file, where);
        return new EncodedPicture() {
            @Override
            public Dimensions dimensions() {
                return size;
            }

            @Override
            public boolean reducible() {
                return JpegDecoder.current().turbo() != null;
            }

            @Override
            public Picture decode(int reduction) throws IOException {
                return ImageDecoder.decode(file, where, reduction, JpegDecoder.current());
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
        var header = JpegHeader.isJpeg(file) ? JpegHeader.read(file, where) : null;
        if (header != null) checkSize(header.width(), header.height(), where);
        var turbo = jpeg.turbo();
        if (header != null && header.ordinary() && turbo != null) {
            var picture = turbo.decode(file, header, reduction);
            if (picture != null) return Orientation.upright(picture, header.orientation());
        }
        // The JDK would convert colours with a profile to sRGB.
        var bare = header != null && header.components() == 3 ? JpegHeader.withoutProfile(file) : file;
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bare))) {
            var reader = readerFor(stream, header, file, where);
            try {
                reader.setInput(stream, true, header == null || header.components() != 4);
                if (header == null) checkSize(reader.getWidth(0), reader.getHeight(0), where);
                var warnings = new Warnings();
                reader.addIIOReadWarningListener(warnings);
                var picture = Rasters.toPicture(reader.read(0));
                if (warnings.missingEnd && warnings.missingPixels)
                    throw new MalformedData(where, file.length, "expected more JPEG data, found the end of the file");
                return header == null ? picture : Orientation.upright(picture, header.orientation());
            } finally {
                reader.dispose();
            }
        } catch (MalformedData e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // ImageIO's readers let any exception out when the file is damaged.
            throw new MalformedData(
                    where,
                    0,
                    "expected a readable picture, found a damaged or unsupported one (" + e.getMessage() + ")",
                    e);
        }
    }

    /// The size that [#decode] would yield, from the header alone.
    public static Dimensions dimensions(byte[] file, String where) throws IOException {
        if (JpegHeader.isJpeg(file)) {
            var header = JpegHeader.read(file, where);
            boolean turned = Orientation.swapsSides(header.orientation());
            return new Dimensions(turned ? header.height() : header.width(), turned ? header.width() : header.height());
        }
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            var reader = readerFor(stream, null, file, where);
            try {
                reader.setInput(stream, true, true);
                return new Dimensions(reader.getWidth(0), reader.getHeight(0));
            } finally {
                reader.dispose();
            }
        }
    }

    private static ImageReader readerFor(
            ImageInputStream stream, @Nullable JpegHeader header, byte[] file, String where) throws IOException {
        if (header != null) {
            var provider = header.components() == 4 ? CMYK_JPEG : JPEG;
            if (provider != null) return provider.createReaderInstance();
            throw new MalformedData(
                    where,
                    0,
                    "expected a grey or colour JPEG, found one of 4 components (CMYK), for which TwelveMonkeys'"
                            + " imageio-jpeg plug-in is needed");
        }
        var readers = ImageIO.getImageReaders(stream);
        if (readers.hasNext()) return readers.next();
        throw new MalformedData(
                where,
                0,
                file.length < 4
                        ? "expected a JPEG or PNG picture, found a file of " + file.length + " bytes"
                        : "expected a JPEG or PNG picture, found a file beginning %02x %02x %02x %02x"
                                .formatted(file[0], file[1], file[2], file[3]));
    }

    private static @Nullable ImageReaderSpi jpegReader(boolean jdk) {
        var providers = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (providers.hasNext()) {
            var provider = providers.next();
            if (Arrays.asList(provider.getFormatNames()).contains("jpeg")
                    && provider.getClass().getName().startsWith("com.sun.imageio.") == jdk) return provider;
        }
        return null;
    }

    private static void checkSize(int width, int height, String where) throws MalformedData {
        if ((long) width * height > MOST_PIXELS)
            throw new MalformedData(
                    where,
                    0,
                    "expected at most %,d pixels, found a header that announces %,d×%,d"
                            .formatted(MOST_PIXELS, width, height));
    }

    /// libjpeg fills what is missing with grey and goes on. A missing end marker alone does no harm,
    /// nor need pixels missing in the middle: both together mean a file cut short.
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
