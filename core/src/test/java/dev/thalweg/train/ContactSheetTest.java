package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactSheetTest {
    @TempDir
    Path folder;

    private static Picture grey(int width, int height, int value) {
        var pixels = new byte[width * height];
        Arrays.fill(pixels, (byte) value);
        return new Picture(width, height, 1, pixels);
    }

    @Test
    void tinyPicturesAreKeptToThePixel() throws IOException {
        var pictures = IntStream.range(0, 10).mapToObj(k -> grey(5, 4, 20 * k)).toList();
        var sheet = ContactSheet.write(folder, "batch", pictures);
        assertThat(sheet).isEqualTo(new ContactSheet("batch.png", 5, 4, 8));
        var image = ImageIO.read(folder.resolve("batch.png").toFile());
        assertThat(image.getWidth()).isEqualTo(40);
        assertThat(image.getHeight()).isEqualTo(8);
        for (int k = 0; k < 10; k++)
            assertThat(image.getRaster().getSample(k % 8 * 5 + 4, k / 8 * 4 + 3, 0))
                    .isEqualTo(20 * k);
    }

    /// Noise is what JPEG cannot press: the sheet becomes coarser instead of large.
    @Test
    void largePicturesAreReducedAndTheFileStaysSmall() throws IOException {
        var random = new SplittableRandom(1);
        var pictures = IntStream.range(0, 24)
                .mapToObj(k -> {
                    var pixels = new byte[256 * 128 * 3];
                    for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) random.nextInt(256);
                    return new Picture(256, 128, 3, pixels);
                })
                .toList();
        Files.writeString(folder.resolve("mistakes.png"), "of an earlier run");
        var sheet = ContactSheet.write(folder, "mistakes", pictures);
        assertThat(sheet).isEqualTo(new ContactSheet("mistakes.jpg", 128, 64, 8));
        assertThat(folder.resolve("mistakes.png")).doesNotExist();
        assertThat(Files.size(folder.resolve("mistakes.jpg"))).isBetween(1_000L, 160_000L);
        assertThat(ImageIO.read(folder.resolve("mistakes.jpg").toFile()).getHeight())
                .isEqualTo(3 * 64);
    }

    /// A report shows what is in the file to whoever reads it.
    @ParameterizedTest
    @ValueSource(strings = {"../secret.png", "/etc/passwd", "a/b.png", "", "batch.svg", "batch\0.png"})
    void itsFileLiesInTheRunsFolder(String file) {
        assertThatThrownBy(() -> new ContactSheet(file, 1, 1, 1))
                .hasMessage("a sheet of pictures must be a .png or .jpg in the run's own folder, got '%s'"
                        .formatted(file.replace('\0', '\ufffd')));
    }
}
