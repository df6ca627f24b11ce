package dev.thalweg.format;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The safetensors format, which keeps named tensors and runs no code
/// (https://github.com/huggingface/safetensors).
///
///     8 bytes    n, the length of the header: unsigned, little-endian, at most 100,000,000
///     n bytes    the header: a JSON object in UTF-8, from '{' on, padded with spaces
///     the rest   the tensors' elements, little-endian, one tensor after the other without gaps
///
/// The header has a member for each tensor, whose offsets count from the end of the header, and may
/// have one of strings about the file:
///
///     {"__metadata__":{"architecture":"lenet5"},
///      "fc.bias":{"dtype":"F32","shape":[10],"data_offsets":[0,40]}, …}
public final class Safetensors {
    /// The longest header that readers of the format accept, in bytes.
    public static final int MAX_HEADER = 100_000_000;

    /// Bytes that go to the system in one call.
    private static final long CHUNK = 64 << 20;

    /// Bytes on their way from the Java heap.
    private static final int STAGING = 1 << 20;

    private Safetensors() {}

    /// Maps the file into memory and checks its header. Tensors live as long as `arena`; while it is
    /// open the file may be replaced (on Windows it may not), but must not be changed in place.
    ///
    /// @throws MalformedFile if anything in the file is not as the format says
    public static SafetensorsFile open(Path path, Arena arena) throws IOException {
        if (Files.isDirectory(path)) throw new MalformedFile(path, 0, "expected a file, found a folder");
        try (var channel = FileChannel.open(path, READ)) {
            return SafetensorsFile.over(path, channel.map(READ_ONLY, 0, channel.size(), arena));
        }
    }

    /// Creates or replaces the file, as [AtomicFile] does. The same tensors and metadata give the same
    /// bytes, in whatever order the tensors come: by type, the widest first, then by name.
    ///
    /// @param metadata strings about the file, kept in their order
    public static void write(Path path, SequencedMap<String, String> metadata, Collection<Entry> tensors)
            throws IOException {
        writeStreamed(path, metadata, tensors.stream().map(StreamedTensor::of).toList());
    }

    /// As [#write], of tensors whose elements are made while they are written, one tensor after the other.
    public static void writeStreamed(
            Path path, SequencedMap<String, String> metadata, Collection<StreamedTensor> tensors) throws IOException {
        var ordered = Header.order(tensors);
        byte[] header = Header.write(metadata, ordered);
        long size = Long.BYTES + header.length;
        for (var tensor : ordered) size += tensor.bytes();
        AtomicFile.write(path, size, channel -> {
            var start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header).flip();
            writeAll(channel, start);
            for (var tensor : ordered) tensor.writeTo(channel);
        });
    }

    /// The same, with a checksum over metadata and tensors as another string of the metadata, by which
    /// [SafetensorsFile#verify()] finds damage.
    public static void writeVerifiable(Path path, SequencedMap<String, String> metadata, Collection<Entry> tensors)
            throws IOException {
        var sealed = new LinkedHashMap<>(metadata);
        sealed.remove(Contents.KEY);
        sealed.put(Contents.KEY, Contents.checksum(sealed, Header.order(tensors)));
        write(path, sealed, tensors);
    }

    /// Memory outside the heap goes to the system from where it is.
    static void write(FileChannel channel, MemorySegment data) throws IOException {
        if (data.isNative()) {
            for (long at = 0; at < data.byteSize(); at += CHUNK)
                writeAll(
                        channel,
                        data.asSlice(at, Math.min(CHUNK, data.byteSize() - at)).asByteBuffer());
            return;
        }
        var staging = ByteBuffer.allocateDirect((int) Math.min(STAGING, data.byteSize()));
        for (long at = 0; at < data.byteSize(); at += STAGING) {
            int count = (int) Math.min(STAGING, data.byteSize() - at);
            MemorySegment.copy(data, at, MemorySegment.ofBuffer(staging.clear()), 0, count);
            writeAll(channel, staging.limit(count));
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }
}
