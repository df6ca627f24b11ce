package dev.thalweg.cli;

import dev.thalweg.data.catalog.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Names of published data sets where a user may give data. Nothing is downloaded here.
final class PublishedData {
    private PublishedData() {}

    /// `data` itself, unless there is nothing at it and it names a published data set: then the folder that
    /// this was fetched into.
    ///
    /// @throws IllegalArgumentException if `data` is empty
    /// @throws NoSuchFileException if it has not been fetched; the message says what fetches it
    static String locate(String data) throws IOException {
        // An empty path would be the current folder: nobody means that who says nothing.
        if (data.isBlank())
            throw new IllegalArgumentException(
                    "DATA is empty: name a folder, an archive, a table or a published set (a shell variable that was never"
                            + " set is empty)");
        if (Files.exists(Path.of(data))) return data;
        var found = Catalogue.shipped().find(data);
        if (found.isEmpty()) return data;
        var entry = found.get();
        Path parent = Catalogue.defaultFolder();
        if (!Catalogue.isIn(parent, entry))
            throw new NoSuchFileException(
                    data,
                    null,
                    "it is not here; ./thalweg data get %s fetches it (%s)".formatted(data, Text.bytes(entry.bytes())));
        return Catalogue.folder(parent, entry).toString();
    }
}
