package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataShowCommandTest {
    @TempDir
    Path folder;

    private Path photos;
    private Path sheet;

    @BeforeEach
    void pictures() throws IOException {
        photos = folder.resolve("photos");
        sheet = folder.resolve("sheet");
        for (String name : new String[] {"ants", "bees"})
            for (int i = 0; i < 5; i++) {
                var file = photos.resolve(name).resolve(i + ".png");
                Files.createDirectories(file.getParent());
                var image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 1200; p++) image.setRGB(p % 40, p / 40, 0x030507 * (p % 40 + i));
                ImageIO.write(image, "png", file.toFile());
            }
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("sheet.html"));
    }

    @Test
    void drawsSomePicturesOfEachClass() throws IOException {
        var ran = thalweg("data", "show", photos, "--out", sheet, "--per-class", 3);
        assertThat(ran.status()).as(ran.err()).isEqualTo(Exit.DONE);
        assertThat(ran.out())
                .contains("photos: 2 classes, 8 train, 0 validation, 2 test\n")
                .contains("Whole pictures of the train part, chosen at random.\n")
                .endsWith(sheet + ".html\n" + sheet + ".png\n");
        assertThat(page())
                .contains("\"title\":\"ants\",\"read\":\"4 pictures.\"", "\"title\":\"bees\"")
                .containsPattern("\"tile\":5,\"under\":\"bees/\\d.png\"")
                .doesNotContain("\"tile\":6");
        var image = ImageIO.read(folder.resolve("sheet.png").toFile());
        assertThat(image.getWidth()).isEqualTo(4 + 3 * (2 * 40 + 4));
        assertThat(thalweg("data", "show", photos, "--out", sheet, "--per-class", 3, "--seed", 1)
                        .status())
                .isZero();
        assertThat(page()).contains("\"title\":\"ants\"");
    }

    @Test
    void showsWhatEpochsShowTheNetwork() throws IOException {
        var ran = thalweg("data", "show", photos, "--augment", "flip,crop:4", "--size", "24x20", "--out", sheet);
        assertThat(ran.status()).as(ran.err()).isEqualTo(Exit.DONE);
        assertThat(ran.out())
                .contains(
                        "Each picture as it is, as tests show it to a network of 20×24, and as the first 6 epochs with"
                                + " seed 0 do: augmented by flip,crop:4.");
        assertThat(page())
                .contains("\"under\":\"as tests see it\"", "\"under\":\"epoch 6\"", "\"width\":20,\"height\":24")
                .contains("\"tile\":31")
                .doesNotContain("\"tile\":32", "epoch 7");
        assertThat(thalweg("data", "show", photos, "--augment", "--out", sheet).out())
                .contains("to a network of 40×30");
    }

    @Test
    void oneClassOfOnePart() throws IOException {
        var ran = thalweg("data", "show", photos, "--class", "bees", "--part", "test", "--out", sheet);
        assertThat(ran.out()).contains("1 other class not shown; --class NAME,… shows any.");
        assertThat(page())
                .contains("\"title\":\"bees\",\"read\":\"1 picture.\"")
                .doesNotContain("\"ants\"");
    }

    @Test
    void classesByName() throws IOException {
        Files.createDirectory(photos.resolve("moths, butterflies"));
        Files.copy(photos.resolve("ants/0.png"), photos.resolve("moths, butterflies/0.png"));
        assertThat(thalweg("data", "show", photos, "--class", "moths, butterflies", "--out", sheet)
                        .out())
                .contains("2 other classes not shown");
        assertThat(thalweg("data", "show", photos, "--class", "bees,ants", "--out", sheet)
                        .out())
                .contains("1 other class not shown");
    }

    /// What cannot be read has its place and its reason; the rest is shown.
    @Test
    void anUnreadablePictureIsNamed() throws IOException {
        for (int i = 0; i < 4; i++) Files.write(photos.resolve("ants").resolve(i + ".png"), new byte[0]);
        var ran = thalweg("data", "show", photos, "--out", sheet);
        assertThat(ran.status()).as(ran.err()).isEqualTo(Exit.DONE);
        assertThat(page()).contains("\"tile\":-1,\"under\":\"cannot read ants/");
    }

    @Test
    void aNameWithAnEndingGetsNoSecondOne() {
        for (var ending : new String[] {".html", ".png", ".HTML"})
            assertThat(thalweg("data", "show", photos, "--out", sheet + ending).out())
                    .endsWith(sheet + ".html\n" + sheet + ".png\n");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(thalweg("data", "show", photos, "--class", "bee").err())
                .contains("--class: there is no class 'bee'; did you mean 'bees'?");
        assertThat(thalweg("data", "show", photos, "--part", "tests").err())
                .contains("--part: there is no part 'tests'; did you mean 'test'?");
        assertThat(thalweg("data", "show", photos, "--part", "validation").err())
                .contains("--part: expected one with examples, found none in the validation part of photos");
        assertThat(thalweg("data", "show", photos, "--size", "32").err()).contains("--size needs --augment");
        assertThat(thalweg("data", "show", photos, "--augment", "flop").err())
                .contains("--augment: there is no augmentation 'flop'; did you mean 'flip'?");
        var missing = thalweg("data", "show", photos, "--out", folder.resolve("no/sheet"));
        assertThat(missing.status()).isEqualTo(Exit.FAILED);
        assertThat(missing.err()).contains("no/sheet.html").doesNotContain("Exception");
        assertThat(Files.exists(folder.resolve("sheet.html"))).isFalse();
    }
}
