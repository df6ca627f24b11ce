package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.DType;
import dev.thalweg.format.Entry;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.format.Safetensors;
import dev.thalweg.picture.Dimensions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading; [PictureFileWriterTest] has writing, and what comes back.
class PictureFileTest {
    @TempDir
    Path folder;

    private Path made(Map<String, String> metadata, Entry... tensors) throws IOException {
        var file = folder.resolve("made.safetensors");
        Safetensors.write(file, new LinkedHashMap<>(metadata), List.of(tensors));
        return file;
    }

    private static Entry pixels(String name, long... shape) {
        long size = 1;
        var extents = new ArrayList<Long>();
        for (long extent : shape) {
            size *= extent;
            extents.add(extent);
        }
        return new Entry(name, DType.U8, extents, MemorySegment.ofArray(new byte[(int) size]));
    }

    private static Entry text(String name, byte[] bytes) {
        return new Entry(name, DType.U8, List.of((long) bytes.length), MemorySegment.ofArray(bytes));
    }

    /// As numpy would: `save_file({"train.images": …, "train.labels": …})`.
    @Test
    void opensWhatAnotherProgramWroteWithoutMetadata() throws IOException {
        var file = made(Map.of(), pixels("train.images", 4, 2, 3, 1), Entry.ofLongs("train.labels", 0, 2, 2, 0));
        try (var set = DataSets.open(file.toString(), new SplitOptions(0.5, 0, 1))) {
            assertThat(set.name()).isEqualTo("made");
            assertThat(set.classes()).containsExactly("0", "1", "2");
            assertThat(set.train().size() + set.test().size()).isEqualTo(4);
            assertThat(set.train().dimensions(0)).isEqualTo(new Dimensions(3, 2));
            assertThat(set.train().name(0)).matches("picture \\d of train");
        }
    }

    private void refuses(String sentence, Map<String, String> metadata, Entry... tensors) throws IOException {
        var file = made(metadata, tensors);
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith(file + ", byte ")
                .hasMessageEndingWith(": " + sentence);
    }

    @Test
    void believesNothing() throws IOException {
        var labels = Entry.ofLongs("train.labels", 0, 1);
        var images = pixels("train.images", 2, 2, 3, 3);
        Map<String, String> none = Map.of();
        refuses(
                "expected pictures in a tensor named train.images or test.images, found 'fc.weight' and the like, as in"
                        + " a model's file",
                none,
                pixels("fc.weight", 3));
        refuses(
                "expected version 1 of the format, found '2'",
                Map.of("format", "thalweg.pictures", "version", "2"),
                images,
                labels);
        refuses("expected a label in train.labels for each of the 2 pictures in train.images, found 0", none, images);
        refuses(
                "expected a label in train.labels for each of the 3 pictures in train.images, found 2",
                none,
                pixels("train.images", 3, 2, 2, 1),
                labels);
        refuses(
                "expected train.images to be U8 of four dimensions (n, height, width, channels), found U8 [2, 4, 3]",
                none,
                pixels("train.images", 2, 4, 3),
                labels);
        refuses(
                "expected train.images to have pictures of at least 1×1 pixels and 1 or 3 channels, found [2, 2, 2, 4]",
                none,
                pixels("train.images", 2, 2, 2, 4),
                labels);
        refuses(
                "expected train.labels to be I64 of one dimension, found U8 [2]",
                none,
                images,
                pixels("train.labels", 2));
        refuses(
                "expected a label from 0 to 32767 in train.labels, found -1",
                none,
                images,
                Entry.ofLongs("train.labels", 0, -1));
        refuses(
                "expected a label from 0 to 1 in train.labels, found 2",
                Map.of("classes", "[\"a\", \"b\"]"),
                images,
                Entry.ofLongs("train.labels", 0, 2));
        for (var wrong : List.of("a, b", "[]", "{}", "[null]"))
            refuses(
                    "expected the metadata 'classes' to be a JSON array of names",
                    Map.of("classes", wrong),
                    images,
                    labels);
        refuses(
                "expected a name in train.names for each of the 2 pictures, found 3",
                none,
                images,
                labels,
                text("train.names", Fixtures.gzip("a\nb\nc".getBytes(UTF_8))));
        refuses(
                "expected test.images beside test.labels, found only the latter",
                none,
                images,
                labels,
                Entry.ofLongs("test.labels", 1));
        var file = made(none, images, labels, text("train.names", "no gzip".getBytes(UTF_8)));
        assertThatThrownBy(() -> DataSets.open(file.toString())).hasMessageContaining("expected gzip data");
        var bomb = made(none, images, labels, text("train.names", Fixtures.gzip(new byte[10_000])));
        assertThatThrownBy(() -> DataSets.open(bomb.toString())).isInstanceOf(IOException.class);
    }

    /// The byte is that of the wrong label.
    @Test
    void saysWhereTheWrongLabelIs() throws IOException {
        var file = made(
                Map.of("classes", "[\"a\"]"),
                pixels("train.images", 3, 1, 1, 1),
                Entry.ofLongs("train.labels", 0, 0, 7));
        long end = Files.size(file) - 3; // labels come first, 24 bytes, then three pixels
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .hasMessage(file + ", byte " + (end - 8) + ": expected a label from 0 to 0 in train.labels, found 7");
    }

    @Test
    void whatIsCutShortIsSaid() throws IOException {
        var file = made(Map.of(), pixels("train.images", 2, 8, 8, 3), Entry.ofLongs("train.labels", 0, 1));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 13) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> DataSets.open(file.toString()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file.toString());
        }
    }
}
