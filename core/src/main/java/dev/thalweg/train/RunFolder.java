package dev.thalweg.train;

import dev.thalweg.format.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/// The folder that a run leaves behind.
///
/// | file | holds |
/// |---|---|
/// | `recipe.json` | everything that determines the run |
/// | `recipe.source.yaml` or `.json` | the recipe as somebody wrote it, where it came from a file |
/// | `run.json` | the circumstances: when, on what machine, with which data, where the time went; see [RunRecord] |
/// | `skipped.jsonl` | pictures that were left out because they cannot be read, an [dev.thalweg.data.Unreadable] a
/// line, if the recipe says so |
/// | `metrics.jsonl` | one JSON object an epoch |
/// | `controls.jsonl` | what was done to the run while it trained, if anything: a [Control] a line |
/// | `steps.jsonl` | one JSON object for each of 100 to 500 steps; see [StepSample] |
/// | `batch.png` or `.jpg` | pictures of the first batch, as augmented |
/// | `checkpoint.safetensors` | where the run is; what it resumes from |
/// | `best.safetensors` | the model with the best validation accuracy, where there is a validation part |
/// | `model.safetensors` | the finished model |
/// | `result.json` | the final numbers |
/// | `predictions.csv` | what the finished model says of each test and validation example; see [Prediction] |
/// | `mistakes.png` or `.jpg` | pictures of its most confident mistakes |
/// | `lr.json`, `lr.html` | how the learning rate was found, if the run began with a search for it; see [RateSweep] |
/// | `report.html` | all of this as a page, if the command line or `dev.thalweg.report` wrote one |
/// | `.lock` | who trains here |
///
/// Files are written beside and renamed, so that none is ever half there.
public record RunFolder(Path path) {

    /// A new run's folder: absent, or empty.
    ///
    /// @throws FileAlreadyExistsException if something is in it
    public static RunFolder create(Path path) throws IOException {
        try {
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw new FileSystemException(path.toString(), null, "expected a folder for the run, found a file");
        } catch (FileSystemException e) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "the run's folder cannot be made there" + (e.getReason() == null ? "" : ": " + e.getReason()));
        }
        try (var entries = Files.list(path)) {
            if (entries.anyMatch(RunFolder::isSomething))
                throw new FileAlreadyExistsException(
                        path.toString(), null, "the folder is not empty; choose another one, or resume the run in it");
        }
        return new RunFolder(path);
    }

    /// Refuses a folder without a run.
    ///
    /// @throws NoSuchFileException if it has no recipe, or is not there
    public void requireRun() throws NoSuchFileException {
        if (Files.isRegularFile(recipe())) return;
        throw new NoSuchFileException(
                path.toString(),
                null,
                Files.isDirectory(path)
                        ? "there is no run in this folder: it has no recipe.json"
                        : "expected the folder of a run, found " + (Files.exists(path) ? "a file" : "nothing there"));
    }

    /// All but what a start leaves that was killed at once.
    private static boolean isSomething(Path entry) {
        String name = entry.getFileName().toString();
        return !name.equals(RunLock.NAME) && !AtomicFile.isTemporary(name);
    }

    /// Whether a process is at work in it, on this machine.
    ///
    /// @throws IOException if there is no such folder, or it may not be looked at
    public boolean inUse() throws IOException {
        return RunLock.isHeld(path);
    }

    /// The folder that a file of a run lies in.
    static RunFolder of(Path file) {
        var folder = file.toAbsolutePath().getParent();
        return new RunFolder(folder == null ? file : folder);
    }

    public Path recipe() {
        return path.resolve("recipe.json");
    }

    /// @param extension `yaml` or `json`
    public Path source(String extension) {
        return path.resolve("recipe.source." + extension);
    }

    public Path skipped() {
        return path.resolve("skipped.jsonl");
    }

    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /// The circumstances.
    public Path record() {
        return path.resolve("run.json");
    }

    public Path steps() {
        return path.resolve("steps.jsonl");
    }

    public Path controls() {
        return path.resolve("controls.jsonl");
    }

    public Path predictions() {
        return path.resolve("predictions.csv");
    }

    /// What a search for the learning rate has seen.
    public Path sweep() {
        return path.resolve("lr.json");
    }

    /// The same as a page.
    public Path sweepPage() {
        return path.resolve("lr.html");
    }

    public Path report() {
        return path.resolve("report.html");
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

    static void write(Path file, byte[] content) throws IOException {
        var bytes = ByteBuffer.wrap(content);
        AtomicFile.write(file, content.length, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }

    /// Appends whole lines to one of the files that grow.
    ///
    /// @throws NoSuchFileException if somebody has deleted the folder
    void append(Path file, String lines) throws IOException {
        if (!Files.isDirectory(path)) throw new NoSuchFileException(path.toString(), null, "the run's folder is gone");
        if (!lines.isEmpty()) Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /// The whole lines of a file that grows: of what a killed process left half written, nothing. Empty if
    /// there is no such file.
    public static List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) return List.of();
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /// Keeps the first `lines` lines of a file that grows, those that a checkpoint knows of, and of what
    /// follows nothing: it may be half a line.
    ///
    /// @return how many there are, fewer than `lines` if a power failure took some
    long truncate(Path file, long lines) throws IOException {
        if (!Files.exists(file)) return 0;
        byte[] all = Files.readAllBytes(file);
        long kept = 0;
        int end = 0;
        for (int i = 0; i < all.length && kept < lines; i++)
            if (all[i] == '\n') {
                kept++;
                end = i + 1;
            }
        if (end < all.length) write(file, Arrays.copyOf(all, end));
        return kept;
    }
}
