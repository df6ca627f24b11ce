package dev.thalweg.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Pictures named, with their classes, in a table ([Table]): `labels.csv` beside them, `train.csv` with
/// `val.csv` and `test.csv`, `metadata.csv` (also in each part's folder), or one table of any name whose
/// first row names a picture; `.tsv` likewise. If there is a table called `labels`, it counts even where
/// pictures lie in folders by class; so does a table that was itself given.
///
/// - A column of paths from the table's folder, called `path`, `file`, `filename`, `image`, `id` or such
///   ([LabelColumns]). The picture's ending may be missing, and its folders too if that leaves one picture.
/// - A column of labels, called `label`, `class`, `category`, `target` or such ([LabelColumns]), or the only
///   other one. If all are whole numbers, classes are in their order, else in code-point order.
/// - Perhaps a column of parts, called `split`, `partition`, `subset` or `set`: `train`, `val`, `test`.
///
/// Without a first row of names, the column whose first field is the path of a picture is that of paths.
/// Examples come in the order of rows.
final class LabelTable implements Format {
    @Override
    public @Nullable DataSet open(String name, FileTree whole, SplitOptions options) throws IOException {
        var tree = whole.lookThrough(false);
        var pictures = new NamedPictures(tree, null);
        for (var candidates : candidates(tree)) {
            boolean meant =
                    candidates.stream().anyMatch(table -> stem(table.file).equals("labels"));
            var set = open(name, candidates, pictures, meant, options);
            if (set != null) return set;
        }
        return null;
    }

    /// The data set that a table on disk describes, which was given by name.
    static DataSet open(Path path, SplitOptions options) throws IOException {
        var folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
        var file = FileTree.file(path);
        var name = DataSets.nameOf(path);
        var pictures = new NamedPictures(null, folder);
        return Objects.requireNonNull(
                open(name, List.of(new Candidate(file, null)), pictures, true, options), "refused or opened");
    }

    /// @param part of its rows where they do not say so themselves
    private record Candidate(StoredFile file, @Nullable Part part) {}

    /// Tables that may be the one, the likeliest first.
    private static List<List<Candidate>> candidates(FileTree tree) {
        var top = tree.atTop().stream().filter(LabelTable::isTable).toList();
        var found = new ArrayList<List<Candidate>>();
        for (var stem : new String[] {"labels", "metadata"})
            for (var file : top) if (stem(file).equals(stem)) found.add(List.of(new Candidate(file, null)));
        var parted = top.stream()
                .filter(file -> Part.named(stem(file)) != null)
                .map(file -> new Candidate(file, Part.named(stem(file))))
                .toList();
        if (parted.stream().anyMatch(table -> table.part == Part.TRAIN)) found.add(parted);
        if (top.size() == 1 && found.isEmpty()) found.add(List.of(new Candidate(top.getFirst(), null)));
        var inFolders = tree.files().stream()
                .filter(file -> !file.atTop()
                        && file.belowTop().atTop()
                        && isTable(file)
                        && stem(file).equals("metadata"))
                .filter(file -> Part.named(file.top()) != null)
                .map(file -> new Candidate(file, Part.named(file.top())))
                .toList();
        if (inFolders.stream().anyMatch(table -> table.part == Part.TRAIN)) found.add(inFolders);
        return found;
    }

    private static boolean isTable(StoredFile file) {
        return Table.isTableName(file.name());
    }

    private static String stem(StoredFile file) {
        return file.name().toLowerCase(Locale.ROOT).replaceFirst("\\.[ct]sv$", "");
    }

    /// @param meant whether the tables must be what they seem, so that it is an error if they are not
    private static @Nullable DataSet open(
            String name, List<Candidate> candidates, NamedPictures pictures, boolean meant, SplitOptions options)
            throws IOException {
        var rows = new LabelledRows();
        var notes = new ArrayList<String>();
        for (var candidate : candidates) {
            var table = Table.read(candidate.file);
            var columns = LabelColumns.of(table, pictures, meant);
            if (columns == null && candidate.part != Part.TEST) return null;
            if (columns == null)
                notes.add("%s has no column of labels and was left out".formatted(candidate.file.path()));
            else rows.read(table, columns, candidate.part, pictures);
        }
        return rows.dataSet(name, pictures, options, notes, candidates.getFirst().file);
    }
}
