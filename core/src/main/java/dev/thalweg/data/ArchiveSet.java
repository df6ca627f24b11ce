package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Several archives of one folder read as one tree, as sets are published that would make too large a
/// file: `train-000.tar`, `train-001.tar`, `val-000.tar` … An archive that holds folders adds its files to
/// theirs; one that holds none is a folder itself, of its name. Where its name begins with that of a part
/// (`train`, `val`, `test`), followed by nothing or a number, all of it lies in that part's folder.
final class ArchiveSet {
    private static final Pattern PART = Pattern.compile("([a-z]+)([-_.]?\\d.*)?");

    /// Bits of a file's place that say where in its archive it lies; the others say in which archive.
    private static final int WITHIN = 44;

    private ArchiveSet() {}

    /// One archive in the set.
    ///
    /// @param prefix of its paths within the tree, ending in `/` or empty
    private record Volume(Path file, FileTree tree, PackedFiles files, String prefix) {}

    /// @throws MalformedFile if one is damaged, or two hold a file of one path
    static FileTree open(String where, List<Path> archives) throws IOException {
        var volumes = new ArrayList<Volume>();
        try {
            for (var archive : archives) volumes.add(volume(archive));
            return join(where, volumes);
        } catch (IOException | RuntimeException e) {
            for (var volume : volumes) volume.tree.close();
            throw e;
        }
    }

    private static Volume volume(Path archive) throws IOException {
        byte[] head;
        try (var in = Files.newInputStream(archive)) {
            head = in.readNBytes(512);
        }
        var tree = Archives.open(archive, head);
        if (tree == null)
            throw new MalformedFile(archive.toString(), 0, "expected an archive, found another kind of file");
        var inside = tree.lookThrough(true);
        if (!(inside.files() instanceof PackedFiles files))
            throw new AssertionError("archives list packed files, and " + archive + " does not");
        var stem = Archives.stem(String.valueOf(archive.getFileName()));
        var named = PART.matcher(stem.toLowerCase(Locale.ROOT));
        var prefix = new StringBuilder();
        if (named.matches() && Part.named(named.group(1)) != null && !ImageFolder.hasParts(inside))
            prefix.append(named.group(1)).append('/');
        if (inside.files().stream().anyMatch(StoredFile::atTop))
            prefix.append(stem).append('/');
        return new Volume(archive, tree, files, prefix.toString());
    }

    private static FileTree join(String where, List<Volume> volumes) throws MalformedFile {
        int n = volumes.stream().mapToInt(volume -> volume.files.size()).sum();
        var names = new NameTable();
        var places = new long[n];
        var sizes = new long[n];
        var notes = new ArrayList<String>();
        for (int v = 0; v < volumes.size(); v++) {
            var volume = volumes.get(v);
            for (var file : volume.files) {
                places[names.size()] = (long) v << WITHIN | file.source().place();
                sizes[names.size()] = file.size();
                names.add(volume.prefix + file.path());
            }
            for (var note : volume.tree.notes()) notes.add(volume.file.getFileName() + ": " + note);
        }
        int[] order = names.sorted();
        for (int k = 1; k < n; k++)
            if (names.compare(order[k - 1], order[k]) == 0)
                throw new MalformedFile(
                        volumes.get((int) (places[order[k]] >>> WITHIN)).file.toString(),
                        0,
                        "expected each file in one archive of the folder, found '%s' in %s too"
                                .formatted(
                                        names.get(order[k], 0),
                                        volumes.get((int) (places[order[k - 1]] >>> WITHIN))
                                                .file
                                                .getFileName()));
        var packed = new PackedFiles(
                new Joined(List.copyOf(volumes)),
                names.pick(order),
                Arrays.stream(order).mapToLong(i -> places[i]).toArray(),
                Arrays.stream(order).mapToLong(i -> sizes[i]).toArray());
        return new FileTree(
                where,
                packed,
                () -> {
                    for (var volume : volumes) volume.tree.close();
                },
                notes);
    }

    private record Joined(List<Volume> volumes) implements PackedFiles.Container {
        @Override
        public byte[] read(long place, long size) throws IOException {
            return volumes.get((int) (place >>> WITHIN)).files.container().read(place & (1L << WITHIN) - 1, size);
        }

        @Override
        public String where(long place, String path) {
            var volume = volumes.get((int) (place >>> WITHIN));
            return volume.files
                    .container()
                    .where(place & (1L << WITHIN) - 1, volume.files.lacking() + path.substring(volume.prefix.length()));
        }
    }
}
