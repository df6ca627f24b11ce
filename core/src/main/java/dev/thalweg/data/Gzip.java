package dev.thalweg.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

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
        var inflated = new ByteArrayOutputStream();
        var chunk = new byte[CHUNK];
        try (var in = new GZIPInputStream(compressed, CHUNK)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (inflated.size() + n > budget)
                    throw new IOException(
                            ("%s holds more than %,d MiB when decompressed, which is all that is read into memory: "
                                            + "unpack it and give the folder, or give Java a larger heap (-Xmx)")
                                    .formatted(where, budget >> 20));
                inflated.write(chunk, 0, n);
            }
        } catch (EOFException e) {
            throw new MalformedData(where, inflated.size(), "expected more gzip data, found the end of the file", e);
        } catch (ZipException e) {
            throw new MalformedData(
                    where, inflated.size(), "expected gzip data, found something else (" + e.getMessage() + ")", e);
        }
        return inflated.toByteArray();
    }
}
