package dev.thalweg.data;

import dev.thalweg.picture.PictureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files that a table may name.
final class NamedPictures {
    private final @Nullable Path folder;
    private @Nullable FileTree tree;
    private @Nullable Map<String, StoredFile> byPath;
    private @Nullable Map<String, List<StoredFile>> byName;

    /// @param tree null to look at the folder when it is needed
    /// @param folder where paths of any kind lead from, if the user gave the table itself
    NamedPictures(@Nullable FileTree tree, @Nullable Path folder) {
        this.tree = tree;
        this.folder = folder;
    }

    boolean tableWasGiven() {
        return folder != null;
    }

    /// The file that a field of a table names; several where it cannot be told which; none.
    List<StoredFile> find(StoredFile table, String field) throws IOException {
        var path = field.replace('\\', '/');
        if (folder != null) {
            var file = onDisk(folder, path);
            if (file != null) return List.of(file);
        }
        var all = byPath();
        int slash = table.path().lastIndexOf('/');
        var file = all.get(normal(table.path().substring(0, slash + 1) + path));
        if (file != null) return List.of(file);
        var wanted = "/" + normal(path);
        return Objects.requireNonNull(byName)
                .getOrDefault(withoutEnding(wanted.substring(wanted.lastIndexOf('/') + 1)), List.of())
                .stream()
                .filter(some -> ("/" + some.path()).endsWith(wanted)
                        || withoutEnding("/" + some.path()).endsWith(wanted))
                .toList();
    }

    /// What there is where [#find] finds no file, for messages.
    String instead(StoredFile table, String field) throws IOException {
        var path = field.replace('\\', '/');
        if (folder != null) {
            try {
                var there = folder.resolve(path);
                if (Files.exists(there)) return Files.isDirectory(there) ? "a folder" : "what is no file";
            } catch (InvalidPathException e) {
                return "none";
            }
        }
        var inside = normal(table.path().substring(0, table.path().lastIndexOf('/') + 1) + path) + "/";
        return byPath().keySet().stream().anyMatch(some -> some.startsWith(inside)) ? "a folder" : "none";
    }

    private Map<String, StoredFile> byPath() throws IOException {
        if (byPath != null) return byPath;
        if (tree == null) tree = FileTree.ofFolder(Objects.requireNonNull(folder));
        var all = new HashMap<String, StoredFile>();
        var names = new HashMap<String, List<StoredFile>>();
        for (var file : tree.files()) {
            all.put(file.path(), file);
            if (PictureKind.isPictureName(file.name()))
                names.computeIfAbsent(withoutEnding(file.name()), n -> new ArrayList<>())
                        .add(file);
        }
        byPath = all;
        byName = names;
        return all;
    }

    private static @Nullable StoredFile onDisk(Path folder, String path) {
        try {
            var file = folder.resolve(path).normalize();
            if (!Files.isRegularFile(file)) return null;
            var found = FileTree.file(file);
            return file.startsWith(folder)
                    ? new StoredFile(
                            folder.relativize(file).toString().replace('\\', '/'), found.size(), found.source())
                    : new StoredFile(path, found.size(), found.source());
        } catch (InvalidPathException | IOException e) {
            return null;
        }
    }

    private static String withoutEnding(String name) {
        var ending = PictureKind.ending(name);
        return ending == null ? name : name.substring(0, name.length() - ending.length());
    }

    /// Without `.` and `..` where these can be resolved.
    private static String normal(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) continue;
            if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) parts.removeLast();
            else parts.add(part);
        }
        return String.join("/", parts);
    }

    /// A sentence about pictures that are not among `used`; empty if there are none, or if nobody has
    /// looked which there are.
    String unused(Set<String> used) {
        if (tree == null) return "";
        var unused = tree.files().stream()
                .filter(file -> PictureKind.isPictureName(file.name()) && !used.contains(file.path()))
                .toList();
        if (unused.isEmpty()) return "";
        return "%s not named in the table and %s left out: %s"
                .formatted(
                        unused.size() == 1 ? "1 picture is" : "%,d pictures are".formatted(unused.size()),
                        unused.size() == 1 ? "was" : "were",
                        unused.getFirst().path() + (unused.size() == 1 ? "" : " and others"));
    }

    /// What the files lie in.
    FileTree tree() {
        return tree != null ? tree : new FileTree(String.valueOf(folder), List.of(), () -> {});
    }
}
