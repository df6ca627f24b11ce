package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The rows of the tables of a data set, see [LabelTable], and the data set that they make.
final class LabelledRows {
    /// What a message quotes of a path, in characters.
    private static final int PATH = 200;

    private record Labelled(StoredFile file, String label, Part part, Table table, Table.Row row) {}

    private final Map<String, Labelled> byPath = new LinkedHashMap<>();
    private final List<Labelled> repeated = new ArrayList<>();

    void read(Table table, LabelColumns columns, @Nullable Part ofTable, NamedPictures pictures) throws IOException {
        var missing = new ArrayList<Table.Row>();
        var rows = table.rows().subList(columns.header() ? 1 : 0, table.rows().size());
        if (rows.isEmpty())
            throw MalformedFile.unsuitable(
                    table.file().where(), 0, "expected rows of paths and labels, found only names");
        int names = table.rows().getFirst().fields().size();
        for (var row : rows) {
            // Spreadsheets end rows with fields that hold nothing.
            if (columns.header() && row.fields().stream().skip(names).anyMatch(field -> !field.isEmpty()))
                throw table.malformed(
                        row,
                        "expected %s fields, as many as there are names, found %s: one that holds a separator belongs into quotation marks"
                                .formatted(names, row.fields().size()));
            var path = field(table, row, columns.path(), "path");
            var label = field(table, row, columns.label(), "label");
            var part = ofTable != null ? ofTable : Part.TRAIN;
            if (columns.part() >= 0) {
                var named = Part.named(field(table, row, columns.part(), "part"));
                if (named == null)
                    throw table.malformed(
                            row,
                            "expected the part train, val or test, found %s"
                                    .formatted(Quote.of(row.fields().get(columns.part()))));
                part = named;
            }
            var files = pictures.find(table.file(), path);
            if (files.size() > 1)
                throw table.malformed(
                        row,
                        "expected one file %s, found %s: %s and %s"
                                .formatted(
                                        Quote.of(path),
                                        files.size(),
                                        Quote.clip(files.getFirst().path(), PATH),
                                        Quote.clip(files.getLast().path(), PATH)));
            if (files.isEmpty()) missing.add(row);
            else add(new Labelled(files.getFirst(), label, part, table, row));
        }
        if (!missing.isEmpty()) throw noFiles(table, columns, missing, rows.size(), pictures);
    }

    /// @param missing rows whose paths lead to no file
    private static MalformedFile noFiles(
            Table table, LabelColumns columns, List<Table.Row> missing, int rows, NamedPictures pictures)
            throws IOException {
        var first = missing.getFirst();
        var path = first.fields().get(columns.path());
        var found = "expected the file %s, found %s".formatted(Quote.of(path), pictures.instead(table.file(), path));
        if (missing.size() == 1) return table.malformed(first, found + ": mend or delete this row");
        return table.malformed(
                        first, found + "; so for %,d of %,d rows: mend or delete these".formatted(missing.size(), rows))
                .at(missing.stream()
                        .map(row -> "line %,d: %s"
                                .formatted(row.line(), row.fields().get(columns.path())))
                        .toList());
    }

    private static String field(Table table, Table.Row row, int column, String what) throws IOException {
        if (column >= row.fields().size() || row.fields().get(column).isEmpty())
            throw table.malformed(
                    row,
                    "expected a %s in column %s, found %s"
                            .formatted(
                                    what,
                                    column + 1,
                                    column < row.fields().size()
                                            ? "none"
                                            : row.fields().size() + " columns"));
        return row.fields().get(column);
    }

    private void add(Labelled next) throws IOException {
        var other = byPath.putIfAbsent(next.file.path(), next);
        if (other == null) return;
        if (!other.label.equals(next.label))
            throw next.table.malformed(
                    next.row,
                    "expected one label for %s, found %s and, in line %,d%s, %s"
                            .formatted(
                                    Quote.of(next.file.path()),
                                    Quote.of(next.label),
                                    other.row.line(),
                                    in(other, next),
                                    Quote.of(other.label)));
        if (other.part != next.part)
            throw next.table.malformed(
                    next.row,
                    "expected %s in one part, found it in %s and, in line %,d%s, in %s"
                            .formatted(
                                    Quote.of(next.file.path()),
                                    next.part,
                                    other.row.line(),
                                    in(other, next),
                                    other.part));
        repeated.add(next);
    }

