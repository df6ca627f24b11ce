package dev.thalweg.picture;

import static dev.thalweg.picture.PictureFilesTest.resource;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.thalweg.data.Fixtures;
import dev.thalweg.format.MalformedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a header announces is believed only as far as it can be true, in `decode` and in
/// `dimensions`, before memory is taken for it.
class PictureHeaderTest {

    private static void refuses(byte[] file, String message) {
        assertThatThrownBy(() -> ImageDecoder.decode(file, "x"))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(message);
        assertThatThrownBy(() -> ImageDecoder.dimensions(file, "x"))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(message);
    }

    /// `file` with the bytes from `at` on replaced.
    private static byte[] with(byte[] file, int at, int... bytes) {
        var changed = file.clone();
        for (int i = 0; i < bytes.length; i++) changed[at + i] = (byte) bytes[i];
        return changed;
    }

    private static byte[] gif(int width, int height, int frameWidth, int frameHeight) {
        var gif = resource("plain.gif");
        int frame = new String(gif, ISO_8859_1).indexOf(',');
        gif = with(gif, 6, width, width >> 8, height, height >> 8);
        return with(gif, frame + 5, frameWidth, frameWidth >> 8, frameHeight, frameHeight >> 8);
    }

    @Test
    void hugePngs() {
        var png = resource("depth8-colour2.png");
        refuses(
                with(png, 16, 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60),
                "x, byte 16: expected at most 100,000,000 pixels, found a header that announces 60,000×60,000");
        refuses(
                with(png, 16, 0xff, 0xff, 0xff, 0xff),
                "x, byte 16: expected a size of at least 1×1 pixels, found -1×7");
        refuses(
                with(png, 16, 0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10),
                "x, byte 16: expected at least 290,707 bytes of pixels for 10,000×10,000, found 52");
        refuses(with(png, 25, 5), "x, byte 25: expected colour type 0, 2, 3, 4 or 6, found 5");
    }

    @Test
    void hugeGifs() {
        refuses(
                gif(0xffff, 0xffff, 11, 7),
                "x, byte 6: expected at most 100,000,000 pixels, found a header that announces 65,535×65,535");
        refuses(
                gif(11, 7, 0xffff, 0xffff),
                "x, byte 66: expected at most 100,000,000 pixels, found a header that announces 65,535×65,535");
        refuses(
                gif(11, 7, 9000, 9000),
                "x, byte 66: expected at least 29,659 bytes of pixels for a frame of 9,000×9,000, found 70");
        refuses(gif(11, 7, 0, 7), "x, byte 66: expected a size of at least 1×1 pixels, found 0×7");
    }

    @Test
    void hugeBmps() {
        var bmp = resource("plain.bmp");
        refuses(
                with(bmp, 18, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0, 0x80),
                "x, byte 18: expected at most 100,000,000 pixels, found a header that announces"
                        + " 2,147,483,647×2,147,483,647");
        refuses(
                with(bmp, 18, 0xff, 0xff, 0xff, 0xff),
                "x, byte 18: expected a size of at least 1×1 pixels, found -1×7");
        refuses(with(bmp, 22, 0, 0, 0, 0), "x, byte 18: expected a size of at least 1×1 pixels, found 11×0");
        refuses(
                with(bmp, 22, 0, 1, 0, 0),
                "x, byte 306: expected 9,213 bytes of pixels, found 252 before the end of the file");
        refuses(
                with(bmp, 10, 0, 0, 0, 0x80),
                "x, byte 10: expected pixels between bytes 54 and 306, found them announced at 2,147,483,648");
        refuses(
                with(bmp, 46, 0xff, 0xff, 0xff, 0xff),
                "x, byte 46: expected a palette inside the file, found 4,294,967,295 colours");
        refuses(with(bmp, 28, 7), "x, byte 28: expected 1, 4, 8, 16, 24 or 32 bits a pixel, found 7");
        refuses(with(bmp, 30, 4), "x, byte 30: expected compression 0, 1, 2 or 3 of a BMP file, found 4");
        refuses(
                with(bmp, 14, 1),
                "x, byte 14: expected a second BMP header of 12, 40, 52, 56, 108 or 124 bytes, found one of 1");
    }

    /// Its decoder would take other bytes for the size, 2090 × 2048 instead of 8 × 8, and the memory for it.
    @Test
    void aWebpOfNothingButAHeader() {
        byte[] file = HexFormat.of()
                .parseHex("52494646160000005745425056503820" + "0a000000" + "300100" + "9d012a" + "08000800");
        refuses(file, "x, byte 30: expected pixels behind their header, found the end of their chunk");
    }

