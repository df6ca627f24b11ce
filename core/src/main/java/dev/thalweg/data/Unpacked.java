package dev.thalweg.data;

import dev.thalweg.format.AtomicFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A compressed archive that is too large for memory, decompressed into a file of the cache folder, once:
/// `unpacked/NAME-<16 hex digits of path, size and time of change>.tar`. At most half of the space that is
/// free there is taken.
///
/// @param note says where it is, and how large
record Unpacked(Path file, String note) {
    private static final Logger LOG = LoggerFactory.getLogger(Unpacked.class);

    /// @throws IOException if there is too little space, or the archive is damaged; then nothing is left
    static Unpacked of(Path archive, Path cache) throws IOException {
        var key = "%s %s %s"
                .formatted(
                        archive.toRealPath(),
                        Files.size(archive),
                        Files.getLastModifiedTime(archive).toMillis());
        var name = archive.getFileName() + "-"
                + Fingerprint.of(key.getBytes(StandardCharsets.UTF_8)).substring(0, 16) + ".tar";
        var folder = Files.createDirectories(cache.resolve("unpacked"));
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            long budget = Files.getFileStore(folder).getUsableSpace() / 2;
            LOG.info(
                    "{} is too large for memory: decompressing it once into {}, at most {}",
                    archive,
                    file,
                    gigabytes(budget));
            decompress(archive, file, budget);
        }
        return new Unpacked(
                file,
                "decompressed once into %s (%s), which can be deleted when the data is no longer needed"
                        .formatted(file, gigabytes(Files.size(file))));
    }

    private static void decompress(Path archive, Path file, long budget) throws IOException {
        AtomicFile.write(file, channel -> {
            try (var in = new BufferedInputStream(Files.newInputStream(archive))) {
                boolean whole = Gzip.inflate(in, archive.toString(), (chunk, n) -> {
                    if (channel.position() + n > budget) return false;
                    var rest = ByteBuffer.wrap(chunk, 0, n);
                    while (rest.hasRemaining()) channel.write(rest);
                    return true;
                });
                if (!whole)
                    throw new IOException(
                            "%s holds more than %s when decompressed, half of the space that is free in %s: decompress it elsewhere and give the .tar, or name a folder with more space (-Dthalweg.cache=FOLDER)"
                                    .formatted(archive, gigabytes(budget), file.getParent()));
            }
        });
    }

    private static String gigabytes(long bytes) {
        return "%,.1f GB".formatted(bytes / 1e9);
    }
}
