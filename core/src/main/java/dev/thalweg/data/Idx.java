package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pictures in IDX files, as MNIST and its descendants are published: a pair of files for each
/// part, `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, then `t10k-…` (or `test-…`),
/// each perhaps compressed (`.gz`).
///
/// An IDX file begins with two zero bytes, the element type (8: unsigned byte) and the number of
/// dimensions; then each extent, four bytes, most significant first; then the elements, the last
/// dimension fastest. Pictures are (count, height, width), or with a last dimension of 3 for
/// colour; labels are (count).
final class Idx implements Examples {
    private static final Pattern NAME =
            Pattern.compile("(?:.*-)?(train|t10k|test)-(images|labels)[-.]idx([134])-ubyte(?:\\.gz)?");

    /// The ten classes of Fashion-MNIST, whose files are named as MNIST's are; it is known by its
    /// test labels.
    private static final List<String> FASHION = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final String FASHION_TEST_LABELS =
            "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9";

    private final String file;
    private final byte[] pixels;
    private final byte[] labels;
    private final int first;
    private final int width;
    private final int height;
    private final int channels;

    private Idx(String file, byte[] pixels, int first, int height, int width, int channels, byte[] labels) {
        this.file = file;
        this.pixels = pixels;
        this.first = first;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.labels = labels;
    }

    /// See [Format#open].
    static @Nullable DataSet open(String name, FileTree tree, SplitOptions options) throws IOException {
        var files = new HashMap<String, StoredFile>();
        for (var file : tree.lookThrough(false).atTop()) {
            var matcher = NAME.matcher(file.name());
            if (!matcher.matches()) continue;
            var part = "train".equals(matcher.group(1)) ? "train" : "test";
            var other = files.put(part + " " + matcher.group(2), file);
            if (other != null)
                throw new MalformedFile(
                        tree.where(),
                        0,
                        "expected one file with the %s of the %s part, found %s and %s"
                                .formatted(matcher.group(2), part, other.name(), file.name()));
        }
        if (files.isEmpty()) return null;
        var train = read(tree, files, "train");
        if (train == null)
            throw new MalformedFile(
                    tree.where(), 0, "expected train-images-idx3-ubyte or train-images-idx3-ubyte.gz, found neither");
        var test = read(tree, files, "test");
        int classes = 1 + largest(train.labels);
        if (classes < 2)
            throw MalformedFile.unsuitable(
                    tree.where(), 0, "expected labels of two classes or more in the training part, found only 0");
        for (int i = 0; test != null && i < test.labels.length; i++)
            if (test.label(i) >= classes)
                throw new MalformedFile(
                        tree.where() + "/" + test.file,
                        0,
                        "expected labels from 0 to %s, as in the training part, found %s for picture %s"
                                .formatted(classes - 1, test.label(i), i));
        boolean fashion =
                test != null && classes == 10 && Fingerprint.of(test.labels).equals(FASHION_TEST_LABELS);
        var names = new ArrayList<String>();
        for (int c = 0; c < classes; c++) names.add(fashion ? FASHION.get(c) : String.valueOf(c));
        tree.close();
        return new Parts(train, Examples.none(), test == null ? Examples.none() : test)
                .complete(name, names, options, List.of());
    }

    private static @Nullable Idx read(FileTree tree, Map<String, StoredFile> files, String part) throws IOException {
        var imageFile = files.get(part + " images");
        var labelFile = files.get(part + " labels");
        if (imageFile == null && labelFile == null) return null;
        if (imageFile == null || labelFile == null)
            throw new MalformedFile(
                    tree.where(),
                    0,
                    "expected images and labels of the %s part, found only %s"
                            .formatted(
                                    part,
                                    Objects.requireNonNull(imageFile != null ? imageFile : labelFile)
                                            .name()));
        return read(imageFile, labelFile);
    }

    static Idx read(StoredFile imageFile, StoredFile labelFile) throws IOException {
        var images = imageFile.readInflated();
        int[] extents = extents(images, imageFile.where());
        if (extents.length != 3 && !(extents.length == 4 && (extents[3] == 1 || extents[3] == 3)))
            throw new MalformedFile(
                    imageFile.where(),
                    3,
                    "expected pictures as (count, height, width) or (count, height, width, 1 or 3), found %s dimensions"
                            .formatted(extents.length));
        var labels = labelFile.readInflated();
        int[] count = extents(labels, labelFile.where());
        if (count.length != 1)
            throw new MalformedFile(
                    labelFile.where(), 3, "expected labels as (count), found %s dimensions".formatted(count.length));
        if (count[0] != extents[0])
            throw new MalformedFile(
                    labelFile.where(),
                    4,
                    "expected a label for each of the %s pictures in %s, found %s"
                            .formatted(extents[0], imageFile.name(), count[0]));
        var labelBytes = new byte[count[0]];
        System.arraycopy(labels, 8, labelBytes, 0, count[0]);
        int channels = extents.length == 4 ? extents[3] : 1;
        return new Idx(imageFile.name(), images, 4 + 4 * extents.length, extents[1], extents[2], channels, labelBytes);
    }

    /// The extents that the header states, checked against the length of the file.
    private static int[] extents(byte[] bytes, String where) throws MalformedFile {
        if (bytes.length < 4)
            throw new MalformedFile(
                    where, bytes.length, "expected an IDX header of 4 bytes, found the end of the file");
        if (bytes[0] != 0 || bytes[1] != 0)
            throw new MalformedFile(
                    where, 0, "expected an IDX file, beginning 00 00, found %02x %02x".formatted(bytes[0], bytes[1]));
        if (bytes[2] != 8)
            throw new MalformedFile(
                    where, 2, "expected element type 08 (unsigned byte), found %02x".formatted(bytes[2]));
        int rank = bytes[3];
        int header = 4 + 4 * rank;
        if (rank < 1) throw new MalformedFile(where, 3, "expected at least 1 dimension, found " + rank);
        if (bytes.length < header)
            throw new MalformedFile(where, 3, "expected " + rank + " extents in the header, found the end of the file");
        var extents = new int[rank];
        long elements = 1;
        for (int d = 0; d < rank; d++) {
            int at = 4 + 4 * d;
            extents[d] = ByteBuffer.wrap(bytes).getInt(at);
            if (extents[d] < 1)
                throw new MalformedFile(where, at, "expected an extent of at least 1, found " + extents[d]);
            elements = elements > Integer.MAX_VALUE ? elements : elements * extents[d];
        }
        if (elements != bytes.length - header)
            throw new MalformedFile(
                    where,
                    Math.min(header + elements, bytes.length),
                    "expected %,d bytes after the header, found %,d".formatted(elements, bytes.length - header));
        return extents;
    }

    private static int largest(byte[] labels) {
        int largest = 0;
        for (byte label : labels) largest = Math.max(largest, label & 0xff);
        return largest;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int i) {
        return labels[i] & 0xff;
    }

    @Override
    public String name(int i) {
        return "record " + i + " of " + file;
    }

    @Override
    public Picture picture(int i) {
        Objects.checkIndex(i, labels.length);
        var copy = new byte[height * width * channels];
        System.arraycopy(pixels, first + i * copy.length, copy, 0, copy.length);
        return new Picture(width, height, channels, copy);
    }

    @Override
    public Dimensions dimensions(int i) {
        return new Dimensions(width, height);
    }

    @Override
    public long storedBytes(int i) {
        return (long) height * width * channels;
    }
}
