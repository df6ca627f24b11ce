package dev.thalweg.format;

import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file that is not what it should be: which one, where in it, and what was expected and found.
public final class MalformedFile extends IOException {
    private static final long serialVersionUID = 1;

    private final String path;
    private final long offset;
    private final boolean damage;
    private String[] places = {};

    /// @param path the file, with `archive!/` before it where it lies in an archive
    /// @param offset the first byte that is wrong, from the start of the file (after decompression)
    /// @param sentence what was expected and what was found
    public MalformedFile(String path, long offset, String sentence) {
        this(path, offset, sentence, true);
    }

    private MalformedFile(String path, long offset, String sentence, boolean damage) {
        super(Quote.line(path) + ", byte " + offset + ": " + sentence);
        this.path = path;
        this.offset = offset;
        this.damage = damage;
    }

    /// One whose bytes are as its author meant them, but which is of another kind or has other contents than
    /// can be used; the sentence says what to do where that is not plain from it.
    public static MalformedFile unsuitable(String path, long offset, String sentence) {
        return new MalformedFile(path, offset, sentence, false);
    }

    public MalformedFile(String path, long offset, String sentence, Throwable cause) {
        this(path, offset, sentence);
        initCause(cause);
    }

    public MalformedFile(Path path, long offset, String sentence) {
        this(path.toString(), offset, sentence);
    }

    public MalformedFile(Path path, long offset, String sentence, Throwable cause) {
        this(path.toString(), offset, sentence, cause);
    }

    /// The file, with `archive!/` before it where it lies in an archive.
    public String path() {
        return path;
    }

    /// The same, of which there are several.
    ///
    /// @param places where, such as `line 3: z.png`; the first is the one that the sentence names
    public MalformedFile at(List<String> places) {
        this.places = places.toArray(String[]::new);
        return this;
    }

    /// Where the same is wrong; empty where that is the one place which the sentence names.
    public List<String> places() {
        return List.of(places);
    }

    /// Whether bytes are wrong, so that another copy of the file may do.
    public boolean isDamage() {
        return damage;
    }

    /// The first byte that is wrong, from the start of the file.
    public long offset() {
        return offset;
    }
}
