package dev.thalweg.picture;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.encode;
import static dev.thalweg.data.Fixtures.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Fixtures;
import dev.thalweg.format.MalformedFile;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What JPEG files become is the same with either decoder: tests of them run with all that there are.
class ImageDecoderTest {

    private static final List<JpegDecoder> DECODERS = decoders();

    private static List<JpegDecoder> decoders() {
        var turbo = TurboJpeg.find();
        return turbo == null
                ? List.of(JpegDecoder.JAVA)
                : List.of(JpegDecoder.JAVA, new JpegDecoder("turbo", turbo.toString(), turbo));
    }

    private static Picture decode(byte[] file, JpegDecoder decoder) throws IOException {
        return ImageDecoder.decode(file, "x", 1, decoder);
    }

    @Test
    void pngIsExact() throws IOException {
        var picture = Fixtures.noise(7, 5, 3, 1);
        assertThat(ImageDecoder.decode(encode(Fixtures.image(picture), "png"), "x")
                        .pixels())
                .isEqualTo(picture.pixels());
    }

    /// A lossless WebP file of 812 bytes that announces tables of 240 MB, all of it past its end.
    @Test
    void aDecoderDoesNotReadOnPastTheEnd() throws IOException {
        try (var stream = ImageDecoderTest.class.getResourceAsStream("many-tables.webp")) {
            byte[] file = stream.readAllBytes();
            assertThatThrownBy(() -> ImageDecoder.decode(file, "x.webp"))
                    .isInstanceOf(MalformedFile.class)
                    .hasMessage(
                            "x.webp, byte 0: expected a readable picture, found a damaged or unsupported one (it ends"
                                    + " before its pixels do)");
        }
    }

    /// The JDK takes grey for linear light when asked for RGB; the stored value counts.
    @Test
    void greyStaysAsItIs() throws IOException {
        var image = new BufferedImage(5, 1, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 5; x++) image.getRaster().setSample(x, 0, 0, 60 * x);
        var picture = ImageDecoder.decode(encode(image, "png"), "x");
        assertThat(picture.channels()).isEqualTo(1);
        assertThat(picture.pixels()).isEqualTo(bytes(0, 60, 120, 180, 240));
    }

    @Test
    void sixteenBitsLoseTheLowerEight() throws IOException {
        var image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        for (int x = 0; x < 3; x++) image.getRaster().setSample(x, 0, 0, 0x12ff + 0x3000 * x);
        assertThat(ImageDecoder.decode(encode(image, "png"), "x").pixels()).isEqualTo(bytes(0x12, 0x42, 0x72));
    }

