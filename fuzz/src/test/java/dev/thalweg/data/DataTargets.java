package dev.thalweg.data;

import dev.thalweg.fuzz.Target;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Readers of pictures and labels.
public final class DataTargets {
    /// Pictures of more are left out: what they may take is bounded by [ImageDecoder#MOST_PIXELS].
    private static final long PIXELS = 1 << 18;

    public static final List<Target> ALL = List.of(
            Target.of("idx", MalformedData.class, DataTargets::idx),
            Target.of("cifar", MalformedData.class, DataTargets::cifar),
            Target.of("tar", MalformedData.class, DataTargets::tar),
            Target.of(
                    "tar-signed",
                    MalformedData.class,
                    DataTargets::signedTar,
                    "path=",
                    "size=",
                    "20 path=a/b/c.png\n",
                    "ustar",
                    "\0"),
            Target.of("gzip", IOException.class, DataTargets::gzip),
            Target.of(
                    "jpeg-header",
                    MalformedData.class,
                    input -> JpegHeader.read(input, "x"),
                    "Exif\0\0",
                    "MM\0*",
                    "II*\0"),
            Target.of(
                    "picture",
                    MalformedData.class,
                    DataTargets::picture,
                    "IHDR",
                    "IDAT",
                    "PLTE",
                    "GIF89a",
                    "VP8 ",
                    "RIFF"));

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
            examples.dimensions(i);
            examples.picture(i);
        }
    }

    /// Two bytes: how many of the rest are the pictures; what follows them are the labels.
    private static void idx(byte[] input) throws IOException {
        if (input.length < 2) return;
        int split = Math.min(input.length, 2 + ((input[0] & 0xff) << 8 | input[1] & 0xff));
        var images = stored("train-images-idx3-ubyte", Arrays.copyOfRange(input, 2, split));
        var labels = stored("train-labels-idx1-ubyte", Arrays.copyOfRange(input, split, input.length));
        var set = Idx.open("x", new FileTree("x", List.of(images, labels), () -> {}), SplitOptions.DEFAULT);
        if (set != null) for (var part : List.of(set.train(), set.validation(), set.test())) readAll(part);
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

    /// Every block that looks like a header gets its checksum, past which a mutation would rarely come.
    private static void signedTar(byte[] input) throws IOException {
        byte[] tar = input.clone();
        for (int block = 0; block + 512 <= tar.length; block += 512) {
            if (tar[block + 257] != 'u' || tar[block + 258] != 's') continue;
            Arrays.fill(tar, block + 148, block + 156, (byte) ' ');
            int sum = 0;
            for (int i = 0; i < 512; i++) sum += tar[block + i] & 0xff;
            byte[] digits = "%06o\0 ".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, tar, block + 148, 8);
        }
        tar(tar);
    }

    private static void gzip(byte[] input) throws IOException {
        Gzip.inflate(new java.io.ByteArrayInputStream(input), "x", 1 << 20);
    }

    private static void picture(byte[] input) throws IOException {
        if (ImageDecoder.dimensions(input, "x").pixels() > PIXELS) return;
        ImageDecoder.decode(input, "x");
    }
}
