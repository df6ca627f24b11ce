package dev.thalweg.format;

import java.io.IOException;
import java.nio.file.Path;

/// A file that is not what it should be: which one, where in it, and what was expected and found.
public final class MalformedFile extends IOException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final long offset;

    /// @param offset the first byte that is wrong, from the start of the file
    /// @param sentence what was expected and what was found
    public MalformedFile(Path path, long offset, String sentence) {
        super(path + ", byte " + offset + ": " + sentence);
        this.path = path.toString();
        this.offset = offset;
    }

    public MalformedFile(Path path, long offset, String sentence, Throwable cause) {
        this(path, offset, sentence);
        initCause(cause);
    }

    public Path path() {
        return Path.of(path);
    }

    /// The first byte that is wrong, from the start of the file.
    public long offset() {
        return offset;
    }
}