    @Test
    void palettesAreLookedUp() throws IOException {
        byte[] reds = bytes(10, 200), greens = bytes(20, 210), blues = bytes(30, 220);
        var image = new BufferedImage(
                3, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, reds, greens, blues));
        image.getRaster().setSample(1, 0, 0, 1);
        assertThat(ImageDecoder.decode(encode(image, "png"), "x").pixels())
                .isEqualTo(bytes(10, 20, 30, 200, 210, 220, 10, 20, 30));
        var grey =
                new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 2, reds, reds, reds));
        assertThat(ImageDecoder.decode(encode(grey, "png"), "x").channels()).isEqualTo(1);
    }

    @Test
    void transparencyIsIgnored() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00102030);
        image.setRGB(1, 0, 0x80405060);
        assertThat(ImageDecoder.decode(encode(image, "png"), "x").pixels())
                .isEqualTo(bytes(0x10, 0x20, 0x30, 0x40, 0x50, 0x60));
    }

    /// CMYK files, 8 × 8, of one colour: made by hand from a JPEG of four equal planes, with Adobe's
    /// marker or without. With it values are stored inverted: 255 is no ink.
    @ParameterizedTest
    @CsvSource({
        "0, 255, 255, 255, 255, 255, 255, 255",
        "0, 0, 255, 255, 255, 0, 255, 255",
        "0, 255, 255, 255, 0, 0, 0, 0",
        "0, 200, 100, 50, 102, 80, 40, 20",
        "-1, 0, 0, 0, 0, 255, 255, 255",
        "-1, 55, 155, 205, 153, 80, 40, 20",
        // YCCK: red of luma 76, Cb 85, Cr 255, under no black and under three fifths of it.
        "2, 76, 85, 255, 255, 254, 0, 0",
        "2, 76, 85, 255, 102, 102, 0, 0",
    })
    void cmykBecomesRgb(int transform, int c, int m, int y, int k, int red, int green, int blue) throws IOException {
        for (var decoder : DECODERS) {
            var picture = decode(cmyk(transform, c, m, y, k), decoder);
            assertThat(picture.channels()).isEqualTo(3);
            assertThat(picture.at(4, 4, 0)).isEqualTo(red);
            assertThat(picture.at(4, 4, 1)).isEqualTo(green);
            assertThat(picture.at(4, 4, 2)).isEqualTo(blue);
        }
    }

    private static byte[] cmyk(int transform, int... inks) throws IOException {
        var raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
        for (int y = 0; y < 8; y++) for (int x = 0; x < 8; x++) raster.setPixel(x, y, inks);
        var out = new ByteArrayOutputStream();
        var writers = ImageIO.getImageWritersByFormatName("jpeg");
        while (writers.hasNext()) {
            var writer = writers.next();
            if (!writer.getClass().getName().startsWith("com.sun.")) continue;
            try (var stream = ImageIO.createImageOutputStream(out)) {
                writer.setOutput(stream);
                writer.write(null, new IIOImage(raster, null, null), null);
            }
        }
        var jpeg = out.toByteArray();
        if (transform < 0) return jpeg;
        var adobe = bytes(0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform);
        return join(Arrays.copyOf(jpeg, 2), adobe, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /// The stored picture is 24 × 16: red on top, blue below on the left, green below on the right.
    @ParameterizedTest
    @CsvSource({
        "1, RR/BG",
        "2, RR/GB",
        "3, GB/RR",
        "4, BG/RR",
        "5, RB/RG",
        "6, BR/GR",
        "7, GR/BR",
        "8, RG/RB",
    })
    void exifTurnsPicturesUpright(int orientation, String expected) throws IOException {
        var image = new BufferedImage(24, 16, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 16; y++)
            for (int x = 0; x < 24; x++) image.setRGB(x, y, y < 8 ? 0xff0000 : x < 12 ? 0x0000ff : 0x00ff00);
        var jpeg = encode(image, "jpeg");
        var exif = bytes(
                0xff,
                0xe1,
                0,
                34,
                'E',
                'x',
                'i',
                'f',
                0,
                0,
                'M',
                'M',
                0,
                42,
                0,
                0,
                0,
                8,
                0,
                1,
                0x01,
                0x12,
                0,
                3,
                0,
                0,
                0,
                1,
                0,
                orientation,
                0,
                0,
                0,
                0,
                0,
                0);
        var file = join(Arrays.copyOf(jpeg, 2), exif, Arrays.copyOfRange(jpeg, 2, jpeg.length));
        for (var decoder : DECODERS) {
            var picture = decode(file, decoder);
            assertThat(picture.dimensions()).isEqualTo(ImageDecoder.dimensions(file, "x"));
            var seen = new StringBuilder();
            for (int v = 0; v < 2; v++) {
                if (v == 1) seen.append('/');
                for (int u = 0; u < 2; u++) {
                    int x = picture.width() * (2 * u + 1) / 4;
                    int y = picture.height() * (2 * v + 1) / 4;
                    seen.append(picture.at(x, y, 0) > 150 ? 'R' : picture.at(x, y, 1) > 150 ? 'G' : 'B');
                }
            }
            assertThat(seen).as(decoder.name()).hasToString(expected);
        }
    }

    @Test
    void headersThatAnnounceTooMuchAreRefusedBeforeAnythingIsAllocated() throws IOException {
        var png = Fixtures.png(3, 3, 1);
        png[18] = 0x7f;
        png[22] = 0x7f;
        assertThatThrownBy(() -> ImageDecoder.decode(png, "big.png"))
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith(
                        "big.png, byte 16: expected at most 100,000,000 pixels, found a header that announces");
        var jpeg = bytes(0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 0, 0, 0);
        assertThatThrownBy(() -> ImageDecoder.decode(jpeg, "big.jpg"))
                .hasMessage("big.jpg, byte 7: expected at most 100,000,000 pixels, found a header that announces"
                        + " 65,535×65,535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png"})
    void filesCutShortAreRefused(String format) throws IOException {
        var whole = encode(Fixtures.image(Fixtures.noise(64, 64, 3, 1)), format);
        for (var decoder : DECODERS)
            for (int keep : new int[] {whole.length / 2, whole.length / 4 * 3, 100, 5})
                assertThatThrownBy(() -> decode(Arrays.copyOf(whole, keep), decoder))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("x, byte ");
    }

    @Test
    void whatIsNoPictureIsRefused() {
        assertThatThrownBy(() -> ImageDecoder.decode(new byte[0], "x"))
                .hasMessage("x, byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a file of 0 bytes");
        assertThatThrownBy(() -> ImageDecoder.decode(bytes(0xff, 0xd8, 0xff, 0xd9, 0, 0), "x"))
                .hasMessage("x, byte 2: expected a JPEG frame header before the pixels, found none");
        assertThatThrownBy(() -> ImageDecoder.decode(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 1, 0, 0), "x"))
                .hasMessage("x, byte 4: expected a segment length of 2 or more, found 1");
    }

    /// libjpeg's words for it do not count: a file that lacks nothing but its last two bytes is whole.
    @Test
    void aMissingEndMarkerDoesNoHarm() throws IOException {
        var whole = encode(Fixtures.image(Fixtures.noise(64, 64, 3, 1)), "jpeg");
        for (var decoder : DECODERS)
            assertThat(decode(Arrays.copyOf(whole, whole.length - 2), decoder).pixels())
                    .as(decoder.name())
                    .isEqualTo(decode(whole, JpegDecoder.JAVA).pixels());
    }

    /// Stored samples count: neither decoder may convert to sRGB.
    @Test
    void embeddedProfilesAreNotApplied() throws IOException {
        var plain = encode(Fixtures.image(Fixtures.noise(16, 16, 3, 1)), "jpeg");
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        int length = 16 + profile.length;
        var segment = join(
                bytes(0xff, 0xe2, length >> 8, length & 0xff),
                "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1),
                bytes(1, 1),
                profile);
        // JFIF's own segment of 18 bytes comes first.
        var file = join(Arrays.copyOf(plain, 20), segment, Arrays.copyOfRange(plain, 20, plain.length));
        for (var decoder : DECODERS)
            assertThat(decode(file, decoder).pixels())
                    .as(decoder.name())
                    .isEqualTo(decode(plain, JpegDecoder.JAVA).pixels());
    }

    /// Both are libjpeg at heart: the same arithmetic for the usual subsamplings, also interlaced.
    @ParameterizedTest
    @CsvSource({"1, 1, false", "2, 1, false", "2, 2, false", "1, 1, true", "2, 2, true"})
    void decodersAgreeToTheBit(int across, int down, boolean progressive) throws IOException {
        var photo = Fixtures.image(Fixtures.noise(53, 41, 3, 1));
        var file = Fixtures.jpeg(photo, across, down, progressive);
        for (var decoder : DECODERS)
            assertThat(decode(file, decoder).pixels())
                    .as(decoder.name())
                    .isEqualTo(decode(file, JpegDecoder.JAVA).pixels());
    }

    @Test
    void decodersAgreeOnGrey() throws IOException {
        var image = new BufferedImage(37, 29, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < 29; y++)
            for (int x = 0; x < 37; x++) image.getRaster().setSample(x, y, 0, 7 * x ^ 5 * y);
        var file = encode(image, "jpeg");
        for (var decoder : DECODERS) {
            assertThat(decode(file, decoder).channels()).isOne();
            assertThat(decode(file, decoder).pixels())
                    .isEqualTo(decode(file, JpegDecoder.JAVA).pixels());
        }
    }

    @Test
    void realPhotographsAreTheSameWithEitherDecoder() throws IOException {
        var photographs = Fixtures.photographs("imagenet-samples/imagenet-samples-100.tar", 12);
        assertThat(photographs).hasSize(12);
        for (byte[] file : photographs)
            for (var decoder : DECODERS)
                assertThat(decode(file, decoder).pixels())
                        .isEqualTo(decode(file, JpegDecoder.JAVA).pixels());
    }

    /// A reduced picture has its sides rounded up, is turned upright, and is what the average of the
    /// whole one's pixels would be, about.
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void libjpegTurboDecodesAtAFraction(int reduction) throws IOException {
        Assumptions.assumeTrue(DECODERS.size() > 1, "no libjpeg-turbo: " + TurboJpeg.INSTALL);
        var image = new BufferedImage(83, 45, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 45; y++) for (int x = 0; x < 83; x++) image.setRGB(x, y, 3 * x << 16 | 5 * y << 8 | 100);
        var file = Fixtures.jpeg(image, 1, 1, false);
        var whole = decode(file, DECODERS.get(1));
        var reduced = ImageDecoder.decode(file, "x", reduction, DECODERS.get(1));
        assertThat(reduced.dimensions())
                .isEqualTo(new Dimensions(Math.ceilDiv(83, reduction), Math.ceilDiv(45, reduction)));
        for (int y = 0; y < 45 / reduction; y++)
            for (int x = 0; x < 83 / reduction; x++)
                for (int c = 0; c < 3; c++) {
                    int sum = 0;
                    for (int v = 0; v < reduction; v++)
                        for (int u = 0; u < reduction; u++) sum += whole.at(x * reduction + u, y * reduction + v, c);
                    double mean = (double) sum / (reduction * reduction);
                    assertThat((double) reduced.at(x, y, c)).isBetween(mean - 3, mean + 3);
                }
    }

    /// The short way, through memory that is used again, against the long one: a decoded picture, resized.
    /// Large and small by turns, colour and grey, turned by EXIF, and larger than is wanted eight times.
    @Test
    void resizingWhileDecodingGivesTheSameBits() throws IOException {
        for (int[] size : new int[][] {{301, 199}, {37, 29}, {640, 480}, {16, 90}, {301, 199}})
            for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
                var image = new BufferedImage(size[0], size[1], type);
                for (int y = 0; y < size[1]; y++)
                    for (int x = 0; x < size[0]; x++) image.setRGB(x, y, (3 * x ^ y) << 16 | 5 * y << 8 | 7 * x & 0xff);
                var file = encode(image, "jpeg");
                var encoded = ImageDecoder.encoded(file, "x");
                var whole = encoded.dimensions();
                var from = new Box(1, 2, whole.width() - 3, whole.height() - 2);
                for (var to : new Dimensions[] {new Dimensions(31, 17), new Dimensions(5, 7), new Dimensions(400, 9)})
                    for (int channels : new int[] {1, 3}) {
                        var window = new Box(1, 1, to.width() - 2, to.height() - 3);
                        var decoded = encoded.decode(Resize.reduction(from, to)).withChannels(channels);
                        var expected = Resize.part(decoded, whole, from, to, window);
                        var found = encoded.resized(from, to, window, channels);
                        assertThat(found.dimensions()).isEqualTo(expected.dimensions());
                        assertThat(found.channels()).isEqualTo(channels);
                        assertThat(found.pixels()).isEqualTo(expected.pixels());
                    }
            }
    }

    @Test
    void theDecoderIsChosenOnceAndByName() {
        assertThat(JpegDecoder.choose("java")).isEqualTo(JpegDecoder.JAVA);
        assertThat(ImageDecoder.jpegDecoderName()).isIn("java", "turbo");
        assertThat(JpegDecoder.choose(null).name()).isEqualTo(DECODERS.getLast().name());
        assertThatThrownBy(() -> JpegDecoder.choose("/no/such/libturbojpeg.so"))
                .hasMessage("-Dthalweg.jpeg=/no/such/libturbojpeg.so: expected java, turbo or the file of a TurboJPEG"
                        + " library, found none there");
    }
}
