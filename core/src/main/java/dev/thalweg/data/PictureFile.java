package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.DType;
import dev.thalweg.format.Entry;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.format.Safetensors;
import dev.thalweg.format.SafetensorsFile;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.tensor.Quote;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A data set as one file of decoded pictures, mapped into memory: nothing is left to decode, and a picture
/// costs a copy. It is a safetensors file ([Safetensors]) with these tensors for each part P of `train`,
/// `validation` and `test` that is not empty:
///
/// | tensor | type | shape | holds |
/// |---|---|---|---|
/// | `P.images` | U8 | (n, height, width, channels) | pixels 0–255, rows from the top, channels 1 (grey) or 3 (red,
/// green, blue) |
/// | `P.labels` | I64 | (n) | each picture's class, counted from 0 |
/// | `P.names` | U8 | (bytes) | may be missing: the pictures' names in UTF-8, `\n` between them, compressed by gzip |
///
/// and these metadata, of which none is indispensable:
///
/// | key | value |
/// |---|---|
/// | `format` | `thalweg.pictures` |
/// | `version` | `1` |
/// | `classes` | a JSON array of the classes' names; without it they are called `0`, `1` … |
/// | `source` | what the pictures were converted from |
/// | `source.fingerprint` | that data set's [DataSet#fingerprint] |
/// | `resized` | `no`, or to which size and how |
///
/// In Python:
///
///     t = safetensors.numpy.load_file("photos.safetensors")
///     images, labels = t["train.images"], t["train.labels"]
///     names = gzip.decompress(t["train.names"].tobytes()).decode().split("\n")
///     with safetensors.safe_open("photos.safetensors", "numpy") as f:
///         classes = json.loads(f.metadata()["classes"])
///
/// and a file that Python writes with images and labels like these opens here. [PictureFileWriter] writes it.
public final class PictureFile {
    static final String FORMAT = "thalweg.pictures";
    private static final String ENDING = ".safetensors";
    static final String VERSION = "1";
    static final List<String> PARTS = List.of("train", "validation", "test");

    /// The most bytes that a picture's name is expected to take.
    private static final long LONGEST_NAME = 4096;

    private final Path path;
    private final SafetensorsFile file;

    private PictureFile(Path path, SafetensorsFile file) {
        this.path = path;
        this.file = file;
    }

    /// Whether a file's name says that it may be one.
    static boolean isName(String name) {
        return name.endsWith(ENDING);
    }

