package dev.thalweg.data.check;

import static dev.thalweg.data.check.Checks.finding;
import static dev.thalweg.data.check.Checks.ids;
import static dev.thalweg.data.check.Checks.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.data.SplitOptions;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
    @TempDir
    Path root;

    private CheckReport check() throws IOException {
        return Checks.of(root);
    }

    private void sound() throws IOException {
        Checks.sound(root);
    }

    private static Picture halved(Picture picture) {
        return Resize.to(picture, new Dimensions(picture.width() / 2, picture.height() / 2));
    }

    @Test
    void soundDataHasNothingToMend() throws IOException {
        sound();
        var report = check();
        assertThat(ids(report)).containsExactly("small-test");
        assertThat(finding(report, "small-test").sentence())
                .isEqualTo(
                        "The test part has 16 pictures: an accuracy near 50 % measured on it is good to ± 25 points.");
        assertThat(report.schema()).isEqualTo("thalweg data check 1");
        assertThat(report.near()).isEqualTo(new CheckReport.Near(7, 0.97));
        var summary = report.summary();
        assertThat(summary).isNotNull();
        assertThat(summary.classes()).containsExactly("ants", "bees");
        assertThat(summary.parts())
                .containsExactly(
                        new DataSummary.Part("train", 46, List.of(24, 22)),
                        new DataSummary.Part("test", 16, List.of(8, 8)));
        assertThat(report.expected()).isNull();
        assertThat(report.found()).isNull();
    }

    @Test
    void theSamePictureInTrainingAndTest() throws IOException {
        sound();
        Files.copy(root.resolve("train/ants/5.png"), root.resolve("test/ants/5x.png"));
        var leak = finding(check(), "leak");
        assertThat(leak.severity()).isEqualTo(Severity.ERROR);
        assertThat(leak.sentence())
                .isEqualTo("1 picture of the test part (5.9 %) is also in another part, pixel for pixel: accuracy there"
                        + " is partly memory.");
        assertThat(leak.mend())
                .isEqualTo("Delete the copies from the training part: rm " + root.resolve("train/ants/5.png"));
        assertThat(names(leak)).containsExactly(List.of("train/ants/5.png", "test/ants/5x.png"));
        assertThat(leak.groups().getFirst().getFirst())
                .isEqualTo(new Finding.Item(
                        "train",
                        "ants",
                        "train/ants/5.png",
                        root.resolve("train/ants/5.png").toString(),
                        null));
    }

    /// Nothing was learned from either. Two of 33 pictures: 16 + 1 of the test part, 16 of the validation part.
    @Test
    void theSamePictureInValidationAndTestIsNoError() throws IOException {
        sound();
        Folders.scenes(root, "val/ants/", 8, 500);
        Folders.scenes(root, "val/bees/", 8, 600);
        Files.copy(root.resolve("val/ants/5.png"), root.resolve("test/ants/5x.png"));
        var leak = finding(check(), "leak");
        assertThat(leak.severity()).isEqualTo(Severity.WARNING);
        assertThat(leak.sentence())
                .isEqualTo("2 pictures of the test and validation parts (6.1 %) are also in another part, pixel for"
                        + " pixel: accuracy there is partly memory.");
        assertThat(leak.mend())
                .isEqualTo("Delete the copies from the validation part: rm " + root.resolve("val/ants/5.png"));
    }

    /// The same at another size, recompressed with losses, brighter, in grey.
    @Test
    void nearlyTheSamePictureInTrainingAndTest() throws IOException {
        sound();
        var large = new ArrayList<Picture>();
        for (int i = 0; i < 4; i++) {
            large.add(Folders.scene(96, 64, 700 + i));
            Folders.png(root, "train/bees/large" + i + ".png", large.get(i));
        }
        Folders.png(root, "test/bees/half.png", halved(large.get(0)));
        Folders.write(root, "test/bees/lossy.jpg", Folders.encoded(large.get(1), "jpeg"));
        var pixels = large.get(2).pixels().clone();
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) Math.min(255, (pixels[i] & 0xff) + 25);
        Folders.png(root, "test/bees/bright.png", new Picture(96, 64, 3, pixels));
        Folders.png(root, "test/bees/grey.png", large.get(3).withChannels(1));
        var report = check();
        var leak = finding(report, "near-leak");
        assertThat(leak.severity()).isEqualTo(Severity.WARNING);
        assertThat(names(leak))
                .containsExactly(
                        List.of("train/bees/large0.png", "test/bees/half.png"),
                        List.of("train/bees/large1.png", "test/bees/lossy.jpg"),
                        List.of("train/bees/large2.png", "test/bees/bright.png"),
                        List.of("train/bees/large3.png", "test/bees/grey.png"));
        assertThat(leak.sentence())
                .isEqualTo("4 pictures of the test part (20 %) are nearly the same as one of another part: accuracy"
                        + " there may be partly memory.");
        assertThat(finding(report, "grey-among-colour").sentence()).startsWith("1 picture is grey, 69 in colour;");
    }

    /// Eight levels 28 apart, two pixels wide each, under a chessboard of ±`board`. The levels' variance is
    /// 28² · 63/12 = 4116, and the board does not correlate with them: to the levels alone r is
    /// 1/√(1 + board²/4116).
    private static Picture levels(int board) {
        var pixels = new byte[256];
        for (int y = 0; y < 16; y++)
            for (int x = 0; x < 16; x++)
                pixels[y * 16 + x] = (byte) (20 + 28 * (x / 2) + ((x + y) % 2 == 0 ? board : -board));
        return new Picture(16, 16, 1, pixels);
    }

    /// 0.977 with a board of 14, which is nearly the same; 0.955 with one of 20, which is not.
    @Test
    void nearlyTheSameIsACorrelationOf97Hundredths() throws IOException {
        sound();
        Folders.png(root, "train/ants/levels.png", levels(0));
        Folders.png(root, "test/ants/levels.png", levels(14));
        assertThat(names(finding(check(), "near-leak")))
                .containsExactly(List.of("train/ants/levels.png", "test/ants/levels.png"));
        Folders.png(root, "test/ants/levels.png", levels(20));
        assertThat(ids(check())).doesNotContain("near-leak", "near-duplicates");
    }

    @Test
    void onePictureUnderTwoLabels() throws IOException {
        sound();
        Files.copy(root.resolve("train/ants/1.png"), root.resolve("train/bees/1x.png"));
        Folders.png(root, "train/bees/2x.png", halved(Folders.scene(32, 32, 102)));
        var report = check();
        var conflict = finding(report, "label-conflict");
        assertThat(conflict.severity()).isEqualTo(Severity.WARNING);
        assertThat(conflict.sentence())
                .isEqualTo(
                        "1 picture is under two labels or more, pixel for pixel: one of them is wrong, or the picture"
                                + " shows both.");
        assertThat(names(conflict)).containsExactly(List.of("train/ants/1.png", "train/bees/1x.png"));
        assertThat(names(finding(report, "near-label-conflict")))
                .containsExactly(List.of("train/ants/2.png", "train/bees/2x.png"));
        assertThat(ids(report)).doesNotContain("duplicates", "near-duplicates", "leak");
    }

    @Test
    void copiesWithinAClass() throws IOException {
        sound();
        for (int k = 0; k < 5; k++)
            Files.copy(root.resolve("train/ants/3.png"), root.resolve("train/ants/3-" + k + ".png"));
        Folders.png(root, "train/bees/8x.png", halved(Folders.scene(32, 32, 208)));
        var report = check();
        var copies = finding(report, "duplicates");
        assertThat(copies.severity()).isEqualTo(Severity.WARNING);
        assertThat(copies.sentence())
                .isEqualTo("5 pictures are copies of others in the same class and part, pixel for pixel.");
        assertThat(copies.groups()).hasSize(1).first().asList().hasSize(6);
        assertThat(copies.mend())
                .isEqualTo("Keep one of each: ./thalweg data check " + root
                        + " --json | jq -r '.findings[] | select(.id == \"duplicates\") | .groups[] | .[1:][] | .file'"
                        + " | xargs -d '\\n' rm");
        var near = finding(report, "near-duplicates");
        assertThat(near.severity()).isEqualTo(Severity.NOTE);
        assertThat(near.sentence()).isEqualTo("1 picture is nearly the same as others in the same class and part.");
        assertThat(names(near)).containsExactly(List.of("train/bees/8.png", "train/bees/8x.png"));
    }

    /// Pictures without contrast have hashes alike and are no duplicates for that.
    @Test
    void flatPicturesAreNotDuplicatesOfEachOther() throws IOException {
        sound();
        for (int k = 0; k < 20; k++) Folders.png(root, "train/ants/flat" + k + ".png", Folders.flat(32, 32, 10 * k));
        var report = check();
        assertThat(ids(report)).doesNotContain("duplicates", "near-duplicates");
        var blank = finding(report, "blank");
        assertThat(blank.groups()).hasSize(20);
        assertThat(blank.sentence())
                .isEqualTo("20 pictures are of one colour all over: there is nothing to learn from.");
    }

    @Test
    void filesThatCannotBeRead() throws IOException {
        sound();
        Folders.write(
                root, "train/ants/text.jpg", "this is not a picture".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var jpeg = Folders.encoded(Folders.scene(64, 64, 1), "jpeg");
        Folders.write(root, "train/bees/cut.jpg", Folders.cut(jpeg));
        Folders.write(root, "test/bees/noend.jpg", java.util.Arrays.copyOf(jpeg, jpeg.length - 2));
        var report = check();
        var bad = finding(report, "unreadable");
        assertThat(bad.severity()).isEqualTo(Severity.ERROR);
        assertThat(bad.sentence()).isEqualTo("1 picture cannot be read: training stops at it.");
        assertThat(bad.mend())
                .isEqualTo("Replace it; delete: rm %s, or train without: ./thalweg train %s --skip-unreadable"
                        .formatted(root.resolve("train/ants/text.jpg"), root));
        var item = bad.groups().getFirst().getFirst();
        assertThat(item.detail()).contains("text.jpg, byte 0: expected", "found a file beginning 74 68 69 73");
        var cut = finding(report, "truncated");
        assertThat(names(cut)).containsExactly(List.of("train/bees/cut.jpg"));
        assertThat(cut.sentence()).startsWith("1 picture is cut short");
        assertThat(names(finding(report, "no-end"))).containsExactly(List.of("test/bees/noend.jpg"));
        var summary = report.summary();
        assertThat(summary).isNotNull();
        assertThat(summary.pictures()).isNotNull();
        assertThat(summary.pictures().count()).isEqualTo(63);
    }

    /// To `xargs -d '\n'` a name of two lines would be those of two other files.
    @Test
    void namesOfSeveralLinesAreDeletedOneByOne() throws IOException {
        sound();
        for (int i = 0; i < 5; i++) Folders.write(root, "train/ants/x\n" + i + ".png", new byte[4]);
        assertThat(finding(check(), "unreadable").mend())
                .startsWith("Replace them; delete: rm $'%s/train/ants/x\\u000a0.png' $'".formatted(root))
                .contains("/x\\u000a4.png', or train without: ");
    }

    @Test
    void sizesThatAreOutOfTheWay() throws IOException {
        sound();
        Folders.png(root, "train/ants/dot.png", Folders.scene(9, 40, 1));
        Folders.png(root, "train/ants/strip.png", Folders.scene(101, 33, 2));
        Folders.png(root, "train/bees/huge.png", Folders.flat(4001, 4000, 3));
        var report = check();
        assertThat(finding(report, "tiny").sentence())
                .isEqualTo("1 picture is tiny, with a side below 16 pixels; enlarged to the network's size, it is"
                        + " blurred.");
        assertThat(finding(report, "tiny").groups().getFirst().getFirst().detail())
                .isEqualTo("9×40");
        assertThat(names(finding(report, "long")))
                .containsExactly(List.of("train/ants/dot.png"), List.of("train/ants/strip.png"));
        assertThat(names(finding(report, "huge"))).containsExactly(List.of("train/bees/huge.png"));
    }

    @Test
    void unevenClasses() throws IOException {
        Folders.scenes(root, "train/ants/", 6, 100);
        Folders.scenes(root, "train/bees/", 60, 200);
        Folders.scenes(root, "test/bees/", 3, 400);
        var report = check();
        var uneven = finding(report, "imbalance");
        assertThat(uneven.severity()).isEqualTo(Severity.WARNING);
        assertThat(uneven.sentence())
                .isEqualTo("Classes are uneven: 'ants' has 6 training pictures, 'bees' 60, 10.0 times as many. A model"
                        + " that answers 'bees' always is right in 91 % of them.");
        // n / (k · n of the class): 66 / (2 · 6) and 66 / (2 · 60).
        assertThat(uneven.mend())
                .isEqualTo(
                        "Weigh the rarer classes more: echo '{\"loss\": {\"weights\": [5.50, 0.550]}}' > weights.json"
                                + " && ./thalweg train " + root + " --recipe weights.json");
        assertThat(finding(report, "few-pictures").sentence())
                .startsWith("1 class has fewer than 20 training pictures, the fewest 6: 'ants'.");
        var missing = finding(report, "class-missing");
        assertThat(missing.severity()).isEqualTo(Severity.WARNING);
        assertThat(missing.sentence()).isEqualTo("The test part has no pictures of a class: 'ants'.");
    }

    /// Whatever kinds of picture they hold: its advice is to delete a folder without any.
    @Test
    void foldersOfEveryKindOfPictureAreFull() throws IOException {
        sound();
        for (String ending : List.of("jpg", "JPEG", "jpe", "jfif", "png", "gif", "bmp", "dib", "webp"))
            Folders.png(root, "train/%s/1.%s".formatted(ending, ending), Folders.scene(32, 32, 1));
        assertThat(ids(check())).doesNotContain("empty-folder").contains("class-missing");
    }

    /// Four pixels of 0 and 255 in training; test pictures do not count.
    @Test
    void meanAndDeviationAreOfTheTrainingPart() throws IOException {
        Folders.png(root, "train/a/0.png", Folders.flat(2, 1, 0));
        Folders.png(root, "train/b/0.png", Folders.flat(2, 1, 255));
        Folders.png(root, "test/a/0.png", Folders.flat(7, 3, 200));
        var summary = check().summary();
        assertThat(summary).isNotNull();
        var pictures = summary.pictures();
        assertThat(pictures).isNotNull();
        assertThat(pictures.mean()).containsExactly(0.5);
        assertThat(pictures.deviation()).containsExactly(0.5);
        assertThat(pictures.width()).isEqualTo(new DataSummary.Spread(2, 2, 7));
        assertThat(pictures.height()).isEqualTo(new DataSummary.Spread(1, 1, 3));
        var aspect = pictures.aspect();
        assertThat(aspect).isNotNull();
        assertThat(aspect.max()).isCloseTo(7 / 3.0, within(1e-12));
        assertThat(pictures.channels()).containsExactly(java.util.Map.entry("grey", 3));
        assertThat(pictures.formats()).containsExactly(java.util.Map.entry("PNG", 3));
        assertThat(pictures.bytes()).isNotNull();
    }

    @Test
    void spreadOfAnEvenNumberTakesTheLowerMiddle() {
        assertThat(DataSummary.Spread.of(new double[] {4, 1, 3, 2})).isEqualTo(new DataSummary.Spread(1, 2, 4));
        assertThat(DataSummary.Spread.of(new double[0])).isNull();
    }

    @Test
    void whatWasLeftOutIsMendedByItsKind() throws IOException {
        sound();
        Folders.write(root, "train/ants/a.heic", new byte[1]);
        Folders.png(root, "b.png", Folders.scene(32, 32, 7));
        Files.createSymbolicLink(root.resolve("train/ants/loop"), root.resolve("train"));
        var mends = check().findings().stream()
                .filter(f -> f.id().equals("left-out"))
                .map(f -> f.sentence().replace(root + "/", "") + " → " + f.mend())
                .toList();
        assertThat(mends)
                .containsExactlyInAnyOrder(
                        "1 file in the class folders is not named as JPEG, PNG, GIF, BMP or WebP and was left out:"
                                + " train/ants/a.heic. → If meant, convert to a kind of picture that is read.",
                        "1 picture outside the class folders was left out: b.png. → If meant, move into the folder of a"
                                + " class.",
                        "train/ants/loop is a link that leads back to a folder that it lies in, and was left out. →"
                                + " null");
    }

    /// To read it would wait for ever.
    @Test
    void aPipeIsLeftOutAndNamed() throws IOException, InterruptedException {
        sound();
        var pipe = root.resolve("train/ants/pipe.png");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no /usr/bin/mkfifo");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(finding(check(), "left-out").sentence())
                .isEqualTo(pipe + " is no file but a pipe or device, and was left out.");
    }

    @Test
    void whatIsNotThereIsNotChecked() {
        assertThatThrownBy(() ->
                        DataCheck.of(root.resolve("nothing").toString(), SplitOptions.DEFAULT, Scan.Progress.SILENT))
                .isInstanceOf(NoSuchFileException.class);
    }

    /// Generated pictures are no files, and are looked at all the same.
    @Test
    void anySourceWillDo() throws IOException {
        var report = DataCheck.of("shapes:200", SplitOptions.DEFAULT, Scan.Progress.SILENT);
        var summary = report.summary();
        assertThat(summary).isNotNull();
        assertThat(summary.parts()).hasSize(2);
        assertThat(summary.pictures()).isNotNull();
        assertThat(summary.pictures().formats()).isEmpty();
        assertThat(summary.pictures().bytes()).isNull();
        assertThat(report.count(Severity.ERROR)).isZero();
    }
}
