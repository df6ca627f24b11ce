package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A zip archive read in place: its directory is walked once, its files are inflated from the mapped
/// file when they are asked for, by any number of threads. The JDK's `ZipFile` would read one entry at
/// a time, and says of neither links nor encrypted entries which they are.
///
/// The directory stands at the end (PKWARE's APPNOTE 6.3). All numbers have the least significant byte
/// first. The end record, before a comment of at most 65,535 bytes: `PK 05 06`, two numbers of disks
/// (2 each), entries here and in all (2 each), bytes of the directory (4), where it begins (4), bytes of
/// the comment (2). Where a field is all ones, the record of zip64 has it in 8 bytes: `PK 06 06` …,
/// entries at 32, bytes at 40, beginning at 48; it is found by a locator of 20 bytes before the end
/// record, `PK 06 07`, whose 8 bytes at 8 point to it. A directory entry: `PK 01 02`, maker (2, the
/// upper byte the system: 3 Unix), version (2), flags (2: bit 0 encrypted, bit 11 name in UTF-8), method
/// (2: 0 stored, 8 deflated), time (4), CRC-32 (4), stored bytes (4), bytes (4), bytes of name, extra
/// fields and comment (2 each), disk (2), attributes (2 and 4, the upper half Unix's mode), where the
/// file's own header begins (4). Extra field 1 has, in 8 bytes each, those of bytes, stored bytes and
/// beginning that are all ones. The file's own header, `PK 03 04`, has bytes of name and extra fields at
/// 26 and 28, and after 30 bytes and these the content.
///
/// Sizes are believed as far as they can be true: entries that deflate cannot make that large, that
/// overlap, or that end elsewhere than announced are refused, so nothing can inflate without bounds.
/// Archives inside the archive are not opened.
final class ZipArchive implements PackedFiles.Container {
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int HEADER = 0x04034b50;

    /// Deflate's highest rate: 258 bytes by two codes of one bit each.
    private static final long MOST_INFLATION = 1032;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String where;
    private final MemorySegment bytes;

    private final Directory directory;

    private ZipArchive(String where, MemorySegment bytes) throws MalformedFile {
        this.where = where;
        this.bytes = bytes;
        directory = directory();
    }

    /// Whether a file beginning with these bytes is a zip archive.
    static boolean isZip(byte[] head) {
        return PictureKind.begins(head, 0, 'P', 'K', 3, 4) || PictureKind.begins(head, 0, 'P', 'K', 5, 6);
    }

    /// The files of the archive at `path`; closing the tree unmaps it.
    static FileTree open(Path path) throws IOException {
        var file = MappedFile.open(path);
        try {
            return list(path.toString(), file.bytes(), file.close());
        } catch (IOException | RuntimeException e) {
            file.close().run();
            throw e;
        }
    }

    static FileTree list(String where, MemorySegment bytes, Runnable onClose) throws IOException {
        var archive = new ZipArchive(where, bytes);
        return archive.members().tree(where, archive, onClose);
    }

    /// @param from where it begins
    /// @param base what to add to all other places that the archive names
    private record Directory(long from, long bytes, long entries, long base) {}

    private Members members() throws IOException {
        var members = new Members();
        // No archive has more entries than headers of 46 bytes fit in.
        var begins = new long[(int) Math.min(directory.entries, Integer.MAX_VALUE - 8)];
        var ends = new long[begins.length];
        long at = directory.from;
        long end = directory.from + directory.bytes;
        for (int i = 0; i < begins.length; i++) {
            if (end - at < 46 || i32(at) != ENTRY)
                throw malformed(at, "expected entry %,d of %,d of the directory".formatted(i + 1, begins.length));
            var entry = entry(at);
            begins[i] = entry.header;
            ends[i] = entry.header + 30 + entry.stored;
            add(members, entry);
            at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
        }
        Arrays.sort(begins);
        Arrays.sort(ends);
        // Intervals that are disjoint stay in order when beginnings and ends are sorted apart.
        for (int i = 1; i < begins.length; i++)
            if (begins[i] < ends[i - 1])
                throw malformed(begins[i], "expected entries one after the other, found one inside another");
        return members;
    }

