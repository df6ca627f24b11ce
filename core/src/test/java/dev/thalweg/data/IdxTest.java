package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.gzip;
import static dev.thalweg.data.Fixtures.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
    @TempDir
    Path folder;

    /// Three pictures of 2 rows and 1 column.
    private final byte[] images = bytes(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 10, 11, 20, 21, 255, 31);
    private final byte[] labels = bytes(0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1);

    @BeforeEach
    void twoGoodParts() throws IOException {
        write(folder, "train-images-idx3-ubyte", images);
        write(folder, "train-labels-idx1-ubyte", labels);
        write(folder, "t10k-images.idx3-ubyte.gz", gzip(images));
        write(folder, "t10k-labels.idx1-ubyte.gz", gzip(labels));
    }

    private DataSet open() throws IOException {
        return DataSets.open(folder.toString());
    }

    @Test
    void readsPlainAndCompressedFiles() throws IOException {
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("0", "1", "2");
            for (var part : new Examples[] {set.train(), set.test()}) {
                assertThat(part.labels()).containsExactly(2, 0, 1);
                assertThat(part.picture(2).pixels()).isEqualTo(bytes(255, 31));
                assertThat(part.dimensions(0)).isEqualTo(new Dimensions(1, 2));
            }
            assertThat(set.test().name(1)).isEqualTo("record 1 of t10k-images.idx3-ubyte.gz");
        }
    }

    @Test
    void readsColourWithAFourthExtent() throws IOException {
        write(
                folder,
                "train-images-idx3-ubyte",
                bytes(0, 0, 8, 4, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        try (var set = open()) {
            assertThat(set.train().picture(1).pixels()).containsExactly(4, 5, 6);
        }
    }

    @Test
    void splitsTheTrainingPartWhereThereIsNoOther() throws IOException {
        var alone = folder.resolve("alone");
        write(alone, "train-images-idx3-ubyte", images);
        write(alone, "train-labels-idx1-ubyte", bytes(0, 0, 8, 1, 0, 0, 0, 3, 1, 1, 1));
        try (var set = DataSets.open(alone.toString())) {
            assertThat(set.train().size()).isEqualTo(2);
            assertThat(set.test().size()).isEqualTo(1);
        }
    }

    @Test
    void saysWhatIsWrongAndWhere() throws IOException {
        refused("train-images-idx3-ubyte", Arrays.copyOf(images, 21), 21, "expected 6 bytes after the header, found 5");
        refused("train-images-idx3-ubyte", Arrays.copyOf(images, 23), 22, "expected 6 bytes after the header, found 7");
        refused(
                "train-images-idx3-ubyte",
                Arrays.copyOf(images, 3),
                3,
                "expected an IDX header of 4 bytes, found the end of the file");
        refused(
                "train-images-idx3-ubyte",
                bytes(0x89, 'P', 'N', 'G'),
                0,
                "expected an IDX file, beginning 00 00, found 89 50");
        refused("train-images-idx3-ubyte", bytes(0, 0, 13, 3), 2, "expected element type 08 (unsigned byte), found 0d");
        refused(
                "train-images-idx3-ubyte",
                bytes(0, 0, 8, 3, 0, 0),
                3,
                "expected 3 extents in the header, found the end of the file");
        refused(
                "train-images-idx3-ubyte",
                labels,
                3,
                "expected pictures as (count, height, width) or (count, height, width, 1 or 3), found 1 dimensions");
        write(folder, "train-images-idx3-ubyte", images);
        refused("train-labels-idx1-ubyte", images, 3, "expected labels as (count), found 3 dimensions");
        refused(
                "train-labels-idx1-ubyte",
                bytes(0, 0, 8, 1, 0, 0, 0, 1, 2),
                4,
                "expected a label for each of the 3 pictures in train-images-idx3-ubyte, found 1");
        refused(
                "train-labels-idx1-ubyte",
                bytes(0, 0, 8, 1, 0xff, 0, 0, 0, 2),
                4,
                "expected an extent of at least 1, found -16777216");
    }

    private void refused(String file, byte[] content, long offset, String sentence) throws IOException {
        var path = write(folder, file, content);
        assertThatThrownBy(this::open)
                .isInstanceOf(MalformedFile.class)
                .hasMessage(path + ", byte " + offset + ": " + sentence);
    }

    @Test
    void saysWhichFileIsMissing() throws IOException {
        var half = folder.resolve("half");
        write(half, "t10k-labels-idx1-ubyte", labels);
        assertThatThrownBy(() -> DataSets.open(half.toString()))
                .hasMessageContaining("expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz, found neither");
        write(half, "train-labels-idx1-ubyte", labels);
        assertThatThrownBy(() -> DataSets.open(half.toString()))
                .hasMessageContaining(
                        "expected images and labels of the train part, found only train-labels-idx1-ubyte");
        write(folder, "train-labels-idx1-ubyte.gz", gzip(labels));
        assertThatThrownBy(this::open)
                .hasMessageContaining("expected one file with the labels of the train part, found"
                        + " train-labels-idx1-ubyte and train-labels-idx1-ubyte.gz");
    }
}
