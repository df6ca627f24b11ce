package dev.thalweg.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks whether a disk has room before much is written to it.
@FunctionalInterface
public interface DiskSpace {
    /// The system's own answer.
    DiskSpace REAL = folder -> Files.getFileStore(folder).getUsableSpace();

    /// Bytes that can still be written where `folder` lies.
    long usable(Path folder) throws IOException;

    /// Room that is left to others.
    long RESERVE = 16 << 20;

    /// @param folder that will be written into; it need not exist yet
    /// @param what is to be written, for the message
    /// @throws IOException if the disk has fewer than `bytes` bytes left, and a reserve
    default void require(Path folder, long bytes, String what) throws IOException {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) existing = existing.getParent();
        long usable = usable(existing);
        if (usable < bytes + RESERVE)
            throw new IOException("%s needs %s, and %s has only %s left"
                    .formatted(what, megabytes(bytes), existing, megabytes(Math.max(usable, 0))));
    }

    private static String megabytes(long bytes) {
        return "%,d MB".formatted((bytes + 999_999) / 1_000_000);
    }
}
