package dev.thalweg.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// A checksum over what a safetensors file holds, kept in its metadata: CRC-32C (RFC 3720, B.4) of
///
/// - each string of the metadata but this one, by name:
///   `name 00 value 00`;
/// - each tensor in the order of its data: `name 00 dtype 00 shape 00`, the shape as `2,3`, and its elements.
///
/// So it finds any byte that changes the contents, and other programs may write the same contents with
/// other spaces or their metadata in another order.
final class Contents {
    /// The member of the metadata.
    static final String KEY = "thalweg.crc32c";

    private static final int CHUNK = 1 << 20;

    private Contents() {}

    /// Eight hexadecimal digits.
    ///
    /// @param metadata without the checksum
    /// @param tensors in the order of their data
    static String checksum(Map<String, String> metadata, Collection<Entry> tensors) {
        var crc = new CRC32C();
        new TreeMap<>(metadata).forEach((name, value) -> {
            text(crc, name);
            text(crc, value);
        });
        for (var tensor : tensors) {
            text(crc, tensor.name());
            text(crc, tensor.type().name());
            text(
                    crc,
                    String.join(
                            ",", tensor.shape().stream().map(String::valueOf).toList()));
            elements(crc, tensor.data());
        }
        return "%08x".formatted(crc.getValue());
    }

    private static void text(CRC32C crc, String text) {
        crc.update(text.getBytes(UTF_8));
        crc.update(0);
    }

    private static void elements(CRC32C crc, MemorySegment data) {
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            var chunk = data.asSlice(at, Math.min(CHUNK, data.byteSize() - at));
            if (chunk.isNative()) crc.update(chunk.asByteBuffer());
            else crc.update(chunk.toArray(JAVA_BYTE));
        }
    }
}
