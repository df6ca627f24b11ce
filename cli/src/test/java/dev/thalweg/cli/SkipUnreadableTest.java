package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged files among good ones, from the command line.
class SkipUnreadableTest {
    @TempDir
    Path folder;

    private Path data;

    @BeforeEach
    void pictures() throws IOException {
        data = folder.resolve("data");
        var random = new Random(5);
        for (String name : new String[] {"train/a", "train/b", "test/a", "test/b"}) {
            Files.createDirectories(data.resolve(name));
            for (int i = 0; i < 9; i++) {
                var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 1024; p++) image.setRGB(p % 32, p / 32, random.nextInt());
                var out = new ByteArrayOutputStream();
                ImageIO.write(image, "png", out);
                Files.write(data.resolve(name).resolve(i + ".png"), out.toByteArray());
            }
        }
    }

    private Ran train(String run, String... more) {
        var words = new Object[] {
            "train",
            data,
            "--model",
            "lenet5",
            "--epochs",
            "1",
            "--batch",
            "8",
            "--threads",
            "1",
            "--out",
            folder.resolve(run)
        };
        var all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return thalweg(all);
    }

    private void damage(String path) throws IOException {
        byte[] file = Files.readAllBytes(data.resolve(path));
        Files.write(data.resolve(path), Arrays.copyOf(file, file.length - 100));
    }

    @Test
    void anUnreadableFileEndsARunThatWasNotToldOtherwise() throws IOException {
        damage("train/b/4.png");
        var ran = train("run");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .contains("thalweg train: cannot read train/b/4.png: " + data.resolve("train/b/4.png") + ", byte ")
                .endsWith("; ./thalweg data check DATA lists all such files, and --skip-unreadable leaves them out\n")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("run/recipe.json")).doesNotExist();
    }

    @Test
    void aTestFileThatIsNoPictureEndsARunBeforeItBegins() throws IOException {
        Files.writeString(data.resolve("test/b/8.png"), "<html>404</html>");
        var ran = train("run");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .startsWith("thalweg train: cannot read test/b/8.png: " + data.resolve("test/b/8.png") + ", byte 0: ")
                .endsWith("; ./thalweg data check DATA lists all such files, and --skip-unreadable leaves them out\n");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    /// Well-formed but for its compressed pixels, which are read when all is trained.
    @Test
    void aDamagedTestPictureDoesNotCostTheNetwork() throws IOException {
        var file = data.resolve("test/b/8.png");
        byte[] bytes = Files.readAllBytes(file);
        int pixels = new String(bytes, ISO_8859_1).indexOf("IDAT") + 4;
        Arrays.fill(bytes, pixels, pixels + 8, (byte) 0xff);
        Files.write(file, bytes);
        var ran = train("run");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .contains(
                        "The network is trained. To test it without what cannot be read: ./thalweg evaluate "
                                + folder.resolve("run") + " --skip-unreadable\n",
                        "thalweg train: cannot read test/b/8.png: ");
        var tested = thalweg("evaluate", folder.resolve("run"), "--skip-unreadable");
        assertThat(tested.status()).as(tested.err()).isEqualTo(Exit.DONE);
        assertThat(tested.out()).contains("examples  17, the test part");
    }

    @Test
    void aConversionLeavesThemOutToo() throws IOException {
        damage("train/b/4.png");
        var file = folder.resolve("converted.safetensors");
        var strict = thalweg("data", "convert", data, "--out", file);
        assertThat(strict.status()).isEqualTo(Exit.FAILED);
        assertThat(strict.err())
                .contains("thalweg data convert: cannot read train/b/4.png: ")
                .endsWith("; ./thalweg data check DATA lists all such files, and --skip-unreadable leaves them out\n");
        assertThat(file).doesNotExist();
        var told = thalweg("data", "convert", data, "--out", file, "--skip-unreadable");
        assertThat(told.status()).as(told.err()).isEqualTo(Exit.DONE);
        assertThat(told.err()).contains("1 picture cannot be read and is left out:\n  train/b/4.png: ");
        assertThat(told.out()).contains("pictures         35 of ");
    }

    @Test
    void told_itNamesThemAndGoesOn() throws IOException {
        for (String path : new String[] {"train/a/0.png", "train/b/4.png", "test/a/1.png", "test/b/8.png"})
            damage(path);
        var ran = train("run", "--skip-unreadable");
        assertThat(ran.status()).as(ran.err()).isEqualTo(Exit.DONE);
        assertThat(ran.err())
                .contains("4 pictures cannot be read and are left out:\n  train/a/0.png: ", "\n  … and 1 more\n")
                .contains("data: 2 classes, 16 train, 0 validation, 16 test; 4 unreadable left out, named in "
                        + folder.resolve("run/skipped.jsonl"));
        assertThat(ran.out())
                .contains("evaluate " + folder.resolve("run/model.safetensors") + " " + data + " --skip-unreadable");
        assertThat(Files.readString(folder.resolve("run/result.json"))).contains("\"skipped\" : 4");

        // The recipe says so too, to whoever runs it again or evaluates what it made.
        var again = thalweg("train", "--recipe", folder.resolve("run"), "--out", folder.resolve("again"));
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("again/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("run/model.safetensors")));
        var asRun = thalweg("evaluate", folder.resolve("run"));
        assertThat(asRun.status()).as(asRun.err()).isZero();
        assertThat(asRun.out()).contains("examples  16, the test part");

        var strict = thalweg("evaluate", folder.resolve("run"), data);
        assertThat(strict.status()).isEqualTo(Exit.FAILED);
        assertThat(strict.err())
                .startsWith("thalweg evaluate: cannot read test/a/1.png: ")
                .contains("--skip-unreadable");
        var told = thalweg("evaluate", folder.resolve("run"), data, "--skip-unreadable");
        assertThat(told.status()).isZero();
        assertThat(told.err()).contains("4 pictures cannot be read and are left out:");
    }

    @Test
    void predictSaysWhichFileAndGoesOnWithTheOthers() throws IOException {
        assertThat(train("run").status()).isZero();
        damage("test/a/1.png");
        var ran = thalweg("predict", folder.resolve("run"), data.resolve("test/a/0.png"), data.resolve("test/a/1.png"));
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.out()).contains("0.png").doesNotContain("1.png");
        assertThat(ran.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("thalweg predict: " + data.resolve("test/a/1.png") + ", byte ");
    }
}
