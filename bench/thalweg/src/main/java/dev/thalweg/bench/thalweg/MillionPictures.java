package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.ProcessorTime;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Shapes;
import dev.thalweg.data.ShuffleBuffer;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Whether memory stays flat while a set larger than memory is trained on: writes a tar of JPEG pictures
/// of 64×64, trains LeNet-5 on it through a shuffle buffer, and prints memory after opening and ten times
/// while training. The pictures are some thousands of different ones under a million names: what a member
/// costs is the same.
///
/// Arguments: the tar (written if it is not there), pictures, steps of 256.
final class MillionPictures {
    private static final int DIFFERENT = 4096;
    private static final int TEST = 1024;
    private static final int CLASSES = Shapes.CLASSES.size();
    private static final int BLOCK = 512;

    private MillionPictures() {}

    static void main(String[] arguments) throws IOException {
        var tar = Path.of(arguments[0]);
        int pictures = Integer.parseInt(arguments[1]);
        long steps = Long.parseLong(arguments[2]);
        if (!Files.exists(tar)) write(tar, pictures);
        System.out.printf("%s: %,d pictures, %,.2f GB%n", tar, pictures, Files.size(tar) / 1e9);
        print("at the start");
        long begin = System.nanoTime();
        var set = DataSets.open(tar.toString());
        System.out.printf("opened in %.1f s%n", (System.nanoTime() - begin) / 1e9);
        print("opened");
        var given = new Defaults.Given("lenet5", new Dimensions(32, 32), 1.0, 256, null);
        var recipe = Defaults.forData(tar.toString(), set, given);
        var t = recipe.training();
        long bytes = Files.size(tar);
        recipe = recipe.withTraining(new Recipe.Training(
                t.epochs(),
                t.batch(),
                1,
                t.precision(),
                t.threads(),
                t.seed(),
                1e9,
                // As for a machine with as much memory as the tar has bytes.
                ShuffleBuffer.of(set.train().size(), bytes, bytes)));
        var folder = Files.createTempDirectory("thalweg-million");
        try (var trainer = Trainer.start(recipe, folder.resolve("run"), set)) {
            trainer.listen(new Listener() {
                @Override
                public void started(Progress progress) {
                    System.out.println(progress.loading());
                }

                @Override
                public void step(Progress progress) {
                    if (progress.step() % Math.max(1, steps / 10) == 0)
                        print("step %,d, %,.0f images/s, loss %.3f"
                                .formatted(progress.step(), progress.imagesPerSecond(), progress.epochLoss()));
                    if (progress.step() == steps) trainer.stop();
                }
            });
            trainer.run();
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /// Heap that is reachable, the heap's size, and resident memory.
    private static void print(String when) {
        System.gc();
        var runtime = Runtime.getRuntime();
        System.out.printf(
                "%-45s heap in use %,6.0f MB of %,6.0f, resident %,6.0f MB%n",
                when,
                (runtime.totalMemory() - runtime.freeMemory()) / 1e6,
                runtime.totalMemory() / 1e6,
                ProcessorTime.memory("VmRSS") / 1e6);
    }

    private static void write(Path tar, int pictures) throws IOException {
        var shapes = new Shapes(1, "million", DIFFERENT);
        var jpegs = new byte[DIFFERENT][];
        for (int i = 0; i < DIFFERENT; i++) jpegs[i] = jpeg(shapes, i);
        var beside = tar.resolveSibling(tar.getFileName() + ".part");
        try (var out = new BufferedOutputStream(Files.newOutputStream(beside), 1 << 20)) {
            // In the order of the numbers and not of the classes, as a camera would leave them.
            for (int i = 0; i < pictures + TEST; i++)
                member(
                        out,
                        "%s/%s/%08d.jpg"
                                .formatted(
                                        i < pictures ? "train" : "test",
                                        Shapes.CLASSES.get(i % DIFFERENT % CLASSES),
                                        i),
                        jpegs[i % DIFFERENT]);
            out.write(new byte[2 * BLOCK]);
        }
        Files.move(beside, tar);
    }

    /// Twice as large as it was drawn.
    private static byte[] jpeg(Shapes shapes, int i) throws IOException {
        var picture = shapes.picture(i);
        var image = new BufferedImage(2 * picture.width(), 2 * picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++)
            for (int x = 0; x < image.getWidth(); x++)
                image.setRGB(
                        x,
                        y,
                        picture.at(x / 2, y / 2, 0) << 16
                                | picture.at(x / 2, y / 2, 1) << 8
                                | picture.at(x / 2, y / 2, 2));
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "jpg", out)) throw new IOException("no writer of JPEG files");
        return out.toByteArray();
    }

    /// A ustar header: name, mode, size, checksum, type, magic.
    private static void member(OutputStream out, String name, byte[] content) throws IOException {
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(content.length));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) sum += b & 0xff;
        put(header, 148, "%06o\0 ".formatted(sum));
        out.write(header);
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
