package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCheckCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    @BeforeEach
    void pictures() throws IOException {
        var random = new Random(5);
        for (String name : new String[] {"train/ants", "train/bees", "test/ants", "test/bees"}) {
            Files.createDirectories(folder.resolve(name));
            for (int i = 0; i < 20; i++) {
                // Coarse noise: 4 × 4 blocks of 8 × 8 pixels.
                var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                int[] levels = random.ints(16, 0, 0x1000000).toArray();
                for (int p = 0; p < 1024; p++) image.setRGB(p % 32, p / 32, levels[p / 256 * 4 + p % 32 / 8]);
                var out = new ByteArrayOutputStream();
                ImageIO.write(image, "png", out);
                Files.write(folder.resolve(name).resolve(i + ".png"), out.toByteArray());
            }
        }
    }

    private static List<String> fields(JsonNode node) {
        return new ArrayList<>(node.propertyNames());
    }

    @Test
    void soundDataIsFine() {
        var ran = thalweg("data", "check", folder);
        assertThat(ran.status()).as(ran.out() + ran.err()).isEqualTo(Exit.DONE);
        assertThat(ran.out())
                .contains("2 classes; 40 train, 40 test\n")
                .contains("  ants   ████████████████████████         20         20\n")
                .contains("  width      32 pixels\n", "  aspect     1.00 (width over height)\n")
                .contains("80 readable: 80 PNG")
                .containsPattern("\n1 note; 80 pictures looked at in \\d+\\.\\d s \\([\\d.,]+ images/s\\)\n$");
        assertThat(thalweg("data", "check", folder, "--strict").status()).isEqualTo(Exit.DONE);
    }

    @Test
    void warningsCountWhereStrict() throws IOException {
        Files.copy(folder.resolve("train/ants/1.png"), folder.resolve("train/bees/1x.png"));
        var ran = thalweg("data", "check", folder);
        assertThat(ran.status()).isEqualTo(Exit.DONE);
        assertThat(ran.out())
                .contains("warning  1 picture is under two labels or more, pixel for pixel:")
                .contains("         train/ants/1.png = train/bees/1x.png\n")
                .contains("         → Look at each, and delete it under the labels that are wrong");
        assertThat(thalweg("data", "check", folder, "--strict").status()).isEqualTo(Exit.FAILED);
    }

    @Test
    void errorsCountAlways() throws IOException {
        for (int i = 0; i < 5; i++) Files.write(folder.resolve("train/ants/bad" + i + ".png"), new byte[] {1, 2, 3, 4});
        var ran = thalweg("data", "check", folder);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.out())
                .contains("error    5 pictures cannot be read: training stops at the first.\n")
                .contains("         train/ants/bad0.png: byte 0: expected a ")
                .contains("         … and 2 more (--all)\n")
                .contains("./thalweg train %s --skip-unreadable\n".formatted(folder));
        assertThat(thalweg("data", "check", folder, "--all").out())
                .contains("bad3.png", "bad4.png")
                .doesNotContain("more (--all)");
    }

    @Test
    void rowsOfATableThatNameNoFileAreListed() throws IOException {
        var table = folder.resolve("list.csv");
        Files.writeString(table, "path,label\ntrain/ants/1.png,x\na.png,y\nb.png,y\nc.png,y\nd\u001b.png,y\n");
        assertThat(thalweg("data", "check", table).out()).isEqualTo("""
                        error    %s, byte 30: line 3: expected the file 'a.png', found none; so for 4 of 5 rows: mend or delete these
                                 line 3: a.png
                                 line 4: b.png
                                 line 5: c.png
                                 … and 1 more (--all)

                        1 error
                        """.formatted(table));
        assertThat(thalweg("data", "check", table, "--all").out())
                .contains("         line 5: c.png\n         line 6: d\ufffd.png\n\n");
    }

    /// Names of folders and files may hold what a terminal obeys; JSON has them as they are.
    @Test
    void namesThatATerminalWouldObeyAreNotPrintedRaw() throws IOException {
        Files.move(folder.resolve("train/ants"), folder.resolve("train/new\nants"));
        Files.move(folder.resolve("test/ants"), folder.resolve("test/new\nants"));
        Files.write(folder.resolve("train/new\nants/\u001b[31m\u202ered.png"), new byte[] {1, 2, 3, 4});
        var ran = thalweg("data", "check", folder);
        assertThat(ran.out())
                .doesNotContain("\u001b", "\u202e")
                .contains("\n  new\ufffdants  ████████████████████████         21         20\n")
                .contains("\n         train/new\ufffdants/\ufffd[31m\ufffdred.png: byte 0: expected a ")
                .contains("delete: rm $'%s/train/new\\u000aants/\\u001b[31m\\u202ered.png', or".formatted(folder));
        var json = JSON.readTree(thalweg("data", "check", folder, "--json").out());
        assertThat(json.at("/findings/0/groups/0/0/name").asString())
                .isEqualTo("train/new\nants/\u001b[31m\u202ered.png");
        Files.createDirectory(folder.resolve("train/empty\nclass"));
        assertThat(thalweg("data", "check", folder).out())
                .contains("no class therefore: '%s/train/empty\ufffdclass'.\n".formatted(folder))
                .contains("\n  train/new\ufffdants/  21 files\n");
    }

    /// The schema that scripts rely on.
    @Test
    void jsonHasAll() throws IOException {
        for (int i = 0; i < 5; i++) Files.write(folder.resolve("train/ants/bad" + i + ".png"), new byte[] {1, 2, 3, 4});
        var ran = thalweg("data", "check", folder, "--json");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        var report = JSON.readTree(ran.out());
        assertThat(fields(report))
                .containsExactly("schema", "source", "summary", "expected", "found", "findings", "near", "seconds");
        assertThat(report.at("/schema").asString()).isEqualTo("thalweg data check 1");
        assertThat(report.at("/source").asString()).isEqualTo(folder.toString());
        assertThat(fields(report.at("/summary"))).containsExactly("name", "classes", "parts", "pictures");
        assertThat(fields(report.at("/summary/parts/0"))).containsExactly("name", "examples", "counts");
        assertThat(fields(report.at("/summary/pictures")))
                .containsExactly(
                        "count",
                        "width",
                        "height",
                        "aspect",
                        "bytes",
                        "channels",
                        "colours",
                        "formats",
                        "mean",
                        "deviation");
        assertThat(fields(report.at("/summary/pictures/width"))).containsExactly("min", "median", "max");
        assertThat(fields(report.at("/near"))).containsExactly("bits", "correlation");
        var first = report.at("/findings/0");
        assertThat(fields(first)).containsExactly("id", "severity", "sentence", "mend", "groups");
        assertThat(first.at("/id").asString()).isEqualTo("unreadable");
        assertThat(first.at("/severity").asString()).isEqualTo("error");
        assertThat(first.at("/groups").size()).isEqualTo(5);
        assertThat(fields(first.at("/groups/4/0"))).containsExactly("part", "class", "name", "file", "detail");
        assertThat(first.at("/groups/4/0/file").asString())
                .isEqualTo(folder.resolve("train/ants/bad4.png").toString());
    }

    @Test
    void whatCannotBeOpenedIsExplained() throws IOException {
        var loose = Files.createDirectories(folder.resolve("train/ants"));
        var ran = thalweg("data", "check", loose);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.out())
                .startsWith("error    20 pictures lie in no folder of a class")
                .contains("\nExpected:\n  FOLDER/ants/1.jpg", "\nFound:\n  0.png\n")
                .endsWith("1 error\n");
        assertThat(ran.err()).isEmpty();
        var json = JSON.readTree(thalweg("data", "check", loose, "--json").out());
        assertThat(json.at("/summary").isNull()).isTrue();
        assertThat(json.at("/expected").asString()).contains("FOLDER/ants/1.jpg");
    }

    @Test
    void whatIsNotThereIsOneSentence() {
        var ran = thalweg("data", "check", folder.resolve("none"));
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("thalweg data check: ")
                .contains("there is no such");
    }
}
