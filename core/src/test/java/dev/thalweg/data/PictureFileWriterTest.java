package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.PictureFileWriter.Options;
import dev.thalweg.data.PictureFileWriter.Resizing;
import dev.thalweg.format.DiskSpace;
import dev.thalweg.format.Safetensors;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Resize;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Writing, and that what comes back is what went in; [PictureFileTest] has files of others.
class PictureFileWriterTest {
    private static final List<String> ALL = List.of("train", "validation", "test");

    @TempDir
    Path folder;

    private static Options options(Dimensions size, Resizing resizing) {
        return new Options(size, resizing, ALL, 2);
    }

    private Path convert(DataSet set, Options options) throws IOException {
        var file = folder.resolve("converted.safetensors");
        PictureFileWriter.write(set, file, options, () -> false, (done, of) -> {});
        return file;
    }

    private static DataSet set(Examples train, Examples validation, Examples test) {
        return DataSet.of("made", List.of("ants", "bees", "wasps, and \"others\""), train, validation, test);
    }

    /// IDX, CIFAR and PNG files of one size.
    private Path original(String kind) throws IOException {
        var source = folder.resolve(kind);
        switch (kind) {
            case "mnist" -> {
                Fixtures.write(source, "train-images-idx3-ubyte", idx(3, 41, 5, 7));
                Fixtures.write(source, "train-labels-idx1-ubyte", labels(41));
                Fixtures.write(source, "t10k-images-idx3-ubyte", idx(3, 9, 5, 7));
                Fixtures.write(source, "t10k-labels-idx1-ubyte", labels(9));
            }
            case "cifar" -> {
                Fixtures.write(source, "data_batch_1.bin", records(37));
                Fixtures.write(source, "test_batch.bin", records(5));
            }
            default -> {
                for (int i = 0; i < 40; i++)
                    Fixtures.write(source, "class%d/%02d.png".formatted(i % 3, i), Fixtures.png(11, 8, i));
            }
        }
        return source;
    }

    private static byte[] idx(int rank, int count, int height, int width) {
        byte[] header = Fixtures.bytes(0, 0, 8, rank, 0, 0, 0, count, 0, 0, 0, height, 0, 0, 0, width);
        return Fixtures.join(header, Fixtures.noise(width, height * count, 1, 3).pixels());
    }

    private static byte[] labels(int count) {
        var bytes = new byte[8 + count];
        bytes[2] = 8;
        bytes[3] = 1;
        bytes[7] = (byte) count;
        for (int i = 0; i < count; i++) bytes[8 + i] = (byte) (i * 7 % 10);
        return bytes;
    }

    private static byte[] records(int count) {
        var bytes = Fixtures.noise(3073, count, 1, count).pixels();
        for (int i = 0; i < count; i++) bytes[3073 * i] = (byte) (i * 7 % 10);
        return bytes;
    }

