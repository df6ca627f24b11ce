package dev.thalweg.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pictures of every kind written by Pillow's encoders (libjpeg-turbo, libwebp) or by hand, and what
/// Pillow reads from them: see `make.py` beside them.
public class PictureFilesTest {

    static Stream<String> lines() {
        return new String(resource("expected.tsv"), StandardCharsets.UTF_8).lines();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void pixelsAreAsPillowReadsThem(String line) throws IOException {
        var parts = line.split("\t", -1);
        var file = resource(parts[0]);
        var picture = ImageDecoder.decode(file, parts[0]);
        assertThat(picture.dimensions())
                .isEqualTo(new Dimensions(Integer.parseInt(parts[1]), Integer.parseInt(parts[2])))
                .isEqualTo(ImageDecoder.dimensions(file, parts[0]));
        var pixels = picture.withChannels(3).pixels();
        if (parts[3].length() == 8) {
            var sum = new CRC32();
            sum.update(pixels);
            assertThat("%08x".formatted(sum.getValue())).isEqualTo(parts[3]);
        } else {
            var expected = HexFormat.of().parseHex(parts[3]);
            long apart = 0;
            for (int i = 0; i < expected.length; i++) {
                int difference = Math.abs((pixels[i] & 0xff) - (expected[i] & 0xff));
                assertThat(difference).isLessThanOrEqualTo(12);
                apart += difference;
            }
            assertThat((double) apart / expected.length).isLessThan(3);
        }
    }

    public static byte[] resource(String name) {
        try (var in = PictureFilesTest.class.getResourceAsStream("pictures/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
