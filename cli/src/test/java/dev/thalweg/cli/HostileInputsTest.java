package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a hostile or unlucky user hands to the command line: one sentence, which docs/RELIABILITY.md quotes, a
/// status that is not 0, and nothing left behind.
class HostileInputsTest {
    private static final Path PROMISES = Path.of("..", "docs", "RELIABILITY.md");

    @TempDir
    static Path folder;

    /// A finished run.
    static Path run;

    @FunctionalInterface
    interface Input {
        /// Makes the input, and returns the command line.
        List<Object> make(Path at) throws IOException;
    }

    /// @param name as the table of promises has it
    record Hostile(String name, Input input) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        var ran = thalweg(
                "train",
                "shapes:60",
                "--model",
                "lenet5",
                "--epochs",
                "1",
                "--batch",
                "30",
                "--threads",
                "1",
                "--out",
                run);
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    static List<Hostile> all() {
        return List.of(
                new Hostile("IDX: fewer labels than pictures", at -> data(idx(at, images(12), labels(11)))),
                new Hostile(
                        "IDX: fewer bytes than the header says",
                        at -> data(idx(at, Arrays.copyOf(images(12), 100), labels(12)))),
                new Hostile(
                        "IDX: extents of 2^31 − 1",
                        at -> data(
                                idx(at, header(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), labels(12)))),
                new Hostile("IDX: an extent of 2^31", at -> data(idx(at, header(Integer.MIN_VALUE, 4, 4), labels(12)))),
                new Hostile("IDX: a truncated .gz", at -> {
                    byte[] gzip = gzip(images(12));
                    write(at, "train-images-idx3-ubyte.gz", Arrays.copyOf(gzip, gzip.length - 9));
                    return data(write(at, "train-labels-idx1-ubyte", labels(12)).getParent());
                }),
                new Hostile("IDX: one class", at -> data(idx(at, images(12), header(12, new byte[12])))),
                new Hostile(
                        "CIFAR: half a record",
                        at -> data(write(at, "data_batch_1.bin", new byte[2 * 3073 + 5])
                                .getParent())),
                new Hostile("CIFAR: a label out of range", at -> {
                    var record = new byte[3073];
                    record[0] = 11;
                    return data(write(at, "data_batch_1.bin", record).getParent());
                }),
                new Hostile("a JPEG of no bytes", at -> data(pictures(at, "bees/7.jpg", new byte[0]))),
                new Hostile(
                        "a PNG that announces 60,000 × 60,000", at -> data(pictures(at, "bees/7.png", png(60_000)))),
                new Hostile("a folder of a class without pictures", at -> {
                    pictures(at, "bees/7.png", png(8));
                    Files.createDirectory(at.resolve("cats"));
                    return data(at);
                }),
                new Hostile(
                        "a single class",
                        at -> data(write(at, "ants/1.png", png(8)).getParent().getParent())),
                new Hostile("a batch larger than the data", at -> {
                    var line = new java.util.ArrayList<>(data(pictures(at, "bees/7.png", png(8))));
                    line.addAll(List.of("--batch", 400));
                    return line;
                }),
                new Hostile("a truncated .tar.gz", at -> {
                    byte[] gzip = gzip(noise(5000));
                    return data(write(at, "photos.tar.gz", Arrays.copyOf(gzip, gzip.length / 2)));
                }),
                new Hostile("a zip bomb: 4 GiB announced in 105 bytes", at -> data(write(at, "photos.zip", bomb()))),
                new Hostile("an archive of no bytes", at -> data(write(at, "photos.tar", new byte[0]))),
                new Hostile("a recipe with a typo", at -> recipe(at, "{\"loss\": {\"smothing\": 0.1}}")),
                new Hostile("a recipe with NaN", at -> recipe(at, "{\"training\": {\"epochs\": NaN}}")),
                new Hostile("a recipe nested 5,000 deep", at -> recipe(at, "{\"training\":".repeat(5000))),
                new Hostile(
                        "a model with a flipped byte",
                        at -> predict(damaged(at, bytes -> {
                            bytes[bytes.length - 50] ^= 1;
                            return bytes;
                        }))),
                new Hostile(
                        "a model that is cut short", at -> predict(damaged(at, bytes -> Arrays.copyOf(bytes, 20_000)))),
                new Hostile("a model of no bytes", at -> predict(write(at, "model.safetensors", new byte[0]))),
                new Hostile("a picture as a model", at -> predict(write(at, "model.safetensors", png(8)))),
                new Hostile(
                        "a model and data of other classes",
                        at -> List.of("evaluate", run, pictures(at, "bees/7.png", png(8)))),
                new Hostile(
                        "predict: an empty picture", at -> List.of("predict", run, write(at, "new.jpg", new byte[0]))),
                new Hostile(
                        "predict: a folder without pictures",
                        at -> List.of(
                                "predict",
                                run,
                                write(at, "new/readme.txt", new byte[1]).getParent())),
                new Hostile("a file where the run's folder should be", at -> {
                    Path file = write(at, "file", new byte[1]);
                    return List.of(
                            "train",
                            pictures(at.resolve("photos"), "bees/7.png", png(8)),
                            "--model",
                            "lenet5",
                            "--batch",
                            2,
                            "--out",
                            file);
                }),
                new Hostile("a checkpoint with a flipped byte", at -> {
                    copyRun(at);
                    Path checkpoint = at.resolve("checkpoint.safetensors");
                    byte[] bytes = Files.readAllBytes(checkpoint);
                    bytes[bytes.length / 2] ^= 1;
                    Files.write(checkpoint, bytes);
                    return List.of("train", "--resume", at);
                }),
                new Hostile("100,000 threads", at -> recipe(at, "{\"training\": {\"threads\": 100000}}")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void oneSentence(Hostile hostile) throws IOException {
        Path at = Files.createTempDirectory(folder, "in").resolve("data");
        Files.createDirectory(at);
        var line = hostile.input().make(at);
        var ran = thalweg(line.toArray());
        String said = ran.err()
                .strip()
                .replace(at.toString(), "DATA")
                .replace(run.toString(), "RUN")
                .replaceAll("\\b[0-9a-f]{8}\\b", "xxxxxxxx")
                // A model's header names the machine, and has another length on each.
                .replaceAll("byte \\d+: (expected tensor '[^']*' to lie within) \\d+ bytes", "byte N: $1 N bytes");
        assertThat(ran.status()).as(said).isNotZero();
        assertThat(said).hasLineCount(1).doesNotContain("Exception", "--debug");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(Files.readString(PROMISES))
                .as("docs/RELIABILITY.md has what is said")
                .contains("| %s | `%s` |".formatted(hostile.name(), said));
    }

    /// JSON has it as it is.
    @Test
    void aNameThatATerminalWouldObeyIsNotPrintedRaw() throws IOException {
        var image = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", image);
        Path file = write(folder, "names/\u001b[31m\nr\u202ex.png", image.toByteArray());
        var ran = thalweg("predict", run, file.getParent());
        assertThat(ran.out()).startsWith(file.getParent() + "/\ufffd[31m\ufffdr\ufffdx.png\n ");
        assertThat(thalweg("predict", run, file, "--json").out())
                .contains("\"file\" : \"%s/\\u001B[31m\\nr\u202ex.png\"".formatted(file.getParent()));
    }

    /// An archive whose directory says of one picture that it unpacks to 4 GiB.
    private static byte[] bomb() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.setLevel(0); // the same bytes by every deflater
            for (String name : List.of("ants/1.png", "ants/2.png", "bees/1.png", "bees/2.png")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(new byte[100]);
                zip.closeEntry();
            }
        }
        byte[] bytes = out.toByteArray();
        // Its last entry's size, 24 bytes into the directory's record.
        int record = new String(bytes, ISO_8859_1).lastIndexOf("PK\1\2");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(record + 24, -2);
        return bytes;
    }

    private static List<Object> data(Path data) {
        return List.of(
                "train", data, "--model", "lenet5", "--epochs", 1, "--threads", 1, "--out", folder.resolve("out"));
    }

    private static List<Object> recipe(Path at, String json) throws IOException {
        return List.of(
                "train",
                "shapes:60",
                "--recipe",
                write(at, "mine.json", json.getBytes(UTF_8)),
                "--out",
                folder.resolve("out"));
    }

    private static List<Object> predict(Path model) throws IOException {
        return List.of("predict", model, write(model.getParent(), "new.png", png(8)));
    }

    private static Path damaged(Path at, java.util.function.UnaryOperator<byte[]> damage) throws IOException {
        return write(at, "model.safetensors", damage.apply(Files.readAllBytes(run.resolve("model.safetensors"))));
    }

    private static void copyRun(Path to) throws IOException {
        try (var files = Files.list(run)) {
            for (var file : files.toList()) Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    private static Path write(Path at, String name, byte[] content) throws IOException {
        Path file = at.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static Path idx(Path at, byte[] images, byte[] labels) throws IOException {
        write(at, "train-images-idx3-ubyte", images);
        return write(at, "train-labels-idx1-ubyte", labels).getParent();
    }

    private static byte[] header(int count, int height, int width) {
        return ByteBuffer.allocate(16)
                .putInt(0x803)
                .putInt(count)
                .putInt(height)
                .putInt(width)
                .array();
    }

    private static byte[] header(int count, byte[] labels) {
        return ByteBuffer.allocate(8 + labels.length)
                .putInt(0x801)
                .putInt(count)
                .put(labels)
                .array();
    }

    private static byte[] images(int count) {
        return Arrays.copyOf(header(count, 4, 4), 16 + 16 * count);
    }

    private static byte[] labels(int count) {
        var labels = new byte[count];
        for (int i = 0; i < count; i++) labels[i] = (byte) (i % 2);
        return header(count, labels);
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new java.util.SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /// Three ants, three bees, and a file more.
    private static Path pictures(Path at, String name, byte[] content) throws IOException {
        for (String label : List.of("ants", "bees"))
            for (int i = 0; i < 3; i++) write(at, label + "/" + i + ".png", png(8));
        write(at, name, content);
        return at;
    }

    /// A black square; of a large one the first rows only.
    private static byte[] png(int side) {
        var deflater = new Deflater();
        deflater.setInput(new byte[(3 * side + 1) * Math.min(side, 8)]);
        deflater.finish();
        var packed = new byte[10_000];
        int length = deflater.deflate(packed);
        deflater.end();
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        chunk(
                out,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(side)
                        .putInt(side)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
        chunk(out, "IDAT", Arrays.copyOf(packed, length));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
        var body = ByteBuffer.allocate(4 + content.length)
                .put(type.getBytes(UTF_8))
                .put(content)
                .array();
        var crc = new CRC32();
        crc.update(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
