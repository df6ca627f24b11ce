package dev.thalweg.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.List;

/// A tensor that goes into a file while its elements are made, for tensors that do not fit into memory.
///
/// @param shape outermost first
/// @param content writes the elements, row by row and little-endian: exactly the bytes that shape and type
///     ask for
public record StreamedTensor(String name, DType type, List<Long> shape, AtomicFile.Content content)
        implements Described {

    public StreamedTensor {
        shape = List.copyOf(shape);
    }

    /// One whose elements are in memory.
    static StreamedTensor of(Entry tensor) {
        MemorySegment data = tensor.data();
        return new StreamedTensor(
                tensor.name(), tensor.type(), tensor.shape(), channel -> Safetensors.write(channel, data));
    }

    /// Bytes that the elements take.
    public long bytes() {
        return Entry.bytes(type, shape);
    }

    /// Writes the elements where the channel stands.
    void writeTo(FileChannel channel) throws IOException {
        long begin = channel.position();
        content.writeTo(channel);
        long written = channel.position() - begin;
        if (written != bytes())
            throw new IllegalStateException(
                    "tensor '%s' takes %s bytes, %s were written".formatted(name, bytes(), written));
    }
}
