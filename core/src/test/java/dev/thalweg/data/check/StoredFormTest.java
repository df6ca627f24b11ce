package dev.thalweg.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredFormTest {

    @ParameterizedTest
    @CsvSource({
        "png, RGB, PNG, RGB",
        "png, GREY, PNG, grey",
        "png, ARGB, PNG, RGB + alpha",
        "png, GREY16, PNG, grey 16-bit",
        "png, PALETTE, PNG, palette",
        "jpeg, RGB, JPEG, RGB",
        "jpeg, GREY, JPEG, grey",
        "gif, PALETTE, GIF, palette",
        "bmp, RGB, BMP, ''"
    })
    void tellsFormatAndColours(String written, String type, String format, String colours) throws IOException {
        int kind = switch (type) {
            case "GREY" -> BufferedImage.TYPE_BYTE_GRAY;
            case "ARGB" -> BufferedImage.TYPE_INT_ARGB;
            case "GREY16" -> BufferedImage.TYPE_USHORT_GRAY;
            case "PALETTE" -> BufferedImage.TYPE_BYTE_INDEXED;
            default -> BufferedImage.TYPE_INT_RGB;
        };
        var out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(17, 9, kind), written, out)).isTrue();
        assertThat(StoredForm.of(out.toByteArray())).isEqualTo(new StoredForm(format, colours, true));
    }

    @ParameterizedTest
    @CsvSource({"png", "jpeg"})
    void missesTheEndOfWhatIsCutShortAnywhere(String format) throws IOException {
        var file = Folders.encoded(Folders.scene(40, 31, 2), format);
        assertThat(StoredForm.of(file).complete()).isTrue();
        // Whatever else is behind the end does no harm.
        assertThat(StoredForm.of(Arrays.copyOf(file, file.length + 100)).complete())
                .isTrue();
        for (int length = 4; length < file.length; length++)
            assertThat(StoredForm.of(Arrays.copyOf(file, length)).complete())
                    .as("%s bytes of %s", length, file.length)
                    .isFalse();
    }

    @Test
    void otherFilesAreUnknown() {
        assertThat(StoredForm.of(new byte[0])).isEqualTo(new StoredForm("unknown", "", true));
        assertThat(StoredForm.of("hello, world".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo(new StoredForm("unknown", "", true));
    }
}
