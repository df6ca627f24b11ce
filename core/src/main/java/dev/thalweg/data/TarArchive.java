package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.CacheFolder;
import dev.thalweg.tensor.Quote;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A tar archive read in place: its headers are walked once, its files read by offset. One that is
/// compressed is read from memory if it fits in there, else unpacked to a file once (see [Unpacked]).
///
/// A tar file is a row of 512-byte blocks. Each member is a header block and then its content,
/// padded to whole blocks; a block of zeros ends the archive. In the header (POSIX 1003.1, ustar):
/// name at 0 (100 bytes), size at 124 (12, octal, or base 256 when the first bit is set), checksum
/// at 148 (8, octal: the sum of the header's bytes, its own taken as spaces), type at 156, magic
/// `ustar` at 257, name prefix at 345 (155). Types `1` and `2` are hard and symbolic links to what
/// stands at 157 (100); see [Members]. Long names come in a member before: type `x` holds
/// lines `LENGTH KEY=VALUE\n`, types `L` and `K` (GNU) the name or the link's target itself. Sparse
/// files are left out with a note.
final class TarArchive implements PackedFiles.Container {
    private static final int BLOCK = 512;

    /// Names and extended headers are held in memory: longer ones are damage.
    private static final int MOST_TEXT = 1 << 20;

    /// Read at once while headers are walked: of small members some, of large ones little in vain.
    private static final int WINDOW = 1 << 14;

    private final String where;
    private final StoredBytes bytes;
    private byte[] window = {};
    private long windowAt;

    private TarArchive(String where, StoredBytes bytes) {
        this.where = where;
        this.bytes = bytes;
    }

    /// Whether a file beginning with these bytes is a tar archive.
    static boolean isTar(byte[] head) {
        return head.length >= 262 && new String(head, 257, 5, ISO_8859_1).equals("ustar");
    }

    /// The files of the archive at `path`, compressed or not; closing the tree closes it.
    static FileTree open(Path path) throws IOException {
        var where = path.toString();
        try (var in = new BufferedInputStream(Files.newInputStream(path))) {
            in.mark(2);
            boolean gzip = Gzip.isGzip(in.readNBytes(2));
            in.reset();
            if (!gzip) return list(where, StoredBytes.open(path));
            var inflated = Gzip.inflateWithin(in, where, Gzip.budget());
            if (inflated != null) return list(where, StoredBytes.of(MemorySegment.ofArray(inflated)));
        }
        var unpacked = Unpacked.of(path, CacheFolder.path());
        return list(where, StoredBytes.open(unpacked.file())).withNote(unpacked.note());
    }

