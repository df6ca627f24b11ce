package dev.thalweg.data;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.RowGroup;
import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Whether the sizes in the headers of a column's pages can be true. The library takes the memory that they
/// say before it unpacks a page, and for each value some more.
///
/// Of each row group a column has one chunk: pages, each of a header in [CompactThrift] and its bytes,
/// compressed. The header's fields: 1, the kind; 2 and 3, bytes unpacked and as stored; 501, 701, 801, the
/// number of values of a data page, a dictionary, a data page of the second version. A file may also have
/// an index of a chunk's pages, each with its place (101); the library then goes by it, so that it has to
/// name pages that were looked at.
final class ParquetPages {
    private static final int KIND = 1, UNPACKED = 2, STORED = 3, VALUES = 501, ENTRIES = 701, VALUES_2 = 801;
    private static final int PLACE = 101;
    private static final int DICTIONARY = 2;

    /// Bytes in which a header usually lies, and always: it may hold the least and the greatest value.
    private static final int HEADER = 1 << 10, LONGEST_HEADER = 16 << 20;

    private final RangedFile file;
    private final String where;
    private final RowGroup group;
    private final ColumnChunk chunk;

    /// What a page's header says.
    private static final class Header {
        long kind = -1;
        long unpacked = -1;
        long stored = -1;
        long values = -1;
        int length;

        void set(long field, long value) {
            if (field == KIND) kind = value;
            else if (field == UNPACKED) unpacked = value;
            else if (field == STORED) stored = value;
            else if (field == VALUES || field == ENTRIES || field == VALUES_2) values = value;
        }
    }

    private ParquetPages(RangedFile file, String where, RowGroup group, ColumnChunk chunk) {
        this.file = file;
        this.where = where;
        this.group = group;
        this.chunk = chunk;
    }

    /// @throws MalformedFile if a size cannot be true
    static void check(Path path, RowGroup group, int column) throws IOException {
        try (var file = RangedFile.open(path)) {
            new ParquetPages(file, path.toString(), group, group.columns().get(column)).check();
        }
    }

    private void check() throws IOException {
        var pages = pages();
        var index = chunk.offsetIndexOffset();
        var length = chunk.offsetIndexLength();
        if (index == null || length == null) return;
        if (length < 0 || index < 0 || index > file.size() - length)
            throw malformed(0, "an index of pages within the file", "one announced beyond it");
        var bytes = new CompactThrift(file.read(index, length), Map.of(1L, CompactThrift.STRUCTURE));
        var unknown = new HashSet<Long>();
        try {
            bytes.structure((field, place) -> {
                if (field == PLACE && !pages.contains(place)) unknown.add(place);
            });
        } catch (BufferUnderflowException e) {
            throw malformed(index + bytes.position(), "an index of pages", "more announced than its bytes hold");
        }
        for (long place : unknown)
            throw malformed(index, "an index of this column's pages", "byte %,d in it".formatted(place));
    }

    /// The places of the pages.
    private Set<Long> pages() throws IOException {
        long at = chunk.chunkStartOffset();
        long end = at + chunk.metaData().totalCompressedSize();
        if (at < 0 || end < at || end > file.size())
            throw malformed(0, "a column within the file's bytes", "bytes %,d to %,d announced".formatted(at, end));
        var pages = new HashSet<Long>();
        for (long values = 0; values < chunk.metaData().numValues() && at < end; ) {
            var header = header(at, end);
            pages.add(at);
            long most = header.kind == DICTIONARY ? header.unpacked : group.numRows();
            if (header.stored < 0 || header.stored > end - at - header.length)
                throw malformed(at, "a page within its column", "%,d bytes announced".formatted(header.stored));
            if (header.unpacked < 0 || header.unpacked > unpackedAtMost(header.stored))
                throw malformed(
                        at,
                        "a page of at most %,d bytes, which is what %,d stored bytes can make"
                                .formatted(unpackedAtMost(header.stored), header.stored),
                        "%,d announced".formatted(header.unpacked));
            if (header.values > most)
                throw malformed(
                        at, "at most %,d values in a page".formatted(most), "%,d announced".formatted(header.values));
            if (header.kind != DICTIONARY) values += Math.max(0, header.values);
            at += header.length + header.stored;
        }
        return pages;
    }

    private Header header(long at, long end) throws IOException {
        for (int room = HEADER; ; room *= 4) {
            int count = (int) Math.min(room, end - at);
            var bytes = new CompactThrift(file.read(at, count), Map.of());
            var header = new Header();
            try {
                bytes.structure(header::set);
                header.length = bytes.position();
                return header;
            } catch (BufferUnderflowException e) {
                if (count == end - at || count >= LONGEST_HEADER)
                    throw malformed(at, "a page's header", "more announced than its column's bytes hold");
            }
        }
    }

    /// The most that the methods of compression make of so many bytes: Snappy's best is a copy of 64 bytes
    /// in three, LZ4's 255 bytes of a length in one, deflate's 258 bytes in two bits, Zstandard's a block
    /// of 128 KiB in four.
    private long unpackedAtMost(long stored) {
        return switch (chunk.metaData().codec()) {
            case CompressionCodec.UNCOMPRESSED -> stored;
            case CompressionCodec.SNAPPY -> 22 * stored;
            case CompressionCodec.LZ4, CompressionCodec.LZ4_RAW -> 256 * stored;
            case CompressionCodec.GZIP -> 1032 * stored;
            case CompressionCodec.ZSTD -> (128 << 10) / 4 * stored;
            // The library refuses the others.
            default -> Integer.MAX_VALUE;
        };
    }

    private MalformedFile malformed(long at, String expected, String found) {
        return new MalformedFile(where, at, "expected %s, found %s".formatted(expected, found));
    }
}