    /// The data set in the file; closing it unmaps the file.
    ///
    /// @throws IOException if anything in the file is not as stated above; the message has the byte
    static DataSet open(String name, Path path, SplitOptions options) throws IOException {
        var arena = Arena.ofShared();
        try {
            return new PictureFile(path, Safetensors.open(path, arena)).read(name, arena, options);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private DataSet read(String name, Arena arena, SplitOptions options) throws IOException {
        var metadata = file.metadata();
        if (PARTS.stream().allMatch(part -> file.find(part + ".images").isEmpty()))
            throw malformed(
                    0,
                    "expected pictures in a tensor named train.images or test.images, found %s"
                            .formatted(
                                    file.names().isEmpty()
                                            ? "no tensors"
                                            : Quote.of(file.names().getFirst())
                                                    + " and the like, as in a model's file"));
        String version = metadata.getOrDefault("version", VERSION);
        if (FORMAT.equals(metadata.get("format")) && !version.equals(VERSION))
            throw malformed(0, "expected version %s of the format, found '%s'".formatted(VERSION, version));
        var labels = new ArrayList<int[]>();
        int largest = -1;
        for (var part : PARTS) {
            labels.add(labels(part));
            largest = Math.max(largest, IntStream.of(labels.getLast()).max().orElse(-1));
        }
        var classes = classes(largest + 1);
        var parts = new ArrayList<Examples>();
        for (int p = 0; p < PARTS.size(); p++) parts.add(examples(PARTS.get(p), labels.get(p), classes.size(), arena));
        return new Parts(parts.get(0), parts.get(1), parts.get(2)).complete(name, classes, options, List.of());
    }

    private List<String> classes(int least) throws IOException {
        String json = file.metadata().get("classes");
        if (json == null)
            return IntStream.range(0, least).mapToObj(String::valueOf).toList();
        try {
            var classes = List.of(JsonMapper.shared().readValue(json, String[].class));
            if (!classes.isEmpty()) return classes;
        } catch (JacksonException | NullPointerException e) {
            // said below
        }
        throw malformed(8, "expected the metadata 'classes' to be a JSON array of names");
    }

    private int[] labels(String part) throws IOException {
        var found = file.find(part + ".labels");
        if (found.isEmpty()) return new int[0];
        var tensor = found.get();
        if (tensor.type() != DType.I64 || tensor.shape().size() != 1)
            throw malformed(
                    file.offset(tensor),
                    "expected %s to be I64 of one dimension, found %s %s"
                            .formatted(tensor.name(), tensor.type(), tensor.shape()));
        if (tensor.size() > Integer.MAX_VALUE - 8)
            throw malformed(file.offset(tensor), "expected fewer than 2^31 labels, found " + tensor.size());
        long[] stored = tensor.longs();
        var labels = new int[stored.length];
        for (int i = 0; i < stored.length; i++) {
            if (stored[i] < 0 || stored[i] > Short.MAX_VALUE) throw badLabel(tensor, i, stored[i], Short.MAX_VALUE);
            labels[i] = (int) stored[i];
        }
        return labels;
    }

    private IOException badLabel(Entry labels, int i, long label, int most) {
        return malformed(
                file.offset(labels) + 8L * i,
                "expected a label from 0 to %d in %s, found %d".formatted(most, labels.name(), label));
    }

    private Examples examples(String part, int[] labels, int classes, Arena arena) throws IOException {
        var found = file.find(part + ".images");
        if (found.isEmpty()) {
            if (labels.length > 0)
                throw malformed(0, "expected %s.images beside %s.labels, found only the latter".formatted(part, part));
            return Examples.none();
        }
        var images = found.get();
        var shape = images.shape();
        if (images.type() != DType.U8 || shape.size() != 4)
            throw malformed(
                    file.offset(images),
                    "expected %s to be U8 of four dimensions (n, height, width, channels), found %s %s"
                            .formatted(images.name(), images.type(), shape));
        long n = shape.get(0), height = shape.get(1), width = shape.get(2), channels = shape.get(3);
        if (n < 1 || height < 1 || width < 1 || (channels != 1 && channels != 3))
            throw malformed(
                    file.offset(images),
                    "expected %s to have pictures of at least 1×1 pixels and 1 or 3 channels, found %s"
                            .formatted(images.name(), shape));
        if (height * width > ImageDecoder.MOST_PIXELS || height > Integer.MAX_VALUE || width > Integer.MAX_VALUE)
            throw malformed(
                    file.offset(images),
                    "expected pictures of at most %,d pixels in %s, found %d×%d"
                            .formatted(ImageDecoder.MOST_PIXELS, images.name(), width, height));
        if (n != labels.length)
            throw malformed(
                    file.offset(images),
                    "expected a label in %s.labels for each of the %d pictures in %s, found %d"
                            .formatted(part, n, images.name(), labels.length));
        for (int i = 0; i < labels.length; i++)
            if (labels[i] >= classes) throw badLabel(file.get(part + ".labels"), i, labels[i], classes - 1);
        return new MappedPictures(
                part,
                images.data(),
                (int) height,
                (int) width,
                (int) channels,
                labels,
                names(part, labels.length),
                arena);
    }

    /// The pictures' names, or none.
    private List<String> names(String part, int n) throws IOException {
        var found = file.find(part + ".names");
        if (found.isEmpty()) return List.of();
        var tensor = found.get();
        if (tensor.type() != DType.U8 || tensor.shape().size() != 1)
            throw malformed(
                    file.offset(tensor),
                    "expected %s to be U8 of one dimension, found %s %s"
                            .formatted(tensor.name(), tensor.type(), tensor.shape()));
        long budget = Math.min(Gzip.budget(), LONGEST_NAME * n);
        byte[] text = Gzip.inflate(new ByteArrayInputStream(tensor.toArray()), path + ", " + tensor.name(), budget);
        var names = Arrays.asList(new String(text, UTF_8).split("\n", -1));
        if (names.size() != n)
            throw malformed(
                    file.offset(tensor),
                    "expected a name in %s for each of the %d pictures, found %d"
                            .formatted(tensor.name(), n, names.size()));
        return names;
    }

    private MalformedFile malformed(long offset, String sentence) {
        return new MalformedFile(path.toString(), offset, sentence);
    }
}
