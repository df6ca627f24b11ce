package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which columns of a table hold what, see [LabelTable].
///
/// @param header whether the first row holds names
/// @param path index of the column of paths
/// @param label index of the column of labels
/// @param part −1 if there is no such column
record LabelColumns(boolean header, int path, int label, int part) {
    /// What a message quotes of a row, in characters.
    private static final int FIELDS = 200;

    private static final List<String> PATHS = List.of(
            "path",
            "file",
            "filename",
            "file_name",
            "filepath",
            "file_path",
            "image",
            "image_path",
            "image_file",
            "image_name",
            "img",
            "img_path",
            "picture",
            "photo",
            "id",
            "image_id");

    private static final List<String> LABELS = List.of(
            "label",
            "class",
            "category",
            "target",
            "labels",
            "class_name",
            "class_label",
            "label_name",
            "y",
            "breed",
            "species",
            "name",
            "wnid",
            "synset");

    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-z0-9]+");

    private static final List<String> PARTS = List.of("split", "partition", "subset", "set");

    /// Null if this is no table of pictures and was not meant to be.
    static @Nullable LabelColumns of(Table table, NamedPictures pictures, boolean meant) throws IOException {
        if (table.rows().isEmpty()) {
            if (!meant) return null;
            throw MalformedFile.unsuitable(table.file().where(), 0, "expected rows of paths and labels, found none");
        }
        var first = table.rows().getFirst();
        var names = names(first);
        int path = pathColumn(table, 0, pictures);
        boolean header = path < 0;
        if (header) {
            int named = indexOfAny(names, PATHS);
            int seen = pathColumn(table, 1, pictures);
            path = named >= 0 && (isPath(table, 1, named, pictures) || (seen < 0 && meant)) ? named : seen;
        }
        if (path < 0) {
            if (!meant) return null;
            throw table.malformed(
                    first,
                    "expected a column of paths, called path, file, filename, image or id, found %s"
                            .formatted(Quote.clip(String.join(", ", first.fields()), FIELDS)));
        }
        int part = header ? indexOfAny(names, PARTS) : -1;
        for (int c = 0; !header && c < first.fields().size() && part < 0; c++)
            if (c != path && allParts(table, c)) part = c;
        int label = header ? indexOfAny(names, LABELS, path, part) : -1;
        int others = first.fields().size() - (part < 0 ? 1 : 2);
        if (label < 0 && others == 1)
            for (int c = 0; c < first.fields().size(); c++) if (c != path && c != part) label = c;
        if (label >= 0) return new LabelColumns(header, path, label, part);
        if (!meant) return null;
        throw table.malformed(
                first,
                "expected a column of labels, called label, class, category or target, or just one besides that of"
                        + " paths, found %s".formatted(Quote.clip(String.join(", ", first.fields()), FIELDS)));
    }

    /// The first column of each name.
    private static Map<String, Integer> names(Table.Row first) {
        var names = new HashMap<String, Integer>();
        for (int c = 0; c < first.fields().size(); c++) {
            var field = first.fields().get(c).toLowerCase(Locale.ROOT);
            names.putIfAbsent(NOT_IN_NAMES.matcher(field).replaceAll("_"), c);
        }
        return names;
    }

    /// The first column whose field in this row is the path of a picture; −1 if there is none.
    private static int pathColumn(Table table, int row, NamedPictures pictures) throws IOException {
        if (row >= table.rows().size()) return -1;
        for (int c = 0; c < table.rows().get(row).fields().size(); c++) if (isPath(table, row, c, pictures)) return c;
        return -1;
    }

    private static boolean isPath(Table table, int row, int column, NamedPictures pictures) throws IOException {
        if (row >= table.rows().size()
                || column >= table.rows().get(row).fields().size()) return false;
        var field = table.rows().get(row).fields().get(column);
        if (field.isEmpty()) return false;
        var files = pictures.find(table.file(), field);
        return files.size() == 1 && PictureKind.isPictureName(files.getFirst().name());
    }

    private static boolean allParts(Table table, int column) {
        return table.rows().stream()
                .allMatch(row ->
                        column < row.fields().size() && Part.named(row.fields().get(column)) != null);
    }

    private static int indexOfAny(Map<String, Integer> names, List<String> wanted, int... taken) {
        for (var name : wanted) {
            int at = names.getOrDefault(name, -1);
            boolean free = at >= 0;
            for (int other : taken) free &= at != other;
            if (free) return at;
        }
        return -1;
    }
}