    private static String in(Labelled other, Labelled next) {
        return other.table == next.table ? "" : " of " + other.table.file().path();
    }

    DataSet dataSet(String name, NamedPictures pictures, SplitOptions options, List<String> notes, StoredFile table)
            throws IOException {
        var labels = new HashMap<Part, TreeSet<String>>();
        var order = byPath.values().stream().allMatch(row -> row.label.matches("\\d{1,18}"))
                ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder())
                : Comparator.<String>naturalOrder();
        for (var row : byPath.values())
            labels.computeIfAbsent(row.part, p -> new TreeSet<>(order)).add(row.label);
        var classes = List.copyOf(labels.getOrDefault(Part.TRAIN, new TreeSet<>()));
        if (classes.size() < 2)
            throw MalformedFile.unsuitable(
                    table.where(),
                    0,
                    "expected at least two classes in the training part, found %s"
                            .formatted(classes.isEmpty() ? "none" : "only " + Quote.of(classes.getFirst())));
        for (var entry : labels.entrySet()) {
            entry.getValue().removeAll(new HashSet<>(classes));
            if (!entry.getValue().isEmpty())
                throw MalformedFile.unsuitable(
                        table.where(),
                        0,
                        "expected the %s part to have the classes of the training part (%s), found also %s"
                                .formatted(
                                        entry.getKey(),
                                        ImageFolder.shortList(classes),
                                        Quote.of(entry.getValue().first())));
        }
        var tree = pictures.tree();
        var parts = new EnumMap<Part, Examples>(Part.class);
        for (var part : Part.values()) parts.put(part, examples(part, classes, tree));
        note(notes, pictures, table);
        return new Parts(
                        Objects.requireNonNull(parts.get(Part.TRAIN)),
                        Objects.requireNonNull(parts.get(Part.VALIDATION)),
                        Objects.requireNonNull(parts.get(Part.TEST)))
                .complete(name, classes, options, notes);
    }

    private Examples examples(Part part, List<String> classes, FileTree tree) {
        var rows = byPath.values().stream().filter(row -> row.part == part).toList();
        if (rows.isEmpty()) return Examples.none();
        var index = new HashMap<String, Integer>();
        for (int c = 0; c < classes.size(); c++) index.put(classes.get(c), c);
        return new EncodedPictures(
                rows.stream().map(Labelled::file).toList(),
                rows.stream()
                        .mapToInt(row -> Objects.requireNonNull(index.get(row.label)))
                        .toArray(),
                tree);
    }

    private void note(List<String> notes, NamedPictures pictures, StoredFile table) {
        if (!repeated.isEmpty())
            notes.add("%s of %s %s left out: line %,d%s"
                    .formatted(
                            repeated.size() == 1 ? "1 repeated row" : "%,d repeated rows".formatted(repeated.size()),
                            table.name(),
                            repeated.size() == 1 ? "was" : "were",
                            repeated.getFirst().row.line(),
                            repeated.size() == 1 ? "" : " and others"));
        var unused = pictures.unused(byPath.keySet());
        if (!unused.isEmpty()) notes.add(unused);
        if (pictures.tableWasGiven()) return;
        var folders = new HashSet<String>();
        boolean other = false;
        for (var row : byPath.values()) {
            var path = row.file.path();
            int slash = path.lastIndexOf('/');
            var folder = slash < 0 ? "" : path.substring(path.lastIndexOf('/', slash - 1) + 1, slash);
            folders.add(folder);
            other |= !folder.equals(row.label) && Part.named(folder) == null;
        }
        if (folders.size() > 1 && other)
            notes.add("labels are those of %s, not the names of the folders".formatted(table.name()));
    }
}
