package dev.thalweg.data;

import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The files of a folder or an archive, by path, in one order whatever the file system's. Hidden
/// files, whatever lies in hidden folders, and the droppings of file managers are not listed.
///
/// @param where what to call the tree in messages
/// @param files sorted by path
/// @param onClose releases what reading the files holds open; may be run more than once
/// @param notes sentences about what was left out, see [DataSet#notes]
record FileTree(String where, List<StoredFile> files, Runnable onClose, List<String> notes) {
    /// Folders below the one given that are searched.
    private static final int DEPTH = 8;

    FileTree {
        // Those of archives have been sorted and sifted.
        if (!(files instanceof PackedFiles))
            files = files.stream()
                    .filter(file -> !isHidden(file.path()))
                    .sorted(Comparator.comparing(StoredFile::path))
                    .toList();
        notes = List.copyOf(notes);
    }

    FileTree(String where, List<StoredFile> files, Runnable onClose) {
        this(where, files, onClose, List.of());
    }

    FileTree withNote(String note) {
        var all = new ArrayList<>(notes);
        all.add(note);
        return new FileTree(where, files, onClose, all);
    }

    static FileTree ofFolder(Path folder) throws IOException {
        var files = new ArrayList<StoredFile>();
        var notes = new ArrayList<String>();
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEPTH, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    var path = folder.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/");
                    files.add(new StoredFile(path, attributes.size(), new OnDisk(file)));
                } else if (attributes.isDirectory()) {
                    notes.add("%s lies more than %s folders deep and was left out".formatted(file, DEPTH - 1));
                } else if (PictureKind.isPictureName(file.getFileName().toString())) {
                    notes.add("%s is no file but a pipe or device, and was left out".formatted(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (!(failure instanceof FileSystemLoopException)) return super.visitFileFailed(file, failure);
                notes.add("%s is a link that leads back to a folder that it lies in, and was left out".formatted(file));
                return FileVisitResult.CONTINUE;
            }
        });
        return new FileTree(folder.toString(), files, () -> {}, notes);
    }

    /// One file on disk, its path its name.
    static StoredFile file(Path file) throws IOException {
        return new StoredFile(String.valueOf(file.getFileName()), Files.size(file), new OnDisk(file));
    }

    private record OnDisk(Path file) implements StoredFile.Source {
        @Override
        public byte[] read() throws IOException {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                // The system's own words, such as "Input/output error", do not say which file.
                if (e.getClass() != IOException.class) throw e;
                throw new IOException(file + " cannot be read: " + e.getMessage(), e);
            }
        }

        @Override
        public String where() {
            return file.toString();
        }

        @Override
        public Path onDisk() {
            return file;
        }
    }

    /// The tree as seen from the innermost folder that holds everything, so that
    /// `hymenoptera_data/train/…` is listed as `train/…`.
    ///
    /// @param keepFolders whether to stop while there still are folders to tell classes by
    FileTree lookThrough(boolean keepFolders) {
        if (files.isEmpty()) return this;
        var top = files.getFirst().top();
        for (var file : files) if (file.atTop() || !file.top().equals(top)) return this;
        List<StoredFile> below = files instanceof PackedFiles packed
                ? packed.without(top.getBytes(StandardCharsets.UTF_8).length + 1)
                : files.stream().map(StoredFile::belowTop).toList();
        if (keepFolders && below.stream().allMatch(StoredFile::atTop)) return this;
        return new FileTree(where, below, onClose, notes).lookThrough(keepFolders);
    }

    List<StoredFile> atTop() {
        return new PickedFiles(
                files,
                IntStream.range(0, files.size())
                        .filter(i -> files.get(i).atTop())
                        .toArray());
    }

    void close() {
        onClose.run();
    }

    /// What is there, for messages: folders two levels deep with their numbers of files.
    String describe() {
        if (files.isEmpty()) return "  (nothing)\n";
        var counts = new TreeMap<String, Integer>();
        for (var file : files) {
            var parts = file.path().split("/", -1);
            var folder =
                    parts.length == 1 ? parts[0] : parts.length == 2 ? parts[0] + "/" : parts[0] + "/" + parts[1] + "/";
            counts.merge(folder, 1, Integer::sum);
        }
        var text = new StringBuilder();
        int lines = 0;
        for (var entry : counts.entrySet()) {
            if (++lines > 12) {
                text.append("  … and ").append(counts.size() - 12).append(" more\n");
                break;
            }
            text.append("  ").append(Quote.line(entry.getKey()));
            if (entry.getKey().endsWith("/"))
                text.append("  ").append(entry.getValue()).append(entry.getValue() == 1 ? " file" : " files");
            text.append('\n');
        }
        return text.toString();
    }

    static boolean isHidden(String path) {
        for (var part : path.split("/", -1))
            if (part.startsWith(".") || part.equals("__MACOSX") || part.equals("Thumbs.db")) return true;
        return false;
    }
}
