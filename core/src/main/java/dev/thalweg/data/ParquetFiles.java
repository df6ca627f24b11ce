package dev.thalweg.data;

import dev.hardwood.HardwoodContext;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.EncodedPicture;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.CacheFolder;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Image data sets in Parquet files, as Hugging Face publishes them: one file that was itself given, or
/// `train-00000-of-00002.parquet`,
/// `validation-…`, `test-…`, in the folder or in `data/`, or in folders named by part; files of any
/// other name are training examples if no name says that it is. For the columns see [ParquetColumns].
///
/// Classes are those that the file names; else whole numbers in their order, or texts in code-point
/// order, as found in the training part. Pictures are unpacked from their row groups on demand into a
/// temporary file in the [CacheFolder], see [ParquetShard].
final class ParquetFiles implements Format {
    private static final Pattern NUMBERED = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.parquet");

    /// Threads that decode pages. Each keeps buffers of the largest page it has seen, which may have a
    /// hundred megabytes; the loader has threads of its own for pictures.
    private static final int THREADS = 1;

    /// Whether these are the first bytes of a Parquet file, or its name says so.
    static boolean isParquet(byte[] head, String name) {
        return PictureKind.begins(head, 0, 'P', 'A', 'R', '1') || isParquetName(name);
    }

    private static boolean isParquetName(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".parquet");
    }

    @Override
    public @Nullable DataSet open(String name, FileTree tree, SplitOptions options) throws IOException {
        var files = tree.files().stream()
                .filter(file -> isParquetName(file.name()) || file.where().equals(tree.where()))
                .toList();
        if (files.isEmpty()) return null;
        var notes = new ArrayList<String>();
        var byPart = byPart(tree.where(), files, notes);
        var source = new Source();
        try {
            return read(name, tree.where(), byPart, source, options, notes);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static Map<Part, List<StoredFile>> byPart(String where, List<StoredFile> files, List<String> notes)
            throws MalformedFile {
        var byPart = new EnumMap<Part, List<StoredFile>>(Part.class);
        var unnamed = new ArrayList<StoredFile>();
        for (var file : files) {
            var part = files.size() == 1 ? Part.TRAIN : partOf(file);
            if (part == null) unnamed.add(file);
            else byPart.computeIfAbsent(part, p -> new ArrayList<>()).add(file);
        }
        if (byPart.isEmpty()) byPart.put(Part.TRAIN, unnamed);
        else if (!byPart.containsKey(Part.TRAIN))
            throw new MalformedFile(
                    where,
                    0,
                    "expected Parquet files of a training part, as train-00000-of-00001.parquet, found only "
                            + files.getFirst().path());
        else if (!unnamed.isEmpty())
            notes.add("%s whose name tells no part %s left out: %s"
                    .formatted(
                            unnamed.size() == 1 ? "1 Parquet file" : "%,d Parquet files".formatted(unnamed.size()),
                            unnamed.size() == 1 ? "was" : "were",
                            unnamed.getFirst().path()));
        for (var part : byPart.values()) if (files.size() > 1) refuseGaps(where, part);
        return byPart;
    }

    /// The part that the file's name tells, or else the folder that it lies in, from the innermost.
    private static @Nullable Part partOf(StoredFile file) {
        var names = file.path().split("/", -1);
        for (int i = names.length - 1; i >= 0; i--)
            for (var word : names[i].split("[^A-Za-z]+", -1)) if (Part.named(word) != null) return Part.named(word);
        return null;
    }

    private static void refuseGaps(String where, List<StoredFile> files) throws MalformedFile {
        var there = new HashSet<String>();
        for (var file : files) there.add(file.path());
        for (var file : files) {
            var matcher = NUMBERED.matcher(file.path());
            if (!matcher.matches()) continue;
            for (int i = 0; i < Integer.parseInt(matcher.group(3)); i++) {
                var path = "%s-%05d-of-%s.parquet".formatted(matcher.group(1), i, matcher.group(3));
                if (!there.contains(path))
                    throw new MalformedFile(where, 0, "expected %s beside %s, found none".formatted(path, file.name()));
            }
        }
    }

    private static DataSet read(
            String name,
            String where,
            Map<Part, List<StoredFile>> byPart,
            Source source,
            SplitOptions options,
            List<String> notes)
            throws IOException {
        var shards = new EnumMap<Part, List<ParquetShard>>(Part.class);
        var labels = new HashMap<ParquetShard, List<String>>();
        for (var entry : byPart.entrySet())
            for (var file : entry.getValue()) {
                var shard = source.open(file);
                shards.computeIfAbsent(entry.getKey(), p -> new ArrayList<>()).add(shard);
                labels.put(shard, shard.labels());
            }
        var training = shards.getOrDefault(Part.TRAIN, List.of());
        var columns = training.getFirst().columns();
        if (!columns.others().isEmpty())
            notes.add("labels are those of column %s; there %s also %s"
                    .formatted(
                            Quote.clip(columns.labelName()),
                            columns.others().size() == 1 ? "is" : "are",
                            columns.others().stream().map(Quote::clip).collect(Collectors.joining(", "))));
        var classes = columns.names() != null ? columns.names() : classes(training, labels);
        if (classes.size() < 2)
            throw MalformedFile.unsuitable(
                    where,
                    0,
                    "expected at least two classes in column %s, found %s"
                            .formatted(
                                    Quote.clip(columns.labelName()),
                                    classes.isEmpty() ? "none" : "only " + Quote.of(classes.getFirst())));
        var index = new HashMap<String, Integer>();
        for (int c = 0; c < classes.size(); c++)
            index.put(columns.names() != null && !columns.text() ? String.valueOf(c) : classes.get(c), c);

        var parts = new EnumMap<Part, Examples>(Part.class);
        for (var entry : shards.entrySet()) {
            // Published test parts often have no labels: all are −1.
            boolean unlabelled = entry.getKey() != Part.TRAIN
                    && entry.getValue().stream()
                            .allMatch(shard -> labels.getOrDefault(shard, List.of()).stream()
                                    .allMatch(label -> label.equals("-1")));
            if (unlabelled) {
                notes.add("the %s part has no labels (all are -1) and was left out".formatted(entry.getKey()));
                continue;
            }
            var examples = new ArrayList<Examples>();
            for (var shard : entry.getValue())
                examples.add(new ParquetExamples(
                        shard, indices(shard, labels.getOrDefault(shard, List.of()), index, classes), source));
            parts.put(entry.getKey(), Examples.concat(examples));
        }
        return new Parts(
                        parts.getOrDefault(Part.TRAIN, Examples.none()),
                        parts.getOrDefault(Part.VALIDATION, Examples.none()),
                        parts.getOrDefault(Part.TEST, Examples.none()))
                .complete(name, classes, options, notes);
    }

    private static List<String> classes(List<ParquetShard> training, Map<ParquetShard, List<String>> labels) {
        boolean text = training.getFirst().columns().text();
        var order = text ? Comparator.<String>naturalOrder() : Comparator.<String>comparingLong(Long::parseLong);
        var classes = new TreeSet<>(order);
        for (var shard : training) classes.addAll(labels.getOrDefault(shard, List.of()));
        return List.copyOf(classes);
    }

    private static int[] indices(
            ParquetShard shard, List<String> labels, Map<String, Integer> index, List<String> classes)
            throws MalformedFile {
        var indices = new int[labels.size()];
        for (int row = 0; row < indices.length; row++) {
            var found = index.get(labels.get(row));
            if (found == null)
                throw new MalformedFile(
                        shard.where(row),
                        0,
                        "expected a label of one of the %s classes (%s), found '%s'"
                                .formatted(classes.size(), ImageFolder.shortList(classes), labels.get(row)));
            indices[row] = found;
        }
        return indices;
    }

    /// What all parts share, closed with any of them.
    private static final class Source implements AutoCloseable {
        private final HardwoodContext context = HardwoodContext.create(THREADS);
        private final Spool spool = new Spool(CacheFolder.path());
        private final List<ParquetShard> shards = new ArrayList<>();

        ParquetShard open(StoredFile file) throws IOException {
            var shard = ParquetShard.open(file, context, spool);
            shards.add(shard);
            return shard;
        }

        @Override
        public void close() {
            try {
                for (var shard : shards) shard.close();
                spool.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            context.close();
        }
    }

    private record ParquetExamples(ParquetShard shard, int[] classes, Source source) implements Examples {
        @Override
        public int size() {
            return classes.length;
        }

        @Override
        public int label(int i) {
            return classes[i];
        }

        @Override
        public String name(int i) {
            return "row " + i + " of " + shard.file().name();
        }

        @Override
        public Picture picture(int i) throws IOException {
            return ImageDecoder.decode(shard.picture(i), shard.where(i));
        }

        @Override
        public EncodedPicture toDecode(int i) throws IOException {
            return ImageDecoder.encoded(shard.picture(i), shard.where(i));
        }

        @Override
        public Dimensions dimensions(int i) throws IOException {
            return ImageDecoder.dimensions(shard.picture(i), shard.where(i));
        }

        @Override
        public long storedBytes(int i) {
            return shard.storedBytes(i);
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
