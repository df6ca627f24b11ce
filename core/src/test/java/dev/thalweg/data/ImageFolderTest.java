package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.png;
import static dev.thalweg.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path folder;

    private void pictures(String prefix, int count) throws IOException {
        for (int i = 0; i < count; i++) write(folder, prefix + i + ".png", png(2 + i, 3, i));
    }

    private DataSet open() throws IOException {
        return DataSets.open(folder.toString());
    }

    @Test
    void foldersAreClassesAndAFifthOfEachIsForTesting() throws IOException {
        pictures("cat/", 10);
        pictures("ant/deep/er/", 5);
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("ant", "cat");
            assertThat(set.test().labels()).containsExactly(0, 1, 1);
            assertThat(set.train().size()).isEqualTo(12);
            assertThat(set.validation().size()).isZero();
            assertThat(set.train().name(0)).startsWith("ant/deep/er/");
            assertThat(set.train().picture(0).dimensions())
                    .isEqualTo(set.train().dimensions(0));
            assertThat(set.notes()).isEmpty();
        }
    }

    @Test
    void theValidationPartIsTheTestPartWhereThereIsNone() throws IOException {
        pictures("nested/train/a/", 2);
        pictures("nested/train/b/", 2);
        pictures("nested/Valid/b/", 3);
        try (var set = open()) {
            assertThat(set.test().labels()).containsExactly(1, 1, 1);
            assertThat(set.validation().size()).isZero();
            assertThat(set.train().name(0)).isEqualTo("train/a/0.png");
        }
        try (var set = DataSets.open(folder.toString(), SplitOptions.DEFAULT.withValidation(0.5))) {
            assertThat(set.test().size()).isEqualTo(3);
            assertThat(set.validation().labels()).containsExactly(0, 1);
        }
        pictures("nested/test/a/", 4);
        try (var set = open()) {
            assertThat(set.test().labels()).containsExactly(0, 0, 0, 0);
            assertThat(set.validation().labels()).containsExactly(1, 1, 1);
        }
    }

    @Test
    void saysWhatWasLeftOut() throws IOException {
        pictures("a/", 2);
        pictures("b/", 2);
        write(folder, "a/._0.png", bytes(0));
        write(folder, "a/note.tif", bytes('I', 'I'));
        write(folder, "readme.txt", bytes('x'));
        write(folder, "stray.JPG", bytes('x'));
        try (var set = open()) {
            assertThat(set.train().size() + set.test().size()).isEqualTo(4);
            assertThat(set.notes())
                    .containsExactly(
                            "1 file in the class folders is not named as JPEG, PNG, GIF, BMP or WebP and was left"
                                    + " out: a/note.tif",
                            "1 picture outside the class folders was left out: stray.JPG");
        }
        write(folder, "b/z.txt", bytes('x'));
        try (var set = open()) {
            assertThat(set.notes().getFirst())
                    .isEqualTo("2 files in the class folders are not named as JPEG, PNG, GIF, BMP or WebP and were left"
                            + " out: a/note.tif and others");
        }
    }

    @Test
    void theSameSetInAnArchiveIsTheSame() throws IOException {
        pictures("set/train/a/", 3);
        pictures("set/train/b/", 2);
        pictures("set/test/a/", 1);
        var tar = new ByteArrayOutputStream();
        for (var file : FileTree.ofFolder(folder).files())
            tar.writeBytes(Fixtures.member(file.path(), '0', file.read()));
        tar.writeBytes(Fixtures.endOfTar());
        try (var loose = open();
                var packed = DataSets.open(
                        write(folder.resolve("p"), "set.tar", tar.toByteArray()).toString());
                var compressed = DataSets.open(write(folder.resolve("q"), "set.tgz", Fixtures.gzip(tar.toByteArray()))
                        .getParent()
                        .toString())) {
            assertThat(packed.name()).isEqualTo("set");
            assertThat(packed.fingerprint()).isEqualTo(loose.fingerprint()).isEqualTo(compressed.fingerprint());
            for (int i = 0; i < 5; i++)
                assertThat(packed.train().picture(i).pixels())
                        .isEqualTo(loose.train().picture(i).pixels())
                        .isEqualTo(compressed.train().picture(i).pixels());
        }
    }

    @Test
    void foundNoImagesShowsWhatWasExpectedAndFound() throws IOException {
        write(folder, "images/list.csv", bytes('x'));
        write(folder, "one.png", png(2, 2, 1));
        assertThatThrownBy(this::open)
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith(
                        folder + ", byte 0: found 0 images. Expected folders of JPEG, PNG, GIF, BMP or WebP files")
                .hasMessageContaining("FOLDER/train/bees/7.jpg")
                .hasMessageEndingWith("Found:\n  images/  1 file\n  one.png");
    }

    @Test
    void anEmptyFolderIsSaidToBeEmpty() {
        assertThatThrownBy(this::open).hasMessageEndingWith("Found:\n  (nothing)");
    }

    @Test
    void oneClassIsNotEnough() throws IOException {
        pictures("a/", 2);
        assertThatThrownBy(this::open)
                .hasMessageEndingWith(
                        "expected at least two folders with pictures, one for each class, found only 'a'");
    }

    @Test
    void theOtherPartsMayNotHaveClassesOfTheirOwn() throws IOException {
        pictures("train/a/", 1);
        pictures("train/b/", 1);
        pictures("val/images/", 1);
        assertThatThrownBy(this::open)
                .hasMessageEndingWith("expected the validation part to have the classes of the training part (a, b),"
                        + " found also 'images'");
    }

    @Test
    void saysWhichPictureIsDamaged() throws IOException {
        pictures("a/", 2);
        pictures("b/", 2);
        var file = write(folder, "a/0.png", bytes(1, 2, 3, 4, 5));
        try (var set = open()) {
            var all = Examples.concat(set.train(), set.test());
            int broken = all.name(0).equals("a/0.png") ? 0 : all.size() - 2;
            assertThatThrownBy(() -> all.picture(broken))
                    .hasMessage(
                            file
                                    + ", byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a file beginning 01 02 03 04");
        }
    }

    @Test
    void otherFilesAndNothingAtAllAreRefused() throws IOException {
        var file = Files.write(folder.resolve("x.bin"), bytes(1, 2, 3));
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .hasMessageContaining(
                        "expected a folder, a .tar, .tar.gz or .zip archive, or a .csv, .tsv or .parquet file, found another"
                                + " kind of file");
        assertThatThrownBy(() -> DataSets.open(folder.resolve("none").toString()))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("there is no such file or folder");
    }
}
