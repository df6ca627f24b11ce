package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.report.Gallery.Section;
import dev.thalweg.report.Gallery.Shot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GalleryTest {
    @TempDir
    Path folder;

    private static Picture grey(int width, int height, int value) {
        var pixels = new byte[width * height];
        Arrays.fill(pixels, (byte) value);
        return new Picture(width, height, 1, pixels);
    }

    /// Nine pictures, one of them unreadable, and two.
    private static Gallery gallery() {
        var ants = IntStream.range(0, 9)
                .mapToObj(k -> k == 4
                        ? new Shot("cannot read <b>ants/4.png</b>: it is empty", null)
                        : new Shot("ants/" + k + ".png", grey(32, 16, 20 * k)))
                .toList();
        var bees = List.of(new Shot("bees/0.png", grey(32, 16, 250)), new Shot("bees/1.png", grey(32, 16, 5)));
        return new Gallery(
                "insects", "Two <kinds>.", List.of(new Section("ants", "9.", ants), new Section("bees", "2.", bees)));
    }

    /// 4 × 2 in 8 × 8: enlarged to 8 × 4, two rows of margin above and below.
    @Test
    void wholePicturesStandInTheMiddleOfTheirTile() {
        var fitted = Gallery.fitted(grey(4, 2, 200), new Dimensions(8, 8));
        assertThat(fitted.dimensions()).isEqualTo(new Dimensions(8, 8));
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++) assertThat(fitted.at(x, y, 0)).isEqualTo(y < 2 || y >= 6 ? 128 : 200);
        assertThat(Gallery.fitted(grey(5, 300, 1), new Dimensions(16, 32)).dimensions())
                .isEqualTo(new Dimensions(16, 32));
    }

    /// Rows of at most eight below their headings, enlarged twice; the unreadable one is crossed out.
    @Test
    void thePictureHasASectionBelowTheOther() throws IOException {
        var file = folder.resolve("sheet.png");
        gallery().writePicture(file);
        var image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(4 + 8 * (64 + 4));
        assertThat(image.getHeight()).isEqualTo(4 + 2 * 22 + 3 * (32 + 4));
        int white = 0xffffff;
        assertThat(image.getRGB(0, 0) & white).isEqualTo(white);
        for (int k = 0; k < 9; k++) {
            if (k == 4) continue;
            int grey = image.getRGB(4 + k % 8 * 68 + 63, 26 + k / 8 * 36 + 31) & white;
            assertThat(grey).as("picture %d", k).isEqualTo(20 * k * 0x010101);
        }
        assertThat(image.getRGB(4 + 4 * 68, 26) & white).isEqualTo(0xd55e00);
        assertThat(image.getRGB(4 + 68, 26 + 2 * 36 + 22) & white).isEqualTo(5 * 0x010101);
    }

    @Test
    void thePageShowsEachPictureUnderItsHeading() throws IOException, InterruptedException {
        var file = folder.resolve("sheet.html");
        gallery().writePage(file);
        assertThat(Files.readString(file)).doesNotContain("<b>ants").doesNotContain("<kinds>");
        var loaded = Chromium.find().load(file, folder.resolve("profile"));
        assertThat(loaded.dom())
                .contains("data-ready=\"true\"")
                .doesNotContain("data-error=", "data-violation=")
                .contains("<h2 id=\"section-0-title\">ants</h2>", "<h2 id=\"section-1-title\">bees</h2>")
                .contains("cannot read &lt;b&gt;ants/4.png&lt;/b&gt;: it is empty");
        assertThat(loaded.dom().split("<canvas ", -1)).hasSize(1 + 10);
        assertThat(loaded.dom().split("<li>", -1)).hasSize(1 + 11);
    }

    @Test
    void aGalleryWithoutAPictureIsRefused() {
        var empty = List.of(new Section("ants", "", List.of(new Shot("cannot be read", null))));
        assertThatThrownBy(() -> new Gallery("x", "", empty)).hasMessage("a gallery must have a picture");
    }
}
