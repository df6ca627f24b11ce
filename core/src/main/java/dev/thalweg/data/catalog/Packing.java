package dev.thalweg.data.catalog;

import dev.thalweg.format.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Makes of a published archive a tar archive with a folder for each class, not compressed: JPEG files do
/// not get smaller, and what is not compressed is read in place, picture by picture, without memory for the
/// whole. The same archive gives the same bytes.
final class Packing {
    private static final int BUFFER = 1 << 16;

    private Packing() {}

    /// @param read is told how many bytes of the archive have been read
    static void pack(Archive archive, Placement placement, Path tar, LongConsumer read, BooleanSupplier stopped)
            throws IOException {
        AtomicFile.write(tar, channel -> {
            var buffer = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            var out = new TarArchiveOutputStream(buffer, "UTF-8");
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            out.setAddPaxHeadersForNonAsciiNames(true);
            var count = new int[1];
            archive.walk(
                    (path, content) -> {
                        if (stopped.getAsBoolean()) throw new DownloadStopped();
                        var place = placement.place(path);
                        if (place == null) return true;
                        byte[] bytes = content.readAllBytes();
                        var entry = new TarArchiveEntry(place);
                        entry.setSize(bytes.length);
                        entry.setModTime(0);
                        entry.setUserId(0);
                        entry.setGroupId(0);
                        out.putArchiveEntry(entry);
                        out.write(bytes);
                        out.closeArchiveEntry();
                        count[0]++;
                        return true;
                    },
                    read);
            int expected = placement.expected();
            if (count[0] == 0 || (expected > 0 && count[0] != expected))
                throw new IOException("%s: expected %s pictures, found %,d of them"
                        .formatted(archive.path(), expected == 0 ? "some" : "%,d".formatted(expected), count[0]));
            out.finish();
            buffer.flush();
        });
    }
}