    private Directory directory() throws MalformedFile {
        long size = bytes.byteSize();
        long at = size - 22;
        while (at >= 0 && (i32(at) != END || at + 22 + u16(at + 20) != size)) {
            if (size - at > 22 + 65_535) at = 0;
            at--;
        }
        if (at < 0 && !isZip(bytes.asSlice(0, Math.min(4, size)).toArray(ValueLayout.JAVA_BYTE)))
            throw MalformedFile.unsuitable(
                    where, 0, "expected a zip archive, which begins with PK, found another kind of file");
        if (at < 0)
            throw malformed(size, "expected the directory at the end of a zip archive, found none: it is cut short");
        if (u16(at + 4) != 0 || u16(at + 6) != 0)
            throw malformed(
                    at + 4, "expected an archive in one file, found part %s of several".formatted(u16(at + 4) + 1));
        long entries = u16(at + 10);
        long length = u32(at + 12);
        long from = u32(at + 16);
        long end = at;
        if (at >= 20 && i32(at - 20) == LOCATOR64) {
            long record = bytes.get(LONG, at - 12);
            if (record < 0 || record > at - 20 - 56 || i32(record) != END64)
                throw malformed(at - 12, "expected the end record of zip64 at byte %,d, found none".formatted(record));
            entries = bytes.get(LONG, record + 32);
            length = bytes.get(LONG, record + 40);
            from = bytes.get(LONG, record + 48);
            end = record;
        }
        if (length < 0 || length > end || from < 0 || from > end - length || entries < 0 || entries > length / 46)
            throw malformed(
                    at,
                    "expected a directory of %,d entries in %,d bytes at byte %,d before the end record, found %,d bytes"
                            .formatted(entries, length, from, end));
        return new Directory(end - length, length, entries, end - length - from);
    }

    private record Entry(
            String name, int flags, int method, int crc, long stored, long size, long header, int mode, long at) {}

    private Entry entry(long at) throws MalformedFile {
        long end = directory.from + directory.bytes;
        int nameLength = u16(at + 28);
        int extraLength = u16(at + 30);
        if (at + 46 + nameLength + extraLength + u16(at + 32) > end)
            throw malformed(at, "expected an entry of the directory, found its end");
        int flags = u16(at + 8);
        var name = name(at + 46, nameLength, flags, u16(at + 4) >> 8);
        long[] fields = {u32(at + 24), u32(at + 20), u32(at + 42)}; // bytes, stored bytes, beginning
        for (long extra = at + 46 + nameLength; extra + 4 <= at + 46 + nameLength + extraLength; ) {
            long value = extra + 4;
            extra = value + u16(extra + 2);
            if (u16(value - 4) != 1) continue;
            for (int i = 0; i < 3; i++)
                if (fields[i] == 0xffffffffL && value + 8 <= Math.min(extra, end)) {
                    fields[i] = bytes.get(LONG, value);
                    value += 8;
                }
        }
        boolean unix = u16(at + 4) >> 8 == 3 || u16(at + 4) >> 8 == 19;
        var entry = new Entry(
                name,
                flags,
                u16(at + 10),
                i32(at + 16),
                fields[1],
                fields[0],
                fields[2] + directory.base,
                unix ? u16(at + 40) : 0,
                at);
        check(entry, fields[2]);
        return entry;
    }

    private void check(Entry entry, long begin) throws MalformedFile {
        if ((entry.flags & 1) != 0)
            throw MalformedFile.unsuitable(
                    where,
                    entry.at,
                    "expected entries that are not encrypted, found %s: unpack the archive with its password and give"
                                    .formatted(Quote.of(entry.name))
                            + " the folder");
        if (entry.method != 0 && entry.method != 8)
            throw MalformedFile.unsuitable(
                    where,
                    entry.at,
                    "expected entries stored or deflated, found %s compressed by method %s%s: unpack the archive and give"
                                    .formatted(Quote.of(entry.name), entry.method, methodName(entry.method))
                            + " the folder");
        if (begin < 0
                || entry.stored < 0
                || entry.size < 0
                || entry.header > directory.from - 30
                || entry.stored > directory.from - 30 - entry.header)
            throw malformed(
                    entry.at,
                    "expected %s before the directory, at byte %,d, found it announced at %,d with %,d bytes"
                            .formatted(Quote.of(entry.name), directory.from, begin, entry.stored));
        long most = entry.method == 0 ? entry.stored : entry.stored * MOST_INFLATION;
        if (entry.size > most || (entry.method == 0 && entry.size != entry.stored))
            throw malformed(
                    entry.at,
                    "expected %s to hold %s %,d bytes, which is what %,d stored bytes can make, found %,d announced"
                            .formatted(
                                    Quote.of(entry.name),
                                    entry.method == 0 ? "just" : "at most",
                                    most,
                                    entry.stored,
                                    entry.size));
    }

