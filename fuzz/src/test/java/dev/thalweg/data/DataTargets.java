package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.fuzz.Target;
import dev.thalweg.fuzz.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Readers of pictures and labels.
public final class DataTargets {
    /// Pictures of more are left out, for time: what they may take is bounded by [ImageDecoder#MOST_PIXELS].
    private static final long PIXELS = 1 << 14;

    /// What tables may name.
    private static final List<String> PICTURES = List.of("a.png", "b.png", "cats/c.png", "dogs/c.png", "dogs/d.jpg");

    /// A thread's folder of these, all empty.
    private static final ThreadLocal<Path> PHOTOS = ThreadLocal.withInitial(DataTargets::photos);

    private static final String[] TABLE = {
        ",", "\t", ";", "\"", "\"\"", "\n", "\r", "path", "label", "split", "train", "val", "a.png", "cats/", "../",
        "\\", "\ufeff"
    };

    public static final List<Target> ALL = List.of(
            Target.of("idx", MalformedFile.class, DataTargets::idx),
            Target.of("cifar", MalformedFile.class, DataTargets::cifar),
            Target.of("tar", MalformedFile.class, DataTargets::tar),
            Target.of(
                    "tar-signed",
                    MalformedFile.class,
                    DataTargets::signedTar,
                    "path=",
                    "size=",
                    "20 path=a/b/c.png\n",
                    "ustar",
                    "\0"),
            Target.of("zip", MalformedFile.class, DataTargets::zip),
            Target.of(
                    "archived-set",
                    IOException.class,
                    DataTargets::archivedSet,
                    "labels.csv",
                    ".cls",
                    ".json",
                    ".png",
                    "train/",
                    "test/",
                    "\0",
                    "/",
                    "{\"label\":",
                    ",",
                    "\n"),
            Target.of("table", MalformedFile.class, DataTargets::table, TABLE),
            Target.of("table-given", IOException.class, DataTargets::tableGiven, TABLE),
            Target.ofFile("parquet", DataTargets::parquet, "PAR1", "image", "label", "bytes", "\0")
                    .waiting(),
            Target.ofFile(
                    "picture-file",
                    file -> readAll(PictureFile.open("x", file, SplitOptions.DEFAULT)),
                    "\"train.images\"",
                    "\"test.labels\"",
                    "\"I64\"",
                    "\"U8\"",
                    "classes",
                    "[",
                    "]",
                    ",",
                    "\\\""),
            Target.of("gzip", IOException.class, DataTargets::gzip));

    private DataTargets() {}

    private static StoredFile stored(String name, byte[] bytes) {
        return new StoredFile(name, bytes.length, new StoredFile.Source() {
            @Override
            public byte[] read() {
                return bytes;
            }

            @Override
            public String where() {
                return name;
            }
        });
    }

    private static void readAll(Examples examples) throws IOException {
        for (int i = 0; i < examples.size(); i++) {
            examples.label(i);
            examples.name(i);
            if (examples.dimensions(i).pixels() <= PIXELS) examples.picture(i);
        }
    }

    /// Reads all of a set and closes it.
    private static void readAll(DataSet set) throws IOException {
        try (set) {
            for (var part : List.of(set.train(), set.validation(), set.test())) readAll(part);
        }
    }

    /// Two bytes: how many of the rest are the pictures; what follows them are the labels.
    private static void idx(byte[] input) throws IOException {
        if (input.length < 2) return;
        int split = Math.min(input.length, 2 + ((input[0] & 0xff) << 8 | input[1] & 0xff));
        var images = stored("train-images-idx3-ubyte", Arrays.copyOfRange(input, 2, split));
        var labels = stored("train-labels-idx1-ubyte", Arrays.copyOfRange(input, split, input.length));
        var set = Idx.open("x", new FileTree("x", List.of(images, labels), () -> {}), SplitOptions.DEFAULT);
        if (set != null) readAll(set);
    }

    /// The first byte chooses between the two kinds.
    private static void cifar(byte[] input) throws IOException {
        if (input.length < 1) return;
        boolean ten = input[0] % 2 == 0;
        var file = stored("x", Arrays.copyOfRange(input, 1, input.length));
        readAll(CifarBinary.read(file, ten ? 1 : 2, ten ? 10 : 100));
    }

    private static void tar(byte[] input) throws IOException {
        var tree = TarArchive.list("x", MemorySegment.ofArray(input), () -> {});
        for (var file : tree.files()) file.read();
        tree.lookThrough(true).describe();
    }

    private static void signedTar(byte[] input) throws IOException {
        tar(signed(input));
    }

    /// Every block that looks like a header gets its checksum, past which a mutation would rarely come.
    private static byte[] signed(byte[] input) {
        byte[] tar = input.clone();
        for (int block = 0; block + 512 <= tar.length; block += 512) {
            if (tar[block + 257] != 'u' || tar[block + 258] != 's') continue;
            Arrays.fill(tar, block + 148, block + 156, (byte) ' ');
            int sum = 0;
            for (int i = 0; i < 512; i++) sum += tar[block + i] & 0xff;
            byte[] digits = "%06o\0 ".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, tar, block + 148, 8);
        }
        return tar;
    }

    private static void zip(byte[] input) throws IOException {
        var tree = ZipArchive.list("x", MemorySegment.ofArray(input), () -> {});
        for (var file : tree.files()) file.read();
        tree.lookThrough(true).describe();
    }

    /// Whatever [DataSets] takes what an archive lists for; in a tar archive, whose contents have no checksums.
    private static void archivedSet(byte[] input) throws IOException {
        var tree = TarArchive.list("x", MemorySegment.ofArray(signed(input)), () -> {});
        var set = DataSets.recognised("x", tree, SplitOptions.DEFAULT);
        if (set != null) readAll(set);
    }

    /// A table among the pictures that it may name.
    private static void table(byte[] input) throws IOException {
        var files = new ArrayList<>(List.of(stored("labels.csv", input)));
        for (var picture : PICTURES) files.add(stored(picture, new byte[0]));
        var set = new LabelTable().open("x", new FileTree("x", files, () -> {}), SplitOptions.DEFAULT);
        if (set != null) listAll(set);
    }

    /// A table in a folder of its own, whose paths may lead anywhere on the disk.
    private static void tableGiven(byte[] input) throws IOException {
        listAll(LabelTable.open(Files.write(PHOTOS.get().resolve("labels.csv"), input), SplitOptions.DEFAULT));
    }

    private static Path photos() {
        try {
            var folder = TemporaryFolder.makePath();
            for (var picture : PICTURES) {
                Files.createDirectories(folder.resolve(picture).getParent());
                Files.createFile(folder.resolve(picture));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void listAll(DataSet set) {
        try (set) {
            for (var part : List.of(set.train(), set.validation(), set.test()))
                for (int i = 0; i < part.size(); i++) {
                    part.label(i);
                    part.name(i);
                }
        }
    }

    private static void parquet(Path file) throws IOException {
        var tree = new FileTree(file.toString(), List.of(FileTree.file(file)), () -> {});
        var set = new ParquetFiles().open("x", tree, SplitOptions.DEFAULT);
        if (set != null) readAll(set);
    }

    private static void gzip(byte[] input) throws IOException {
        Gzip.inflate(new java.io.ByteArrayInputStream(input), "x", 1 << 20);
    }
}
