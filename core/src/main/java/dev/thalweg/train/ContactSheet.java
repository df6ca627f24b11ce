package dev.thalweg.train;

import dev.thalweg.picture.Picture;
import dev.thalweg.picture.PictureSheet;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A [PictureSheet] in a run's folder.
///
/// @param file its name
/// @param width of each picture
/// @param height of each picture
/// @param columns pictures in a row
public record ContactSheet(String file, int width, int height, int columns) {
    /// A file somewhere else would be shown to whoever reads the report.
    private static final Pattern NAME = Pattern.compile("[\\w-]{1,100}\\.(png|jpg)");

    public ContactSheet {
        Require.that(
                NAME.matcher(file).matches(),
                "a sheet of pictures must be a .png or .jpg in the run's own folder, got %s",
                Quote.of(file));
    }

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
