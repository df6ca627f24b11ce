package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Decompression of whole files into memory, within a budget.
final class Gzip {
    private static final int CHUNK = 1 << 16;

    private Gzip() {}

    /// The largest decompressed size accepted: 1 GiB, or a quarter of the heap if that is less.
    static long budget() {
        return Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);
    }

    static boolean isGzip(byte[] head) {
        return head.length >= 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
    }

    /// The first `count` bytes of what is compressed, or all if there are fewer.
    static byte[] begin(InputStream compressed, int count) throws IOException {
        try (var in = new GZIPInputStream(compressed)) {
            return in.readNBytes(count);
        }
    }

    static byte[] inflate(byte[] compressed, String where) throws IOException {
        return inflate(new ByteArrayInputStream(compressed), where, budget());
    }

    /// @param where what to call the file in messages
    static byte[] inflate(InputStream compressed, String where, long budget) throws IOException {
        var inflated = inflateWithin(compressed, where, budget);
        if (inflated == null)
            throw new IOException(
                    ("%s holds more than %,d MiB when decompressed, which is all that is read into memory: "
                                    + "unpack it and give the folder, or give Java a larger heap (-Xmx)")
                            .formatted(where, budget >> 20));
        return inflated;
    }

    /// The same, or null if it is more than the budget.
    static byte @Nullable [] inflateWithin(InputStream compressed, String where, long budget) throws IOException {
        var inflated = new ByteArrayOutputStream();
        boolean whole = inflate(compressed, where, (chunk, n) -> {
            if (inflated.size() + n > budget) return false;
            inflated.write(chunk, 0, n);
            return true;
        });
        return whole ? inflated.toByteArray() : null;
    }

    /// What takes the inflated bytes.
    interface Sink {
        /// @param n bytes of the chunk that count
        /// @return whether to go on
        boolean take(byte[] chunk, int n) throws IOException;
    }

    /// @return whether the sink took everything
    static boolean inflate(InputStream compressed, String where, Sink sink) throws IOException {
        var chunk = new byte[CHUNK];
        long done = 0;
        try (var in = new GZIPInputStream(compressed, CHUNK)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (!sink.take(chunk, n)) return false;
                done += n;
            }
            return true;
        } catch (EOFException e) {
            throw new MalformedFile(where, done, "expected more gzip data, found the end of the file", e);
        } catch (ZipException e) {
            throw new MalformedFile(
                    where, done, "expected gzip data, found something else (" + e.getMessage() + ")", e);
        }
    }
}
