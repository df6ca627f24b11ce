package dev.thalweg.data.catalog;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the bytes of a `.part` file came from and which version of the file they belong to, kept beside it
/// in two lines of text.
///
/// @param validator a strong ETag, or a date of last modification; empty if the server named neither
record Origin(URI url, String validator) {

    static Origin of(URI url, HttpHeaders headers) {
        var tag = headers.firstValue("ETag").filter(t -> !t.startsWith("W/"));
        return new Origin(
                url,
                tag.or(() -> headers.firstValue("Last-Modified")).orElse("").replaceAll("\\p{Cntrl}", ""));
    }

    private static Path file(Path part) {
        return part.resolveSibling(part.getFileName() + ".origin");
    }

    void keep(Path part) throws IOException {
        Files.write(file(part), List.of(url.toString(), validator));
    }

    /// What was kept, or null.
    static @Nullable Origin of(Path part) {
        try {
            var lines = Files.readAllLines(file(part));
            return lines.size() == 2 ? new Origin(URI.create(lines.get(0)), lines.get(1)) : null;
        } catch (IOException | IllegalArgumentException e) {
            return null; // then the checksum must do
        }
    }

    static void forget(Path part) throws IOException {
        Files.deleteIfExists(file(part));
    }
}
