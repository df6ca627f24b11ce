package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.JsonFault;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Samples as the WebDataset library packs them: files of one name up to its first point belong together,
/// a picture (`0001.jpg`) and its class, either as a text (`0001.cls`, a number from 0 or a name) or in an
/// object (`0001.json`, under `label`, `cls` or `class`). Where all classes are numbers they are the labels;
/// else names become labels in alphabetical order. In a folder of several archives their names tell the
/// parts, see [ArchiveSet].
final class WebDataset implements Format {
    private static final List<String> KEYS = List.of("label", "cls", "class");

    /// All numbers up to the largest are classes; a larger one than this is no label.
    private static final int MOST_CLASSES = 1 << 16;

    /// Files that belong together, as numbers in the tree; −1 for what is not there.
    private record Sample(int picture, int text, int object) {
        boolean whole() {
            return picture >= 0 && (text >= 0 || object >= 0);
        }
    }

    /// One part while it is read: pictures, and their classes by number of appearance.
    private record Column(IntStream.Builder pictures, IntStream.Builder classes) {}

    @Override
    public @Nullable DataSet open(String name, FileTree whole, SplitOptions options) throws IOException {
        var tree = whole.lookThrough(false);
        var files = tree.files();
        if (!isOne(files)) return null;
        boolean parted = ImageFolder.hasParts(tree);
        var columns = new EnumMap<Part, Column>(Part.class);
        var seen = new HashMap<String, Integer>();
        int leftOut = 0;
        var first = "";
        for (int i = 0, end; i < files.size(); i = end) {
            end = end(files, i);
            var sample = sample(files, i, end);
            if (sample.picture < 0) continue;
            var path = files.get(sample.picture).path();
            var part = parted ? Part.named(files.get(sample.picture).top()) : Part.TRAIN;
            if (part == null || !sample.whole()) {
                if (leftOut++ == 0) first = path;
                continue;
            }
            var column = columns.computeIfAbsent(part, p -> new Column(IntStream.builder(), IntStream.builder()));
            column.pictures.add(sample.picture);
            column.classes.add(seen.computeIfAbsent(label(files, sample), text -> seen.size()));
        }
        var names = new ArrayList<String>();
        int[] labels = labels(seen, names, tree.where());
        var notes = leftOut == 0
                ? List.<String>of()
                : List.of((leftOut == 1
                                ? "%,d picture without a class or part was left out: %s"
                                : "%,d pictures without a class or part were left out: %s and others")
                        .formatted(leftOut, first));
        return new Parts(
                        examples(tree, columns.get(Part.TRAIN), labels),
                        examples(tree, columns.get(Part.VALIDATION), labels),
                        examples(tree, columns.get(Part.TEST), labels))
                .complete(name, names, options, notes);
    }

    /// A class's text beside a picture is enough; objects may be many things, and must say a class.
    private static boolean isOne(List<StoredFile> files) {
        for (int i = 0, end; i < files.size(); i = end) {
            end = end(files, i);
            var sample = sample(files, i, end);
            if (!sample.whole()) continue;
            if (sample.text >= 0) return true;
            try {
                label(files, sample);
                return true;
            } catch (IOException e) {
                return false;
            }
        }
        return false;
    }

    /// The first file that is not of the sample of file `begin`.
    private static int end(List<StoredFile> files, int begin) {
        var key = key(files.get(begin).path());
        int end = begin + 1;
        while (end < files.size() && key(files.get(end).path()).equals(key)) end++;
        return end;
    }

    /// The path up to the name's first point, with it.
    private static String key(String path) {
        int point = path.indexOf('.', path.lastIndexOf('/') + 1);
        return point < 0 ? path : path.substring(0, point + 1);
    }

    private static Sample sample(List<StoredFile> files, int begin, int end) {
        int picture = -1, text = -1, object = -1;
        for (int i = begin; i < end; i++) {
            var path = files.get(i).path();
            if (PictureKind.isPictureName(path)) picture = i;
            else if (path.endsWith(".cls") || path.endsWith(".cls.txt")) text = i;
            else if (path.endsWith(".json")) object = i;
        }
        return new Sample(picture, text, object);
    }

    private static String label(List<StoredFile> files, Sample sample) throws IOException {
        var file = files.get(sample.text >= 0 ? sample.text : sample.object);
        var content = new String(file.read(), UTF_8).strip();
        if (sample.text >= 0) {
            if (content.isEmpty() || content.length() > 200)
                throw new MalformedFile(
                        file.where(), 0, "expected a class, a number or a name, found " + Quote.of(content));
            return content;
        }
        try {
            var object = JsonMapper.shared().readTree(content);
            for (var key : KEYS)
                if (object.path(key).isValueNode()) return object.path(key).asString();
        } catch (JacksonException e) {
            throw new MalformedFile(file.where(), 0, "expected a JSON object: " + JsonFault.sentence(e), e);
        }
        throw new MalformedFile(
                file.where(), 0, "expected a class under one of the keys %s, found none".formatted(KEYS));
    }

    /// The label of each class in the order in which they were seen.
    ///
    /// @param names filled with the classes' names by label
    private static int[] labels(Map<String, Integer> seen, List<String> names, String where) throws MalformedFile {
        var labels = new int[seen.size()];
        if (seen.keySet().stream().allMatch(text -> text.matches("\\d{1,9}"))) {
            int most = seen.keySet().stream().mapToInt(Integer::parseInt).max().orElse(0);
            if (most >= MOST_CLASSES)
                throw new MalformedFile(where, 0, "expected labels below %,d, found %,d".formatted(MOST_CLASSES, most));
            for (int c = 0; c <= most; c++) names.add(String.valueOf(c));
            seen.forEach((text, order) -> labels[order] = Integer.parseInt(text));
        } else {
            for (var text : new TreeSet<>(seen.keySet())) {
                labels[Objects.requireNonNull(seen.get(text))] = names.size();
                names.add(text);
            }
        }
        return labels;
    }

    private static Examples examples(FileTree tree, @Nullable Column column, int[] labels) {
        if (column == null) return Examples.none();
        return new EncodedPictures(
                new PickedFiles(tree.files(), column.pictures.build().toArray()),
                Arrays.stream(column.classes.build().toArray())
                        .map(order -> labels[order])
                        .toArray(),
                tree);
    }
}
