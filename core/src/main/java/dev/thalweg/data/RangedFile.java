package dev.thalweg.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of which stretches are read.
record RangedFile(FileChannel channel) implements AutoCloseable {
    static RangedFile open(Path file) throws IOException {
        return new RangedFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    long size() throws IOException {
        return channel.size();
    }

    /// Bytes from here on, fewer where the file ends before; the least significant first.
    ByteBuffer read(long from, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
