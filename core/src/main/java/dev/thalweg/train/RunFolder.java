package dev.thalweg.train;

import dev.thalweg.format.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The folder that a run leaves behind.
///
/// | file | holds |
/// |---|---|
/// | `recipe.json` | everything that determines the run |
/// | `recipe.source.yaml` or `.json` | the recipe as somebody wrote it, where it came from a file |
/// | `metrics.jsonl` | one JSON object an epoch |
/// | `checkpoint.safetensors` | where the run is; what it resumes from |
/// | `best.safetensors` | the model with the best validation accuracy, where there is a validation part |
/// | `model.safetensors` | the finished model |
/// | `result.json` | the final numbers |
///
/// Files are written beside and renamed, so that none is ever half there.
public record RunFolder(Path path) {

    /// A new run's folder: absent, or empty.
    ///
    /// @throws FileAlreadyExistsException if something is in it
    public static RunFolder create(Path path) throws IOException {
        Files.createDirectories(path);
        try (var entries = Files.list(path)) {
            if (entries.findAny().isPresent())
                throw new FileAlreadyExistsException(
                        path.toString(), null, "the folder is not empty; choose another one, or resume the run in it");
        }
        return new RunFolder(path);
    }

    public Path recipe() {
        return path.resolve("recipe.json");
    }

    /// @param extension `yaml` or `json`
    public Path source(String extension) {
        return path.resolve("recipe.source." + extension);
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
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }

    /// Appends one line to the metrics.
    void append(String line) throws IOException {
        Files.writeString(metrics(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// Keeps the first `lines` lines of the metrics: those that a checkpoint knows of.
    void truncateMetrics(int lines) throws IOException {
        List<String> all = Files.exists(metrics()) ? Files.readAllLines(metrics()) : List.of();
        if (all.size() > lines) write(metrics(), String.join("\n", all.subList(0, lines)) + (lines > 0 ? "\n" : ""));
    }
}
