package dev.thalweg.data.check;

import static dev.thalweg.data.check.Checks.finding;
import static dev.thalweg.data.check.Checks.ids;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What cannot be opened, and what to do about it.
class RefusalTest {
    @TempDir
    Path root;

    private CheckReport check() throws IOException {
        return Checks.of(root);
    }

    private void sound() throws IOException {
        Checks.sound(root);
    }

    @Test
    void foldersWithoutPicturesAreNoClasses() throws IOException {
        sound();
        Files.createDirectories(root.resolve("train/wasps"));
        Folders.write(root, "train/flies/readme.md", new byte[] {1});
        var report = check();
        assertThat(ids(report))
                .as("training refuses it, so nothing else is looked at")
                .containsExactly("empty-folder");
        assertThat(finding(report, "empty-folder").severity()).isEqualTo(Severity.ERROR);
        assertThat(finding(report, "empty-folder").sentence())
                .isEqualTo("Each of 2 folders has no picture in it and is no class therefore: '%s', '%s'."
                        .formatted(root.resolve("train/flies"), root.resolve("train/wasps")));
        assertThat(finding(report, "empty-folder").mend())
                .isEqualTo(
                        "If the files in %s/flies are pictures, convert them; if not, move the folder elsewhere: mv %<s/flies ELSEWHERE"
                                .formatted(root.resolve("train")));
        Files.delete(root.resolve("train/flies/readme.md"));
        assertThat(finding(check(), "empty-folder").mend())
                .isEqualTo("Put its pictures there, or delete it: find %s/flies -type d -empty -delete"
                        .formatted(root.resolve("train")));
    }

    @Test
    void noPicturesAtAll() throws IOException {
        Folders.write(root, "a/1.tiff", new byte[3]);
        Folders.write(root, "a/notes.txt", new byte[3]);
        var report = check();
        var none = finding(report, "no-pictures");
        assertThat(none.severity()).isEqualTo(Severity.ERROR);
        assertThat(none.sentence())
                .isEqualTo("Found 0 images: no file is named as a picture that can be read (1 .tiff, 1 .txt).");
        assertThat(none.mend())
                .isEqualTo(
                        "Turn them into PNG, for example with ImageMagick: find %s -name '*.tiff' -exec magick mogrify -format png {} +"
                                .formatted(root));
        assertThat(report.expected()).contains("FOLDER/train/ants/1.jpg");
        assertThat(report.found()).isEqualTo("  a/  2 files");
        assertThat(report.summary()).isNull();
    }

    @Test
    void picturesWithoutFolders() throws IOException {
        Folders.scenes(root, "", 3, 1);
        var report = check();
        assertThat(finding(report, "no-classes").sentence())
                .isEqualTo("3 pictures lie in no folder of a class, so that nothing says what they show: '0.png',"
                        + " '1.png', '2.png'.");
        assertThat(finding(report, "no-classes").mend()).contains("mkdir " + root + "/CLASS && mv PICTURES");
    }

    @Test
    void aSingleClass() throws IOException {
        Folders.scenes(root, "train/ants/", 3, 1);
        Files.createDirectories(root.resolve("train/bees"));
        var report = check();
        assertThat(finding(report, "single-class").sentence())
                .isEqualTo("There is a single class, 'ants': a classifier needs two or more to tell apart.");
        assertThat(finding(report, "empty-folder").sentence())
                .contains(root.resolve("train/bees").toString());
        assertThat(report.found()).contains("train/ants/  3 files");
    }

    @Test
    void classesThatTrainingDoesNotKnow() throws IOException {
        sound();
        Folders.scenes(root, "test/ant/", 1, 1);
        Folders.scenes(root, "test/butterflies/", 1, 1);
        var unknown = finding(check(), "unknown-class");
        assertThat(unknown.sentence())
                .isEqualTo(
                        "test/ has 2 classes that the training part does not have: 'ant', 'butterflies'. Training has"
                                + " 'ants', 'bees'.");
        assertThat(unknown.mend())
                .isEqualTo("If it is 'ants', give it that name: mv %s/test/ant %s/test/ants".formatted(root, root));
    }

