package dev.thalweg.train;

import dev.thalweg.format.JsonFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/// What was done to a run from outside, kept in `controls.jsonl`, a line for each in the order in which it
/// happened. Together with the recipe it determines the run: the learning rate at a step depends on nothing but
/// the lines, so that a run that went back to a checkpoint does again what was done to it.
///
/// Where somebody then decides otherwise, a line is followed by one of an earlier step: it takes back the
/// learning rates that lines before it set for later steps.
final class ControlLog {
    private final Path file;
    private final List<Control> lines = new ArrayList<>();

    private ControlLog(Path file) {
        this.file = file;
    }

    /// The log of the run in `folder`, empty if nothing was done to it.
    ///
    /// @throws IOException if a line cannot be read
    static ControlLog of(RunFolder folder) throws IOException {
        var log = new ControlLog(folder.controls());
        for (var control : read(log.file)) log.take(control);
        return log;
    }

    /// All lines of `file`. A last one that a killed process left without its end had no effect yet, and is left out.
    static List<Control> read(Path file) throws IOException {
        var controls = new ArrayList<Control>();
        for (String line : RunFolder.lines(file)) {
            try {
                controls.add(Json.read(line, Control.class));
            } catch (JacksonException e) {
                throw new IOException(
                        "%s, line %s, is not a control: %s".formatted(file, controls.size() + 1, JsonFault.sentence(e)),
                        e);
            }
        }
        return controls;
    }

    /// Writes `control` down, forced to the disk: only then it may have an effect.
    void add(Control control) throws IOException {
        var bytes = ByteBuffer.wrap((RecipeFile.line(control) + "\n").getBytes(StandardCharsets.UTF_8));
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.position(whole(channel));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.truncate(channel.position());
            channel.force(true);
        }
        take(control);
    }

    /// The length of the whole lines in the file.
    private static long whole(FileChannel channel) throws IOException {
        var last = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            channel.read(last.clear(), end - 1);
            if (last.get(0) == '\n') return end;
        }
        return 0;
    }

    private void take(Control control) {
        if (control.what() == Control.What.LEARNING_RATE)
            lines.removeIf(line -> line.what() == Control.What.LEARNING_RATE && line.step() > control.step());
        lines.add(control);
    }

    /// By what the learning rate of the step after `done` ones is multiplied.
    double factor(long done) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            var line = lines.get(i);
            if (line.what() == Control.What.LEARNING_RATE && line.step() <= done && line.value() != null)
                return line.value();
        }
        return 1;
    }

    /// What was done up to the step after `done` ones.
    List<Control> upTo(long done) {
        return lines.stream().filter(line -> line.step() <= done).toList();
    }
}