    @Test
    void hugeWebps() {
        var extended = resource("lossy-alpha.webp");
        assertThat(new String(extended, 12, 4, ISO_8859_1)).isEqualTo("VP8X");
        refuses(
                with(extended, 24, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
                "x, byte 24: expected at most 100,000,000 pixels, found a header that announces"
                        + " 16,777,216×16,777,216");
        refuses(
                with(extended, 24, 7, 0, 0),
                "x, byte 76: expected a frame inside the canvas of 8×12, found one of 16×12 at (0, 0)");
        refuses(
                with(resource("lossless.webp"), 21, 0xff, 0xff, 0xff, 0xff),
                "x, byte 20: expected at most 100,000,000 pixels, found a header that announces 16,384×16,384");
        refuses(
                with(resource("lossy.webp"), 26, 0xff, 0xff, 0xff, 0xff),
                "x, byte 20: expected at most 100,000,000 pixels, found a header that announces 16,383×16,383");
        refuses(with(resource("lossy.webp"), 23, 0), "x, byte 20: expected a key frame of lossy WebP pixels");
    }

    @Test
    void hugeJpegs() {
        var jpeg = resource("grey.jpg");
        int frame = new String(jpeg, ISO_8859_1).indexOf("\u00ff\u00c0");
        refuses(
                with(jpeg, frame + 5, 0xff, 0xff, 0xff, 0xff),
                "x, byte %s: expected at most 100,000,000 pixels, found a header that announces 65,535×65,535"
                        .formatted(frame + 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"progressive.jpg", "palette.png", "plain.gif", "plain.bmp", "lossy.webp", "lossless.webp"})
    void filesCutShortAnywhere(String name) {
        var whole = resource(name);
        for (int length = 0; length < whole.length * 3 / 4; length++) {
            var cut = Arrays.copyOf(whole, length);
            int bytes = length;
            assertThatThrownBy(() -> ImageDecoder.decode(cut, "x"))
                    .as(bytes + " bytes")
                    .isInstanceOf(MalformedFile.class)
                    .hasMessageStartingWith("x, byte ");
        }
        refuses(new byte[0], "x, byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a file of 0 bytes");
    }

    /// Texts and profiles of a quarter of a gigabyte of zeros, a quarter of a megabyte when deflated:
    /// they are passed over, with and without a palette.
    @Test
    void bombsInTextsAndProfilesStayUnopened() throws IOException {
        var bomb = deflatedZeros(1 << 28);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (var name : new String[] {"depth8-colour2.png", "palette.png"}) {
            var png = resource(name);
            for (var type : new String[] {"zTXt", "iCCP", "iTXt"}) {
                var head = type.equals("iTXt") ? "x\0\1\0\0\0" : "x\0\0";
                var file = new ByteArrayOutputStream();
                file.write(png, 0, 33);
                file.writeBytes(chunk(type, Fixtures.join(head.getBytes(ISO_8859_1), bomb)));
                file.write(png, 33, png.length - 33);
                long before = threads.getCurrentThreadAllocatedBytes();
                var picture = ImageDecoder.decode(file.toByteArray(), "x");
                assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20L << 20);
                assertThat(picture.pixels())
                        .isEqualTo(ImageDecoder.decode(png, "x").pixels());
            }
        }
    }

    private static byte[] deflatedZeros(int length) {
        var out = new ByteArrayOutputStream();
        try (var deflater = new Deflater(9)) {
            var zeros = new byte[1 << 20];
            var buffer = new byte[1 << 16];
            for (int left = length / zeros.length; left > 0; left--) {
                deflater.setInput(zeros);
                if (left == 1) deflater.finish();
                while (!deflater.needsInput() && !deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
            }
            while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
        }
        return out.toByteArray();
    }

    private static byte[] chunk(String type, byte[] data) {
        var chunk = ByteBuffer.allocate(12 + data.length);
        chunk.putInt(data.length).put(type.getBytes(ISO_8859_1)).put(data);
        var sum = new CRC32();
        sum.update(chunk.array(), 4, 4 + data.length);
        return chunk.putInt((int) sum.getValue()).array();
    }

    @Test
    void otherKindsOfPicturesAreNamed() {
        refuses(
                Fixtures.bytes('I', 'I', 42, 0, 8, 0, 0, 0),
                "x, byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a TIFF picture");
        refuses(
                Fixtures.bytes(0, 0, 0, 24, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c'),
                "x, byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a HEIC picture");
    }
}
