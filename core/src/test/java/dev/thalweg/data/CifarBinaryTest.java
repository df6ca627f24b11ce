package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarBinaryTest {
    @TempDir
    Path folder;

    /// Records whose red, green and blue bytes at pixel p are p, p + 100 and p + 200.
    private static byte[] records(int labelBytes, int... labels) {
        int record = labelBytes + 3072;
        var bytes = new byte[labels.length * record];
        for (int r = 0; r < labels.length; r++) {
            bytes[r * record + labelBytes - 1] = (byte) labels[r];
            for (int p = 0; p < 3072; p++) bytes[r * record + labelBytes + p] = (byte) (p % 1024 + p / 1024 * 100);
        }
        return bytes;
    }

    @Test
    void readsTenClassesInterleavingTheChannels() throws IOException {
        write(folder, "cifar-10-batches-bin/data_batch_2.bin", records(1, 3));
        write(folder, "cifar-10-batches-bin/data_batch_1.bin.gz", Fixtures.gzip(records(1, 9, 0)));
        write(folder, "cifar-10-batches-bin/test_batch.bin", records(1, 4));
        try (var set = DataSets.open(folder.toString())) {
            assertThat(set.train().labels()).containsExactly(9, 0, 3);
            assertThat(set.test().labels()).containsExactly(4);
            assertThat(set.classes()).startsWith("airplane").endsWith("truck").hasSize(10);
            assertThat(set.train().name(2)).isEqualTo("record 0 of data_batch_2.bin");
            var picture = set.train().picture(2);
            for (int c = 0; c < 3; c++) assertThat(picture.at(5, 1, c)).isEqualTo((37 + 100 * c) % 256);
        }
    }

    @Test
    void readsTheFineLabelsOfAHundredClasses() throws IOException {
        write(folder, "train.bin", records(2, 99, 7));
        write(folder, "test.bin", records(2, 50));
        try (var set = DataSets.open(folder.toString())) {
            assertThat(set.train().labels()).containsExactly(99, 7);
            assertThat(set.classes()).hasSize(100).startsWith("0", "1");
            assertThat(set.test().picture(0).at(5, 1, 1)).isEqualTo(137);
        }
        var names = new StringBuilder();
        for (int k = 0; k < 100; k++) names.append("name").append(k).append('\n');
        write(folder, "fine_label_names.txt", names.toString().getBytes(UTF_8));
        try (var set = DataSets.open(folder.toString())) {
            assertThat(set.classes()).hasSize(100).startsWith("name0").endsWith("name99");
        }
    }

    /// As they are published: archives of a folder with a page about them, names of classes and records.
    @Test
    void opensThePublishedArchivesInPlace() throws IOException {
        var ten = write(
                folder,
                "cifar-10-binary.tar.gz",
                Fixtures.gzip(Fixtures.join(
                        Fixtures.member("cifar-10-batches-bin/", '5', new byte[0]),
                        Fixtures.member("cifar-10-batches-bin/data_batch_1.bin", '0', records(1, 3, 9)),
                        Fixtures.member(
                                "cifar-10-batches-bin/batches.meta.txt",
                                '0',
                                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n"
                                        .getBytes(UTF_8)),
                        Fixtures.member("cifar-10-batches-bin/readme.html", '0', "about".getBytes(UTF_8)),
                        Fixtures.member("cifar-10-batches-bin/test_batch.bin", '0', records(1, 4)),
                        Fixtures.endOfTar())));
        try (var set = DataSets.open(ten.toString())) {
            assertThat(set.name()).isEqualTo("cifar-10-binary");
            assertThat(set.classes()).startsWith("airplane").endsWith("truck");
            assertThat(set.train().labels()).containsExactly(3, 9);
            assertThat(set.test().labels()).containsExactly(4);
        }
        var fine = new StringBuilder();
        for (int k = 0; k < 100; k++) fine.append("fine").append(k).append('\n');
        var hundred = write(
                folder,
                "cifar-100-binary.tar.gz",
                Fixtures.gzip(Fixtures.join(
                        Fixtures.member("cifar-100-binary/", '5', new byte[0]),
                        Fixtures.member("cifar-100-binary/train.bin", '0', records(2, 99, 7)),
                        Fixtures.member("cifar-100-binary/test.bin", '0', records(2, 50)),
                        Fixtures.member(
                                "cifar-100-binary/fine_label_names.txt",
                                '0',
                                fine.toString().getBytes(UTF_8)),
                        Fixtures.member("cifar-100-binary/coarse_label_names.txt", '0', "coarse0\n".getBytes(UTF_8)),
                        Fixtures.endOfTar())));
        try (var set = DataSets.open(hundred.toString())) {
            assertThat(set.classes()).hasSize(100).startsWith("fine0").endsWith("fine99");
            assertThat(set.train().labels()).containsExactly(99, 7);
        }
    }

    @Test
    void saysWhatIsWrongAndWhere() throws IOException {
        write(folder, "test_batch.bin", records(1, 4));
        assertThatThrownBy(() -> DataSets.open(folder.toString()))
                .hasMessageContaining("expected training records beside the test records, found only the latter");
        var file = write(folder, "data_batch_1.bin", Arrays.copyOf(records(1, 1, 2), 3073 + 17));
        assertThatThrownBy(() -> DataSets.open(folder.toString()))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(file + ", byte 3073: expected whole records of 3073 bytes, found 17 bytes over");
        write(folder, "data_batch_1.bin", records(1, 1, 10));
        assertThatThrownBy(() -> DataSets.open(folder.toString()))
                .hasMessage(file + ", byte 3073: expected a label from 0 to 9, found 10");
        write(folder, "data_batch_1.bin", records(1, 1));
        var names = write(folder, "batches.meta.txt", "cat\ndog\n".getBytes(UTF_8));
        assertThatThrownBy(() -> DataSets.open(folder.toString()))
                .hasMessage(names + ", byte 0: expected 10 class names, found 2");
    }
}
