package dev.thalweg.train;

import dev.thalweg.data.Picture;
import dev.thalweg.data.PictureSheet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A [PictureSheet] in a run's folder.
///
/// @param file its name
/// @param width of each picture
/// @param height of each picture
/// @param columns pictures in a row
public record ContactSheet(String file, int width, int height, int columns) {
    private static final int COLUMNS = 8;
    /// A page holds two sheets and shall not grow large.
    private static final int BYTES = 160_000;

    /// Writes `pictures`, at least one and all of one size, as `name` with the ending that fits.
    static ContactSheet write(Path folder, String name, List<Picture> pictures) throws IOException {
        var sheet = PictureSheet.of(pictures, COLUMNS, BYTES);
        Files.deleteIfExists(folder.resolve(name + (sheet.png() ? ".jpg" : ".png")));
        String file = name + (sheet.png() ? ".png" : ".jpg");
        RunFolder.write(folder.resolve(file), sheet.bytes());
        return new ContactSheet(file, sheet.width(), sheet.height(), sheet.columns());
    }
}