    private void add(Members members, Entry entry) throws IOException {
        int kind = entry.mode & 0xf000;
        if (entry.name.endsWith("/") || kind == 0x4000) return;
        if (kind != 0xa000) members.file(entry.name, entry.size, entry.at);
        else if (entry.size <= 4096) members.symbolicLink(entry.name, new String(content(entry), UTF_8));
    }

    /// @param place of the entry in the directory
    @Override
    public byte[] read(long place, long size) throws IOException {
        return content(entry(place));
    }

    @Override
    public String where(long place, String path) {
        return where + "!/" + path;
    }

    private byte[] content(Entry entry) throws IOException {
        if (i32(entry.header) != HEADER)
            throw malformed(entry.header, "expected the header of %s, found none".formatted(Quote.of(entry.name)));
        long from = entry.header + 30 + u16(entry.header + 26) + u16(entry.header + 28);
        if (entry.stored > bytes.byteSize() - from)
            throw malformed(
                    from, "expected %,d bytes of %s, found the end".formatted(entry.stored, Quote.of(entry.name)));
        if (Math.max(entry.size, entry.stored) > Gzip.budget())
            throw new IOException(
                    "%s!/%s holds %,d MiB, more than the %,d MiB that are read into memory: unpack it, or give Java a larger heap (-Xmx)"
                            .formatted(
                                    where, entry.name, Math.max(entry.size, entry.stored) >> 20, Gzip.budget() >> 20));
        var stored = bytes.asSlice(from, entry.stored);
        var content = entry.method == 0 ? stored.toArray(ValueLayout.JAVA_BYTE) : inflate(stored, from, entry);
        var sum = new CRC32();
        sum.update(content);
        if ((int) sum.getValue() != entry.crc)
            throw malformed(
                    from, "expected %s with checksum %08x, found %08x".formatted(Quote.of(entry.name), entry.crc, (int)
                                    sum.getValue()));
        return content;
    }

    private byte[] inflate(MemorySegment stored, long from, Entry entry) throws IOException {
        var content = new byte[(int) entry.size];
        try (var inflater = new Inflater(true)) {
            inflater.setInput(stored.asByteBuffer());
            int n = 0;
            while (n < content.length) {
                int more = inflater.inflate(content, n, content.length - n);
                if (more == 0) break;
                n += more;
            }
            // Only now may it end: it must not have ended before, nor have more to give.
            if (n == content.length) n += inflater.inflate(new byte[1]);
            if (n != content.length || !inflater.finished())
                throw malformed(
                        from,
                        "expected %s to hold %,d bytes, found %s"
                                .formatted(
                                        Quote.of(entry.name),
                                        content.length,
                                        n > content.length ? "more" : n + " and no end"));
            return content;
        } catch (DataFormatException e) {
            throw new MalformedFile(
                    where, from, "expected %s deflated, found something else".formatted(Quote.of(entry.name)), e);
        }
    }

    /// Names are in UTF-8 if they say so or can be; else in the code page of MS-DOS. Old programs on
    /// Windows part folders by `\`.
    private String name(long at, int length, int flags, int system) {
        byte[] name = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        } catch (CharacterCodingException e) {
            boolean dos = (flags & 0x800) == 0 && Charset.isSupported("IBM437");
            text = new String(name, dos ? Charset.forName("IBM437") : ISO_8859_1);
        }
        return system == 3 || text.indexOf('/') >= 0 ? text : text.replace('\\', '/');
    }

    private static String methodName(int method) {
        return switch (method) {
            case 9 -> " (deflate64)";
            case 12 -> " (bzip2)";
            case 14 -> " (LZMA)";
            case 93 -> " (zstd)";
            case 95 -> " (xz)";
            default -> "";
        };
    }

    private int u16(long at) {
        return bytes.get(SHORT, at) & 0xffff;
    }

    private int i32(long at) {
        return bytes.get(INT, at);
    }

    private long u32(long at) {
        return i32(at) & 0xffffffffL;
    }

    private MalformedFile malformed(long offset, String sentence) {
        return new MalformedFile(where, offset, sentence);
    }
}
