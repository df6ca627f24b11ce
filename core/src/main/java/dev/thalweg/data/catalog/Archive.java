package dev.thalweg.data.catalog;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// A published archive, `.tgz`, `.tar.gz` or `.zip`, read from its beginning to its end.
record Archive(Path path) {
    private static final int BUFFER = 1 << 16;

    /// What is done with each file.
    @FunctionalInterface
    interface Visitor {
        /// @return whether to go on
        boolean file(String path, InputStream content) throws IOException;
    }

    /// @param read is told how many bytes of the archive have been read
    void walk(Visitor visitor, LongConsumer read) throws IOException {
        if (path.toString().endsWith(".zip")) walkZip(visitor, read);
        else walkTar(visitor, read);
    }

    private void walkTar(Visitor visitor, LongConsumer read) throws IOException {
        try (var raw = new Counting(Files.newInputStream(path), read);
                var tar = new TarArchiveInputStream(
                        new GZIPInputStream(new BufferedInputStream(raw, BUFFER), BUFFER), "UTF-8")) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry())
                if (entry.isFile() && !visitor.file(plain(entry.getName()), tar)) return;
        }
    }

    private void walkZip(Visitor visitor, LongConsumer read) throws IOException {
        long at = 0;
        try (var zip = new ZipFile(path.toFile())) {
            for (var entry : Collections.list(zip.entries())) {
                if (entry.isDirectory()) continue;
                try (var content = zip.getInputStream(entry)) {
                    if (!visitor.file(plain(entry.getName()), content)) return;
                }
                at += entry.getCompressedSize();
                read.accept(at);
            }
        }
    }

    private static String plain(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private static final class Counting extends FilterInputStream {
        private final LongConsumer listener;
        private long count;

        Counting(InputStream in, LongConsumer listener) {
            super(in);
            this.listener = listener;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            if (value >= 0) listener.accept(++count);
            return value;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            int n = super.read(target, from, length);
            if (n > 0) listener.accept(count += n);
            return n;
        }
    }
}