    private static List<byte[]> batches(DataSet set, Variation variation) throws IOException {
        var size = set.train().dimensions(0);
        int channels = set.train().picture(0).channels();
        var preprocessing = Preprocessing.measure(set.train(), channels, size.height() + 3, size.width(), 20);
        var seen = new ArrayList<byte[]>();
        try (var loader = new Loader(set.train(), preprocessing, variation, LoaderOptions.of(8, 5))) {
            for (int b = 0; b < 3 * loader.callsPerEpoch(); b++) {
                var batch = loader.next();
                seen.add(batch.images().toArray(ValueLayout.JAVA_BYTE));
                seen.add(batch.labels().toArray(ValueLayout.JAVA_BYTE));
                batch.release();
            }
        }
        return seen;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist", "cifar", "photos"})
    void picturesOfOneSizeGiveTheSameBatches(String kind) throws IOException {
        try (var original = DataSets.open(original(kind).toString());
                var converted = DataSets.open(convert(original, Options.of(2)).toString())) {
            assertThat(converted.classes()).isEqualTo(original.classes());
            assertThat(converted.train().labels()).isEqualTo(original.train().labels());
            assertThat(converted.test().labels()).isEqualTo(original.test().labels());
            assertThat(converted.train().name(3)).isEqualTo(original.train().name(3));
            for (var variation : List.of(
                    new Augmentation(Flip.ALTERNATING, 2, null, 3),
                    new Augmentation(Flip.RANDOM, 0, ResizedCrop.INCEPTION),
                    Views.MIRROR)) {
                var expected = batches(original, variation);
                var found = batches(converted, variation);
                assertThat(found).hasSameSizeAs(expected);
                for (int i = 0; i < found.size(); i++)
                    assertThat(found.get(i)).as("%s, %d", variation, i).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void aSplitOfTheTrainingPartIsTheSame() throws IOException {
        var split = SplitOptions.DEFAULT.withValidation(0.25);
        try (var original = DataSets.open(original("mnist").toString());
                var asked = DataSets.open(original("mnist").toString(), split);
                var converted = DataSets.open(convert(original, Options.of(1)).toString(), split)) {
            assertThat(converted.validation().labels())
                    .isEqualTo(asked.validation().labels());
            for (int i = 0; i < asked.validation().size(); i++)
                assertThat(converted.validation().name(i))
                        .isEqualTo(asked.validation().name(i));
        }
    }

    @Test
    void greyStaysGreyAndOneColouredPictureMakesAllColoured() throws IOException {
        var grey = Fixtures.noises(50, 6, 4, 1);
        try (var converted = DataSets.open(convert(set(grey, Examples.none(), Examples.none()), Options.of(2))
                .toString())) {
            assertThat(converted.train().picture(0).channels()).isEqualTo(1);
        }
        var mixed = Examples.concat(grey, Fixtures.noises(3, 6, 4, 3));
        try (var converted =
                DataSets.open(convert(set(mixed, grey, grey), Options.of(2)).toString())) {
            assertThat(converted.train().size()).isEqualTo(53);
            assertThat(converted.train().picture(7))
                    .usingRecursiveComparison()
                    .isEqualTo(grey.picture(7).withChannels(3));
            assertThat(converted.train().picture(51)).usingRecursiveComparison().isEqualTo(mixed.picture(51));
            assertThat(converted.test().picture(0).channels()).isEqualTo(3);
            assertThat(converted.classes().getLast()).isEqualTo("wasps, and \"others\"");
        }
    }

    private static Examples ofSizes() {
        return Fixtures.examples(
                List.of(
                        Fixtures.noise(40, 30, 3, 1),
                        Fixtures.noise(30, 40, 1, 2),
                        Fixtures.noise(9, 11, 3, 3),
                        Fixtures.noise(16, 12, 3, 4)),
                0,
                1,
                2);
    }

    @Test
    void cropsKeepTheShapeAndFitSqueezes() throws IOException {
        var sizes = ofSizes();
        var size = new Dimensions(16, 12);
        var made = set(sizes, Examples.none(), sizes);
        try (var cropped =
                DataSets.open(convert(made, options(size, Resizing.CROP)).toString())) {
            assertThat(cropped.train().picture(3)).usingRecursiveComparison().isEqualTo(sizes.picture(3));
            // 40×30 covers 16×12 exactly; of 30×40, made 16×21, the 12 rows from the fifth are the middle.
            assertThat(cropped.train().picture(0))
                    .usingRecursiveComparison()
                    .isEqualTo(Resize.to(sizes.picture(0), size));
            var tall = Resize.to(sizes.picture(1).withChannels(3), new Dimensions(16, 21));
            for (int x = 0; x < 16; x++)
                for (int y = 0; y < 12; y++)
                    assertThat(cropped.train().picture(1).at(x, y, 1)).isEqualTo(tall.at(x, y + 4, 1));
        }
        try (var fitted =
                DataSets.open(convert(made, options(size, Resizing.FIT)).toString())) {
            for (int i = 0; i < 4; i++)
                assertThat(fitted.train().picture(i))
                        .usingRecursiveComparison()
                        .isEqualTo(Resize.to(sizes.picture(i).withChannels(3), size));
        }
    }

    @Test
    void withoutASizePicturesOfSeveralBecome256() throws IOException {
        var made = set(ofSizes(), Examples.none(), Examples.none());
        try (var converted = DataSets.open(convert(made, Options.of(2)).toString());
                var arena = Arena.ofConfined()) {
            assertThat(converted.train().dimensions(0)).isEqualTo(new Dimensions(256, 256));
            var metadata = Safetensors.open(folder.resolve("converted.safetensors"), arena)
                    .metadata();
            assertThat(metadata)
                    .containsEntry("format", "thalweg.pictures")
                    .containsEntry("version", "1")
                    .containsEntry("source", "made")
                    .containsEntry("source.fingerprint", made.fingerprint())
                    .containsEntry("classes", "[\"ants\",\"bees\",\"wasps, and \\\"others\\\"\"]")
                    .containsEntry("resized", "to 256×256, shape kept, the middle cut out, antialiased bilinear");
        }
    }

    @Test
    void aSubsetOfThePartsCanBeConverted() throws IOException {
        var made = set(Fixtures.noises(5, 4, 4, 3), Fixtures.noises(4, 4, 4, 3), Fixtures.noises(3, 4, 4, 3));
        var only = new Options(null, Resizing.CROP, List.of("train", "test"), 1);
        try (var converted = DataSets.open(convert(made, only).toString())) {
            assertThat(converted.train().size()).isEqualTo(5);
            assertThat(converted.validation().size()).isZero();
            assertThat(converted.test().size()).isEqualTo(3);
        }
        assertThatThrownBy(() -> new Options(null, Resizing.CROP, List.of("training"), 1))
                .hasMessage("parts are train, validation and test, got 'training'");
        assertThatThrownBy(() -> convert(
                        set(Fixtures.noises(1, 4, 4, 3), Examples.none(), Examples.none()),
                        new Options(null, Resizing.CROP, List.of("test"), 1)))
                .hasMessage("made has no pictures in the parts [test]");
    }

    @Test
    void threadsChangeNoByte() throws IOException {
        var many = Fixtures.noises(301, 61, 57, 3); // several chunks of a megabyte
        var made = set(many, Examples.none(), many);
        byte[] one = Files.readAllBytes(convert(made, new Options(null, Resizing.CROP, ALL, 1)));
        byte[] three = Files.readAllBytes(convert(made, new Options(null, Resizing.CROP, ALL, 3)));
        assertThat(three).isEqualTo(one);
        try (var converted =
                DataSets.open(folder.resolve("converted.safetensors").toString())) {
            for (int i : new int[] {0, 99, 100, 300})
                assertThat(converted.train().picture(i).pixels())
                        .isEqualTo(many.picture(i).pixels());
        }
    }

    @Test
    void severalThreadsMayRead() throws Exception {
        var pictures = Fixtures.noises(64, 9, 5, 3);
        try (var converted = DataSets.open(convert(set(pictures, Examples.none(), pictures), Options.of(2))
                        .toString());
                var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> reader = () -> {
                for (int i = 0; i < 64; i++)
                    if (!Arrays.equals(
                            converted.train().picture(i).pixels(),
                            pictures.picture(i).pixels())) return false;
                return true;
            };
            for (var right : threads.invokeAll(Collections.nCopies(8, reader)))
                assertThat(right.get()).isTrue();
        }
    }

    @Test
    void whatCannotBeReadLeavesTheOldFile() throws IOException {
        var file = folder.resolve("converted.safetensors");
        Files.writeString(file, "old");
        Fixtures.write(folder, "set/a/1.png", Fixtures.png(4, 4, 1));
        Fixtures.write(folder, "set/a/2.png", Fixtures.png(4, 4, 2));
        Fixtures.write(folder, "set/b/3.png", Fixtures.png(4, 4, 3));
        byte[] whole = Fixtures.png(4, 4, 4);
        whole[45] ^= 0x55;
        Fixtures.write(folder, "set/b/4.png", whole);
        try (var set = DataSets.open(folder.resolve("set").toString())) {
            assertThatThrownBy(() -> convert(set, Options.of(2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot read b/4.png: ");
        }
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("converted.safetensors", "set");
    }

    @Test
    void stopsWhenAskedAndLeavesNothing() {
        var stopped = new AtomicBoolean();
        var set = set(Fixtures.noises(400, 61, 57, 3), Examples.none(), Examples.none());
        assertThatThrownBy(() -> PictureFileWriter.write(
                        set,
                        folder.resolve("a.safetensors"),
                        Options.of(2),
                        stopped::get,
                        (done, of) -> stopped.set(true)))
                .isInstanceOf(CancellationException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void looksForRoomFirst() {
        DiskSpace full = where -> 17_000_000;
        var set = set(Fixtures.noises(200, 61, 57, 3), Examples.none(), Examples.none());
        var file = folder.resolve("a.safetensors");
        assertThatThrownBy(() -> PictureFileWriter.write(set, file, Options.of(1), () -> false, (done, of) -> {}, full))
                .hasMessage("%s needs 3 MB, and %s has only 17 MB left", file, folder);
        assertThat(folder).isEmptyDirectory();
    }
}
