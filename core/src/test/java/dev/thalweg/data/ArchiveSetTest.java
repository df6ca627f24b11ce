package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.member;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveSetTest {
    @TempDir
    private Path folder;

    private void tar(String name, byte[]... members) throws IOException {
        var all = new ArrayList<>(List.of(members));
        all.add(Fixtures.endOfTar());
        var bytes = Fixtures.join(all.toArray(new byte[0][]));
        Fixtures.write(folder, name, name.endsWith(".gz") ? Fixtures.gzip(bytes) : bytes);
    }

    private static byte[] picture(String path, int seed) throws IOException {
        return member(path, '0', Fixtures.png(3, 2, seed));
    }

    private static byte[] text(String path, String content) {
        return member(path, '0', content.getBytes(UTF_8));
    }

    private static List<String> list(Examples examples) {
        var list = new ArrayList<String>();
        for (int i = 0; i < examples.size(); i++) list.add(examples.label(i) + " " + examples.name(i));
        return list;
    }

    @Test
    void archivesOfFoldersAddUp() throws IOException {
        tar("train-000.tar", picture("ants/1.png", 1), picture("bees/2.png", 2));
        tar("train-001.tar.gz", picture("photos/bees/3.png", 3), picture("photos/ants/4.png", 4));
        tar("val-000.tar", picture("ants/1.png", 5));
        try (var set = DataSets.open(folder, SplitOptions.DEFAULT)) {
            assertThat(set.classes()).containsExactly("ants", "bees");
            assertThat(list(set.train()))
                    .containsExactly(
                            "0 train/ants/1.png", "0 train/ants/4.png", "1 train/bees/2.png", "1 train/bees/3.png");
            assertThat(list(set.test())).containsExactly("0 val/ants/1.png");
            assertThat(set.test().picture(0).pixels())
                    .isEqualTo(Fixtures.noise(3, 2, 3, 5).pixels());
            assertThat(set.train().where(1)).isEqualTo(folder.resolve("train-001.tar.gz") + "!/photos/ants/4.png");
            // As they lie in the archives, one after the other.
            assertThat(set.train().inStoredOrder()).containsExactly(0, 2, 3, 1);
        }
    }

    @Test
    void anArchiveWithoutFoldersIsAClass() throws IOException {
        tar("ants.tar", picture("1.png", 1), picture("2.png", 2));
        tar("bees.tar", picture("1.png", 3), picture("2.png", 4));
        try (var set = DataSets.open(folder, SplitOptions.DEFAULT)) {
            assertThat(set.classes()).containsExactly("ants", "bees");
            assertThat(set.train().size() + set.test().size()).isEqualTo(4);
            assertThat(set.train().where(0)).matches(".*/ants\\.tar!/[12]\\.png");
        }
    }

    @Test
    void oneFileInTwoArchivesIsRefused() throws IOException {
        tar("train-000.tar", picture("ants/1.png", 1), picture("bees/2.png", 2));
        tar("train-001.tar", picture("ants/1.png", 1), picture("bees/3.png", 2));
        assertThatThrownBy(() -> DataSets.open(folder, SplitOptions.DEFAULT))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(
                        folder.resolve("train-001.tar") + ", byte 0: expected each file in one archive of the folder,"
                                + " found 'train/ants/1.png' in train-000.tar too");
    }

    @Test
    void samplesOfWebDatasetsHaveTheirClassBesideThem() throws IOException {
        tar(
                "train-000.tar",
                picture("0001.png", 1),
                text("0001.cls", "2\n"),
                picture("0002.png", 2),
                text("0002.cls", "0"));
        tar("train-001.tar", picture("0001.png", 3), text("0001.cls", "2"), picture("0003.png", 3));
        tar("test-000.tar", text("7.json", "{\"label\": 1, \"text\": \"a bee\"}"), picture("7.seg.png", 4));
        try (var set = DataSets.open(folder, SplitOptions.DEFAULT)) {
            assertThat(set.classes()).containsExactly("0", "1", "2");
            assertThat(list(set.train()))
                    .containsExactly(
                            "2 train/train-000/0001.png", "0 train/train-000/0002.png", "2 train/train-001/0001.png");
            assertThat(list(set.test())).containsExactly("1 test/test-000/7.seg.png");
            assertThat(set.train().where(2)).isEqualTo(folder.resolve("train-001.tar") + "!/0001.png");
            assertThat(set.notes())
                    .containsExactly("1 picture without a class or part was left out: train/train-001/0003.png");
        }
    }

    @Test
    void namesOfClassesAreSortedAndOneArchiveWillDo() throws IOException {
        tar(
                "pets.tar",
                picture("a.png", 1),
                text("a.json", "{\"cls\": \"dog\"}"),
                picture("b.png", 2),
                text("b.json", "{\"cls\": \"cat\"}"),
                picture("c.png", 3),
                text("c.json", "{\"cls\": \"dog\"}"));
        try (var set = DataSets.open(folder.resolve("pets.tar"), SplitOptions.DEFAULT)) {
            assertThat(set.classes()).containsExactly("cat", "dog");
            assertThat(list(set.train())).contains("0 b.png");
        }
        tar("broken.tar", picture("a.png", 1), text("a.cls", ""));
        assertThatThrownBy(() -> DataSets.open(folder.resolve("broken.tar"), SplitOptions.DEFAULT))
                .hasMessage(folder.resolve("broken.tar")
                        + "!/a.cls, byte 0: expected a class, a number or a name, found ''");
    }

    /// All numbers up to the largest are classes, so that a few files could ask for any number of them.
    @Test
    void aNumberTooLargeIsNoLabel() throws IOException {
        tar("many.tar", picture("a.png", 1), text("a.cls", "0"), picture("b.png", 2), text("b.cls", "65536"));
        assertThatThrownBy(() -> DataSets.open(folder.resolve("many.tar"), SplitOptions.DEFAULT))
                .isInstanceOf(MalformedFile.class)
                .hasMessageEndingWith("expected labels below 65,536, found 65,536");
    }
}
