package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Whether the lengths in a Parquet file's description of itself can be true. The library takes as much memory as a
/// length says before it looks whether so many bytes are there.
///
/// The description stands at the end, before its length (4 bytes, the least significant first) and `PAR1`, in
/// Thrift's compact protocol. A structure is fields up to a byte 0: a byte whose upper half is the distance from the
/// field before, whose lower half is the type, where the distance is 0 the field's number (a varint), then the value.
/// Texts
/// have a length (varint) before them; lists a byte of size and type, with a varint where the size is 15 or more; maps
/// a size (varint) and, if it is not 0, a byte of two types.
final class ParquetFooter {
    private static final int PAR1 = 0x31524150;
    /// A description is some eight deep.
    private static final int DEEPEST = 64;

    private static final int BOOLEANS = 2,
            BYTE = 3,
            LARGEST_INTEGER = 6,
            DOUBLE = 7,
            TEXT = 8,
            SET = 10,
            MAP = 11,
            STRUCTURE = 12;

    private final ByteBuffer bytes;

    private ParquetFooter(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /// Leaves files that do not end as Parquet files do to the library.
    ///
    /// @throws MalformedFile if a length is none
    static void check(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < 12) return;
            var end = read(channel, size - 8, 8);
            int length = end.getInt();
            if (end.getInt() != PAR1 || length < 0 || length > size - 8) return;
            var footer = new ParquetFooter(read(channel, size - 8 - length, length));
            try {
                footer.structure(0);
            } catch (BufferUnderflowException e) {
                throw new MalformedFile(
                        file.toString(),
                        size - 8 - length + footer.bytes.position(),
                        "expected the file's description of itself to lie within its %,d bytes, found more announced"
                                .formatted(length),
                        e);
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
        return bytes.flip();
    }

    private void structure(int depth) {
        for (int head = bytes.get() & 0xff; head != 0; head = bytes.get() & 0xff) {
            if (head >> 4 == 0) varint();
            // A field's yes or no stands in its type.
            if ((head & 15) > BOOLEANS) value(head & 15, depth);
        }
    }

    private void value(int type, int depth) {
        if (depth > DEEPEST) throw new BufferUnderflowException();
        switch (type) {
            case TEXT -> skip(varint());
            case STRUCTURE -> structure(depth + 1);
            case SET - 1, SET -> {
                int head = bytes.get() & 0xff;
                elements(head >> 4 == 15 ? varint() : head >> 4, head & 15, depth);
            }
            case MAP -> {
                long size = varint();
                if (size == 0) return;
                int types = bytes.get() & 0xff;
                require(size);
                for (long i = 0; i < size; i++) {
                    value(types >> 4, depth + 1);
                    value(types & 15, depth + 1);
                }
            }
            case DOUBLE -> skip(8);
            default -> {
                if (type <= BYTE) skip(1);
                else if (type <= LARGEST_INTEGER) varint();
                else throw new BufferUnderflowException();
            }
        }
    }

    /// Each takes a byte at least.
    private void elements(long size, int type, int depth) {
        require(size);
        for (long i = 0; i < size; i++) value(type, depth + 1);
    }

    private void skip(long count) {
        require(count);
        bytes.position(bytes.position() + (int) count);
    }

    private void require(long count) {
        if (count < 0 || count > bytes.remaining()) throw new BufferUnderflowException();
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
        throw new BufferUnderflowException();
    }
}
