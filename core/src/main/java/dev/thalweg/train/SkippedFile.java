package dev.thalweg.train;

import dev.thalweg.data.Unreadable;
import dev.thalweg.format.JsonFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/// The pictures that a run does without, a JSON object a line: written before the run begins, and read when it
/// is resumed, so that it goes on with the same examples whatever has become of the files.
final class SkippedFile {
    private SkippedFile() {}

    static void write(Path file, List<Unreadable> skipped) throws IOException {
        var lines = new StringBuilder();
        for (var one : skipped) lines.append(RecipeFile.line(one)).append('\n');
        RunFolder.write(file, lines.toString());
    }

    /// @throws IOException if there is no such file, or a line cannot be read
    static List<Unreadable> read(Path file) throws IOException {
        if (!Files.exists(file))
            throw new IOException(
                    "%s is missing: the run cannot be resumed without knowing what it left out".formatted(file));
        var skipped = new ArrayList<Unreadable>();
        for (String line : RunFolder.lines(file)) {
            try {
                skipped.add(Json.read(line, Unreadable.class));
            } catch (JacksonException e) {
                throw new IOException(
                        "%s, line %d, does not name a picture: %s"
                                .formatted(file, skipped.size() + 1, JsonFault.sentence(e)),
                        e);
            }
        }
        return skipped;
    }
}
