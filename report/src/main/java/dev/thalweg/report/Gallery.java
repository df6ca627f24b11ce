package dev.thalweg.report;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.PictureSheet;
import dev.thalweg.picture.Resize;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Pictures of a data set under headings, as a page and as one picture.
///
/// @param title of the page
/// @param about a line on what is shown
/// @param sections at least one picture in all
public record Gallery(String title, String about, List<Section> sections) {
    /// Pictures in a row.
    public static final int COLUMNS = 8;
    /// A page is to stay below a megabyte, a third of which goes to Base64 and to what draws it.
    private static final int BYTES = 600_000;
    /// What lies beside a picture that is not of a tile's shape.
    private static final byte MARGIN = (byte) 0x80;

    public Gallery {
        sections = List.copyOf(sections);
        Require.that(!pictures(sections).isEmpty(), "a gallery must have a picture");
    }

    /// @param read how to read it
    public record Section(String title, String read, List<Shot> shots) {
        public Section {
            shots = List.copyOf(shots);
        }
    }

    /// @param under what stands under the picture, in full
    /// @param picture null for one that cannot be shown, which `under` explains; the others are of one size
    public record Shot(String under, @Nullable Picture picture) {}

    /// The whole of `picture`, as large as `tile` has room for, in the middle of a grey of that size.
    public static Picture fitted(Picture picture, Dimensions tile) {
        double scale = Math.min((double) tile.width() / picture.width(), (double) tile.height() / picture.height());
        var size = new Dimensions(
                Math.clamp(Math.round(picture.width() * scale), 1, tile.width()),
                Math.clamp(Math.round(picture.height() * scale), 1, tile.height()));
        var small = Resize.to(picture, size);
        if (size.equals(tile)) return small;
        int channels = small.channels();
        var pixels = new byte[tile.width() * tile.height() * channels];
        Arrays.fill(pixels, MARGIN);
        int left = (tile.width() - size.width()) / 2;
        int top = (tile.height() - size.height()) / 2;
        int line = size.width() * channels;
        for (int y = 0; y < size.height(); y++)
            System.arraycopy(small.pixels(), y * line, pixels, ((top + y) * tile.width() + left) * channels, line);
        return new Picture(tile.width(), tile.height(), channels, pixels);
    }

    /// Writes the page: one file with everything in it.
    public void writePage(Path file) throws IOException {
        var sheet = PictureSheet.of(pictures(), COLUMNS, BYTES);
        String source = "data:image/%s;base64,%s"
                .formatted(sheet.png() ? "png" : "jpeg", Base64.getEncoder().encodeToString(sheet.bytes()));
        var shown = new Shown(
                "gallery",
                title,
                about,
                new Run.Sheet(source, sheet.width(), sheet.height(), sheet.columns()),
                shownSections());
        RunReport.write(file, Page.html(title, Page.json(shown), "", ""));
    }

    private List<ShownSection> shownSections() {
        var shown = new ArrayList<ShownSection>();
        int next = 0;
        for (var section : sections) {
            var tiles = new ArrayList<Tile>();
            for (var shot : section.shots()) tiles.add(new Tile(shot.picture() == null ? -1 : next++, shot.under()));
            shown.add(new ShownSection(section.title(), section.read(), tiles));
        }
        return shown;
    }

    /// Writes a PNG picture with the sections below each other.
    ///
    /// @return whether it has headings: they need a font, and not every server has one
    public boolean writePicture(Path file) throws IOException {
        return new GalleryPicture(this).write(file);
    }

    /// All that can be shown, in order.
    List<Picture> pictures() {
        return pictures(sections);
    }

    private static List<Picture> pictures(List<Section> sections) {
        return sections.stream()
                .flatMap(section -> section.shots().stream())
                .flatMap(shot -> Stream.ofNullable(shot.picture()))
                .toList();
    }

    /// A gallery as the page's script takes it.
    ///
    /// @param kind `gallery`
    record Shown(String kind, String title, String about, Run.Sheet sheet, List<ShownSection> sections) {}

    record ShownSection(String title, String read, List<Tile> tiles) {}

    /// @param tile of the sheet, −1 for none
    record Tile(int tile, String under) {}
}
