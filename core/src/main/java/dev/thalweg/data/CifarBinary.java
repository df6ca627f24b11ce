package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Pictures in the binary files of CIFAR-10 (`data_batch_1.bin` …, `test_batch.bin`) and CIFAR-100
/// (`train.bin`, `test.bin`), each perhaps compressed (`.gz`) and of any number of records.
///
/// A record is one label byte (CIFAR-10, 0–9) or two (CIFAR-100: the coarse label, 0–19, which is
/// skipped, then the fine one, 0–99), and then 3072 pixel bytes laid out (3, 32, 32): all red, all
/// green, all blue.
final class CifarBinary implements Examples {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int PIXELS = 3 * PLANE;

    private static final Pattern TEN = Pattern.compile("(data|test)_batch(_\\d+)?\\.bin(\\.gz)?");
    private static final Pattern HUNDRED = Pattern.compile("(train|test)\\.bin(\\.gz)?");

    private static final List<String> TEN_CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private final String file;
    private final byte[] records;
    private final int labelBytes;

    private CifarBinary(String file, byte[] records, int labelBytes) {
        this.file = file;
        this.records = records;
        this.labelBytes = labelBytes;
    }

    /// See [Format#open].
    static @Nullable DataSet open(String name, FileTree tree, SplitOptions options) throws IOException {
        var files = tree.lookThrough(false).atTop();
        boolean ten = files.stream().anyMatch(file -> TEN.matcher(file.name()).matches());
        var pattern = ten ? TEN : HUNDRED;
        int classes = ten ? 10 : 100;
        var train = new ArrayList<Examples>();
        var test = new ArrayList<Examples>();
        for (var file : files) {
            if (!pattern.matcher(file.name()).matches()) continue;
            (file.name().startsWith("test") ? test : train).add(read(file, ten ? 1 : 2, classes));
        }
        if (train.isEmpty() && test.isEmpty()) return null;
        if (train.isEmpty())
            throw new MalformedFile(
                    tree.where(), 0, "expected training records beside the test records, found only the latter");
        var names = classNames(files, ten ? "batches.meta.txt" : "fine_label_names.txt", ten, classes);
        tree.close();
        return new Parts(Examples.concat(train), Examples.none(), Examples.concat(test))
                .complete(name, names, options, List.of());
    }

    /// One name a line, label 0 first. CIFAR-10's own where there is no such file; numbers for
    /// CIFAR-100.
    private static List<String> classNames(List<StoredFile> files, String nameFile, boolean ten, int classes)
            throws IOException {
        for (var file : files) {
            if (!file.name().equals(nameFile)) continue;
            var names = new String(file.read(), UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (names.size() != classes)
                throw new MalformedFile(
                        file.where(), 0, "expected %s class names, found %s".formatted(classes, names.size()));
            return names;
        }
        if (ten) return TEN_CLASSES;
        var numbers = new String[classes];
        Arrays.setAll(numbers, String::valueOf);
        return List.of(numbers);
    }

    /// @param labelBytes label bytes of a record, of which the last one counts
    static CifarBinary read(StoredFile file, int labelBytes, int classes) throws IOException {
        var records = file.readInflated();
        int record = labelBytes + PIXELS;
        int extra = records.length % record;
        if (records.length == 0 || extra != 0)
            throw new MalformedFile(
                    file.where(),
                    records.length - extra,
                    "expected whole records of %s bytes, found %s bytes over".formatted(record, extra));
        for (int at = labelBytes - 1; at < records.length; at += record) {
            int label = records[at] & 0xff;
            if (label >= classes)
                throw new MalformedFile(
                        file.where(), at, "expected a label from 0 to %s, found %s".formatted(classes - 1, label));
        }
        return new CifarBinary(file.name(), records, labelBytes);
    }

    @Override
    public int size() {
        return records.length / (labelBytes + PIXELS);
    }

    @Override
    public int label(int i) {
        return records[Objects.checkIndex(i, size()) * (labelBytes + PIXELS) + labelBytes - 1] & 0xff;
    }

    @Override
    public String name(int i) {
        return "record " + i + " of " + file;
    }

    @Override
    public Picture picture(int i) {
        int red = Objects.checkIndex(i, size()) * (labelBytes + PIXELS) + labelBytes;
        var pixels = new byte[PIXELS];
        for (int p = 0, o = 0; p < PLANE; p++) {
            pixels[o++] = records[red + p];
            pixels[o++] = records[red + PLANE + p];
            pixels[o++] = records[red + 2 * PLANE + p];
        }
        return new Picture(SIDE, SIDE, 3, pixels);
    }

    @Override
    public Dimensions dimensions(int i) {
        return new Dimensions(SIDE, SIDE);
    }

    @Override
    public long storedBytes(int i) {
        return (long) labelBytes + PIXELS;
    }
}
