package dev.thalweg.train;

import dev.thalweg.format.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The folder that a run leaves behind.
///
/// | file | holds |
/// |---|---|
/// | `recipe.json` | everything that determines the run |
/// | `metrics.jsonl` | one JSON object an epoch |
/// | `checkpoint.safetensors` | where the run is; what it resumes from |
/// | `best.safetensors` | the model with the best validation accuracy, where there is a validation part |
/// | `model.safetensors` | the finished model |
/// | `result.json` | the final numbers |
/// | `.lock` | whose run it is while it trains |
///
/// Files are written beside and renamed, so that none is ever half there.
public record RunFolder(Path path) {

    /// A new run's folder: absent, or empty.
    ///
    /// @throws FileAlreadyExistsException if something is in it
    public static RunFolder create(Path path) throws IOException {
        Files.createDirectories(path);
        try (var entries = Files.list(path)) {
            if (entries.anyMatch(RunFolder::isSomething))
                throw new FileAlreadyExistsException(
                        path.toString(), null, "the folder is not empty; choose another one, or resume the run in it");
        }
        return new RunFolder(path);
    }

    /// All but what a start leaves that was killed at once.
    private static boolean isSomething(Path entry) {
        String name = entry.getFileName().toString();
        return !name.equals(RunLock.NAME) && !AtomicFile.isTemporary(name);
    }

    public Path recipe() {
        return path.resolve("recipe.json");
    }

    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    public Path checkpoint() {
        return path.resolve("checkpoint.safetensors");
    }

    public Path best() {
        return path.resolve("best.safetensors");
    }

    public Path model() {
        return path.resolve("model.safetensors");
    }

    public Path result() {
        return path.resolve("result.json");
    }

    /// Replaces `file` by `text`, whole or not at all.
    static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(Path file, byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        AtomicFile.write(file, content.length, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }

    /// Appends one line to the metrics.
    void append(String line) throws IOException {
        if (!Files.isDirectory(path)) throw new NoSuchFileException(path.toString(), null, "the run's folder is gone");
        Files.writeString(metrics(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// Keeps the first `lines` lines of the metrics, those that a checkpoint knows of, and of what follows
    /// nothing: it may be half a line.
    ///
    /// @return how many there are, fewer than `lines` if a power failure took some
    int truncateMetrics(int lines) throws IOException {
        if (!Files.exists(metrics())) return 0;
        byte[] all = Files.readAllBytes(metrics());
        int kept = 0;
        int end = 0;
        for (int i = 0; i < all.length && kept < lines; i++)
            if (all[i] == '\n') {
                kept++;
                end = i + 1;
            }
        if (end < all.length) write(metrics(), Arrays.copyOf(all, end));
        return kept;
    }
}
