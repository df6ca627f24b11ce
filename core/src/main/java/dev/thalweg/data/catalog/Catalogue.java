package dev.thalweg.data.catalog;

import dev.thalweg.tensor.CacheFolder;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;

/// Published data sets by name. The shipped ones stand in `catalogue.json` beside this class.
public final class Catalogue {
    /// The folder's name in the [CacheFolder].
    private static final String FOLDER = "data";

    private final SequencedMap<String, CatalogueEntry> entries = new LinkedHashMap<>();

    public Catalogue(List<CatalogueEntry> entries) {
        for (var entry : entries)
            Require.that(this.entries.put(entry.name(), entry) == null, "two data sets are named '%s'", entry.name());
    }

    private record Shipped(List<CatalogueEntry> entries) {}

    /// What comes with Thalweg.
    public static Catalogue shipped() {
        try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.json")) {
            if (in == null) throw new IllegalStateException("catalogue.json is missing beside " + Catalogue.class);
            return new Catalogue(
                    JsonMapper.shared().readValue(in, Shipped.class).entries());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In the catalogue's order.
    public List<CatalogueEntry> entries() {
        return List.copyOf(entries.values());
    }

    public Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /// @throws IllegalArgumentException if there is none of that name; the message has the nearest
    public CatalogueEntry get(String name) {
        return find(name)
                .orElseThrow(() ->
                        new IllegalArgumentException(Nearest.unknown("data set", name, List.copyOf(entries.keySet()))));
    }

    /// Where data sets are kept if nothing else is said.
    public static Path defaultFolder() {
        return CacheFolder.path().resolve(FOLDER);
    }

    /// The folder of a data set within `parent`, whether it is there or not.
    public static Path folder(Path parent, CatalogueEntry entry) {
        return parent.resolve(entry.name());
    }

    /// Whether the whole data set lies in its folder within `parent`.
    public static boolean isIn(Path parent, CatalogueEntry entry) throws IOException {
        Path folder = folder(parent, entry);
        if (entry.layout() != CatalogueEntry.Layout.AS_IS)
            return Files.isRegularFile(folder.resolve(entry.name() + ".tar"));
        for (var file : entry.files()) {
            Path path = folder.resolve(file.name());
            if (!Files.isRegularFile(path) || Files.size(path) != file.bytes()) return false;
        }
        return true;
    }
}
