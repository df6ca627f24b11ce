package dev.thalweg.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A folder that is filled for one input after the other, and deleted when the process ends. To make and delete one for
/// each input takes longer than most parsers.
public final class TemporaryFolder {
    private final Path path;
    private final Set<String> held = new HashSet<>();

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    public static TemporaryFolder make() {
        return new TemporaryFolder(makePath());
    }

    /// Only the folder, for callers that fill it themselves.
    public static Path makePath() {
        try {
            var path = Files.createTempDirectory("fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(path)));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return path;
    }

    /// Afterwards there are these files, and no others of earlier calls.
    public void fill(Map<String, byte[]> contents) throws IOException {
        for (var name : Set.copyOf(held))
            if (!contents.containsKey(name)) {
                Files.delete(path.resolve(name));
                held.remove(name);
            }
        for (var file : contents.entrySet()) {
            Files.write(path.resolve(file.getKey()), file.getValue());
            held.add(file.getKey());
        }
    }

    /// A parser only reads.
    public void assertUntouched() throws IOException {
        var found = new HashSet<String>();
        try (var there = Files.newDirectoryStream(path)) {
            for (var file : there) found.add(file.getFileName().toString());
        }
        if (!found.equals(held)) throw new AssertionError("of the files %s it left %s".formatted(held, found));
    }

    private static void delete(Path path) {
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
