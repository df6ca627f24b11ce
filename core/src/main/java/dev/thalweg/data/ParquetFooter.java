package dev.thalweg.data;

import static dev.thalweg.data.CompactThrift.INT32;
import static dev.thalweg.data.CompactThrift.STRUCTURE;
import static dev.thalweg.data.CompactThrift.TEXT;

import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.Map;

/// Whether the lengths in a Parquet file's description of itself can be true. The library takes as much
/// memory as a length says before it looks whether so many bytes are there.
///
/// The description stands at the end, before its length (4 bytes, the least significant first) and `PAR1`, in
/// [CompactThrift].
final class ParquetFooter {
    private static final int PAR1 = 0x31524150;

    /// Of the lists that the library reads: columns, row groups, texts beside them, orders, chunks; of a chunk,
    /// encodings, the column's path and texts beside it.
    private static final Map<Long, Integer> LISTS = Map.of(
            2L,
            STRUCTURE,
            4L,
            STRUCTURE,
            5L,
            STRUCTURE,
            7L,
            STRUCTURE,
            401L,
            STRUCTURE,
            4_01_03_02L,
            INT32,
            4_01_03_03L,
            TEXT,
            4_01_03_08L,
            STRUCTURE);

    private ParquetFooter() {}

    /// Leaves files that do not end as Parquet files do to the library.
    ///
    /// @throws MalformedFile if a length is none
    static void check(Path path) throws IOException {
        try (var file = RangedFile.open(path)) {
            long size = file.size();
            if (size < 12) return;
            var end = file.read(size - 8, 8);
            int length = end.getInt();
            if (end.getInt() != PAR1 || length < 0 || length > size - 8) return;
            var description = new CompactThrift(file.read(size - 8 - length, length), LISTS);
            try {
                description.structure((field, value) -> {});
            } catch (BufferUnderflowException e) {
                throw new MalformedFile(
                        path.toString(),
                        size - 8 - length + description.position(),
                        "expected a description of the file within %,d bytes, found more announced, or of another kind"
                                .formatted(length),
                        e);
            }
        }
    }
}
