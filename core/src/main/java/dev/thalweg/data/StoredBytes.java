package dev.thalweg.data;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Bytes that can be read from any place by several threads at once: of a file, or in memory.
///
/// A file is read and not mapped, so that what has been read of a large one does not count as this
/// process's memory.
sealed interface StoredBytes {
    long size();

    /// @throws EOFException if there are fewer
    byte[] read(long at, int count) throws IOException;

    /// Releases the file; may be called more than once.
    void close();

    static StoredBytes of(MemorySegment bytes) {
        return new InMemory(bytes);
    }

    @SuppressWarnings("MustBeClosedChecker") // whoever asked closes it
    static StoredBytes open(Path path) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ);
        return new OnDisk(channel, channel.size());
    }

    record InMemory(MemorySegment bytes) implements StoredBytes {
        @Override
        public long size() {
            return bytes.byteSize();
        }

        @Override
        public byte[] read(long at, int count) throws EOFException {
            if (count > size() - at) throw new EOFException();
            return bytes.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public void close() {}
    }

    record OnDisk(FileChannel channel, long size) implements StoredBytes {
        @Override
        public byte[] read(long at, int count) throws IOException {
            var bytes = new byte[count];
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining())
                if (channel.read(buffer, at + buffer.position()) < 0)
                    throw new EOFException("the file is shorter than it was when it was opened");
            return bytes;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing was written
            }
        }
    }
}
