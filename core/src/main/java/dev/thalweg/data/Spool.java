package dev.thalweg.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Bytes kept in a file without a name, for what is too dear to unpack twice and too large for memory.
/// The file is made when first written to and is gone when the spool is closed or the process ends, by
/// whatever means where the system can unlink open files. Safe for several threads.
final class Spool implements Closeable {
    private final Path folder;
    private @Nullable FileChannel channel;
    private long end;

    /// @param folder made if it does not exist
    Spool(Path folder) {
        this.folder = folder;
    }

    /// Where the bytes are kept from now on.
    synchronized long append(byte[] bytes, int from, int length) throws IOException {
        try {
            var file = channel();
            var left = ByteBuffer.wrap(bytes, from, length);
            long at = end;
            while (left.hasRemaining()) end += file.write(left, end);
            return at;
        } catch (IOException e) {
            throw new IOException(
                    "cannot keep unpacked pictures in %s (%s): make room there, or name another folder by -Dthalweg.cache=FOLDER in THALWEG_JAVA_OPTS"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    byte[] read(long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        var file = channel();
        while (bytes.hasRemaining())
            if (file.read(bytes, at + bytes.position()) < 0)
                throw new IOException("the file of unpacked pictures in %s was cut short".formatted(folder));
        return bytes.array();
    }

    private synchronized FileChannel channel() throws IOException {
        if (channel == null) {
            Files.createDirectories(folder);
            channel = FileChannel.open(
                    Files.createTempFile(folder, "unpacked-", ".tmp"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        }
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel != null) channel.close();
    }
}
