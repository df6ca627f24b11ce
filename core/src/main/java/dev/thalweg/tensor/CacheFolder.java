package dev.thalweg.tensor;

import java.nio.file.Path;

/// The folder for what can be made or fetched again: `-Dthalweg.cache`, else `$XDG_CACHE_HOME/thalweg`,
/// else `~/.cache/thalweg`. It need not exist.
public final class CacheFolder {
    private CacheFolder() {}

    public static Path path() {
        String given = System.getProperty("thalweg.cache");
        if (given != null) return Path.of(given);
        String xdg = System.getenv("XDG_CACHE_HOME");
        return xdg != null && !xdg.isBlank()
                ? Path.of(xdg, "thalweg")
                : Path.of(System.getProperty("user.home"), ".cache", "thalweg");
    }
}