    private static FileTree list(String where, StoredBytes bytes) throws IOException {
        try {
            var archive = new TarArchive(where, bytes);
            return archive.members().tree(where, archive, bytes::close);
        } catch (IOException | RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    static FileTree list(String where, MemorySegment bytes, Runnable onClose) throws IOException {
        var archive = new TarArchive(where, StoredBytes.of(bytes));
        return archive.members().tree(where, archive, onClose);
    }

    private Members members() throws IOException {
        var members = new Members();
        var pax = new HashMap<String, String>();
        @Nullable String longName = null;
        @Nullable String longTarget = null;
        long at = 0;
        while (at < bytes.size()) {
            if (bytes.size() - at < BLOCK)
                throw malformed(at, "expected a header of 512 bytes, found " + (bytes.size() - at) + " bytes");
            if (isZero(at)) return members;
            checkSum(at);
            long size = number(at + 124, 12, "size");
            var paxSize = pax.get("size");
            if (paxSize != null) size = decimal(paxSize, at);
            long content = at + BLOCK;
            if (size < 0 || size > bytes.size() - content)
                throw malformed(
                        content,
                        "expected a member of %,d bytes, found %,d bytes before the end of the archive"
                                .formatted(size, Math.max(bytes.size() - content, 0)));
            byte type = at(at + 156);
            switch (type) {
                case 'x' -> readPax(content, size, pax);
                case 'L' -> longName = longText(content, size);
                case 'K' -> longTarget = longText(content, size);
                case 'g' -> {}
                default -> {
                    var name = pax.getOrDefault("path", longName != null ? longName : headerName(at));
                    var target = pax.getOrDefault("linkpath", longTarget != null ? longTarget : text(at + 157, 100));
                    boolean sparse =
                            type == 'S' || pax.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
                    if (type == 'S') content = afterSparseMap(at);
                    if (sparse) members.leaveOut(Members.Reason.SPARSE, name);
                    else if (type == '0' || type == 0 || type == '7') members.file(name, size, content);
                    else if (type == '1') members.hardLink(name, target);
                    else if (type == '2') members.symbolicLink(name, target);
                    pax.clear();
                    longName = null;
                    longTarget = null;
                }
            }
            at = content + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        members.note("it does not end as archives do, with blocks of zeros: it may have been cut short");
        return members;
    }

    @Override
    public byte[] read(long place, long size) throws IOException {
        if (size > Integer.MAX_VALUE - 8)
            throw new IOException("%s holds a file of %,d bytes, more than can be read at once".formatted(where, size));
        return bytes.read(place, (int) size);
    }

    @Override
    public String where(long place, String path) {
        return where + "!/" + path;
    }

    /// A byte while the headers are walked, by one thread.
    private byte at(long at) throws IOException {
        if (at < windowAt || at >= windowAt + window.length) {
            // From the beginning of a block, so that headers are read whole.
            windowAt = at / BLOCK * BLOCK;
            window = bytes.read(windowAt, (int) Math.min(WINDOW, bytes.size() - windowAt));
        }
        return window[(int) (at - windowAt)];
    }

    private byte[] slice(long at, int count) throws IOException {
        int from = (int) Math.clamp(at - windowAt, -1, WINDOW);
        boolean there = from >= 0 && from + count <= window.length;
        return there ? Arrays.copyOfRange(window, from, from + count) : bytes.read(at, count);
    }

    /// GNU's maps of sparse files go on in blocks after the header, as long as a byte in it says so.
    private long afterSparseMap(long header) throws IOException {
        long at = header;
        for (int more = 482; at(at + more) != 0; more = 504) {
            at += BLOCK;
            if (bytes.size() - at < BLOCK)
                throw malformed(at, "expected the map of a sparse file, found the end of the archive");
        }
        return at + BLOCK;
    }

    private String longText(long at, long length) throws IOException {
        if (length > MOST_TEXT)
            throw malformed(at, "expected a name of at most %,d bytes, found %,d".formatted(MOST_TEXT, length));
        return text(at, (int) length);
    }

    private String headerName(long header) throws IOException {
        var name = text(header, 100);
        var prefix = text(header + 257, 5).equals("ustar") ? text(header + 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private void readPax(long from, long size, Map<String, String> pax) throws IOException {
        if (size > MOST_TEXT)
            throw malformed(
                    from, "expected an extended header of at most %,d bytes, found %,d".formatted(MOST_TEXT, size));
        var text = bytes.read(from, (int) size);
        int at = 0;
        while (at < text.length && text[at] != 0) {
            int space = indexOf(text, ' ', at);
            long length = space < 0 ? -1 : decimal(new String(text, at, space - at, UTF_8), from + at);
            int equals = indexOf(text, '=', at);
            if (length <= 0 || length > text.length - at || equals < space || equals >= at + length - 1)
                throw malformed(from + at, "expected a line LENGTH KEY=VALUE in an extended header");
            var key = new String(text, space + 1, equals - space - 1, UTF_8);
            pax.put(key, new String(text, equals + 1, (int) (at + length - 1 - (equals + 1)), UTF_8));
            at += length;
        }
    }

    private static int indexOf(byte[] text, char wanted, int from) {
        for (int i = from; i < text.length; i++) if (text[i] == wanted) return i;
        return -1;
    }

    private boolean isZero(long block) throws IOException {
        for (int i = 0; i < BLOCK; i++) if (at(block + i) != 0) return false;
        return true;
    }

    private void checkSum(long header) throws IOException {
        long expected = number(header + 148, 8, "checksum");
        long sum = 8 * ' ';
        long signed = sum; // as some old programs reckoned
        for (int i = 0; i < BLOCK; i++) {
            if (i >= 148 && i < 156) continue;
            byte value = at(header + i);
            sum += value & 0xff;
            signed += value;
        }
        if (sum != expected && signed != expected)
            throw malformed(header, "expected a tar header with checksum " + expected + ", found checksum " + sum);
    }

    private long number(long at, int length, String field) throws IOException {
        if ((at(at) & 0x80) != 0) {
            var digits = slice(at, length);
            digits[0] &= 0x7f;
            var value = new BigInteger(digits);
            if (value.bitLength() > 63)
                throw malformed(at, "expected the %s below 2^63, found %s".formatted(field, value));
            return value.longValue();
        }
        var digits = text(at, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw malformed(at, "expected the " + field + " as an octal number, found " + Quote.of(digits));
        }
    }

    private long decimal(String digits, long at) throws IOException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw malformed(at, "expected a decimal number in an extended header, found " + Quote.of(digits));
        }
    }

    /// Up to `length` bytes, ended by a zero byte if one comes first.
    private String text(long at, int length) throws IOException {
        int n = 0;
        while (n < length && at(at + n) != 0) n++;
        return new String(slice(at, n), UTF_8);
    }

    private MalformedFile malformed(long offset, String sentence) {
        return new MalformedFile(where, offset, sentence);
    }
}