    @Test
    void aDamagedFileOfRecords() throws IOException {
        Folders.write(root, "train-images-idx3-ubyte", new byte[] {0, 0, 8, 3, 0, 0, 0, 9});
        Folders.write(root, "train-labels-idx1-ubyte", new byte[] {0, 0, 8, 1, 0, 0, 0, 0});
        var report = check();
        assertThat(ids(report)).containsExactly("unopenable");
        assertThat(finding(report, "unopenable").sentence()).contains("train-images-idx3-ubyte, byte 3: expected");
        assertThat(report.expected()).isNull();
        assertThat(report.found()).contains("train-images-idx3-ubyte");
    }

    private static byte[] zip(String... names) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < names.length; i++) {
                zip.putNextEntry(new ZipEntry(names[i]));
                zip.write(Folders.encoded(Folders.scene(32, 32, i), "png"));
            }
        }
        return out.toByteArray();
    }

    private static Finding only(Path data) throws IOException {
        var report = Checks.of(data);
        assertThat(report.findings()).hasSize(1);
        return report.findings().getFirst();
    }

    /// To get it again would not help, and its sentence says what does.
    @Test
    void whatIsNoDamageIsNotToBeMendedAtAByte() throws IOException {
        var rar = only(Folders.write(root, "a.rar", "Rar!\u001a\u0007".getBytes(UTF_8)));
        assertThat(rar.sentence())
                .endsWith("found a RAR archive, which is not read: unpack it (unrar x a.rar) and give" + " the folder");
        assertThat(rar.mend()).isNull();
        byte[] locked = zip("ants/1.png", "bees/1.png");
        locked[new String(locked, ISO_8859_1).indexOf("PK\1\2") + 8] |= 1;
        assertThat(only(Folders.write(root, "b.zip", locked)).mend()).isNull();
        assertThat(only(Folders.write(root, "c.csv", "path,label\na.png,x\n".getBytes(UTF_8)))
                        .mend())
                .isNull();
        byte[] cut = zip("ants/1.png", "bees/1.png");
        assertThat(only(Folders.write(root, "d.zip", Folders.cut(cut))).mend())
                .isEqualTo("Get %s again where it came from, or mend it at the byte that is named."
                        .formatted(root.resolve("d.zip")));
    }

    @Test
    void anArchiveIsMadeAnew() throws IOException {
        assertThat(only(Folders.write(root, "a.zip", zip("1.png", "2.png"))).mend())
                .isEqualTo("Make the archive anew with a folder for each class and its pictures there.");
        byte[] unix = zip("ants\\1.png", "bees\\2.png");
        for (int at = 0; at < unix.length - 5; at++)
            if (unix[at] == 'P' && unix[at + 1] == 'K' && unix[at + 2] == 1 && unix[at + 3] == 2) unix[at + 5] = 3;
        assertThat(only(Folders.write(root, "b.zip", unix)).mend())
                .isEqualTo("Their names have \\ where folders are parted by /: make the archive anew with folders.");
        assertThat(only(Folders.write(root, "c.zip", zip("ants/1.png"))).mend())
                .isEqualTo("Make the archive anew with the other classes' folders beside it.");
    }

    /// What else lies in the folder is not the user's concern.
    @Test
    void aTableIsToldByItselfAlone() throws IOException {
        Folders.scenes(root, "", 3, 1);
        var table = Folders.write(root, "list.csv", "path,label\n0.png,x\nabsent.png,y\n".getBytes(UTF_8));
        var report = Checks.of(table);
        assertThat(ids(report)).containsExactly("unopenable");
        assertThat(report.found()).isNull();
        assertThat(report.expected()).isNull();
    }
}
