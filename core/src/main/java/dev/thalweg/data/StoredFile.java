package dev.thalweg.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file in a folder or an archive.
///
/// @param path relative to the tree that lists it, parts separated by `/`
/// @param size in bytes, as stored
record StoredFile(String path, long size, Source source) {

    /// Where the bytes are. Reading is safe for several threads at once.
    interface Source {
        byte[] read() throws IOException;

        /// What to call the file in messages.
        String where();

        /// Where among the files of its archive it lies: files read in ascending order of places are read
        /// one after the other. 0 where nothing is known.
        default long place() {
            return 0;
        }

        /// The file itself, if it is one of its own.
        default @Nullable Path onDisk() {
            return null;
        }
    }

    @Nullable
    Path onDisk() {
        return source.onDisk();
    }

    byte[] read() throws IOException {
        return source.read();
    }

    /// The content, decompressed if it is gzip.
    byte[] readInflated() throws IOException {
        byte[] bytes = read();
        return Gzip.isGzip(bytes) ? Gzip.inflate(bytes, where()) : bytes;
    }

    String where() {
        return source.where();
    }

    /// The last part of the path.
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// The first part of the path; the path itself for a file at the top.
    String top() {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    boolean atTop() {
        return path.indexOf('/') < 0;
    }

    /// The same file as the folder that is the first part of its path lists it.
    StoredFile belowTop() {
        return new StoredFile(path.substring(path.indexOf('/') + 1), size, source);
    }
}
