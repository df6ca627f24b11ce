package dev.thalweg.data.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongConsumer;

/// What a file's bytes must add up to, as its publisher or a library that fetches it states it. MD5 is no
/// defence against a forger who made the file himself; against any damage it is good enough, and for some
/// files nothing else has been published.
///
/// @param hex lower-case digits, 64 for SHA-256 and 32 for MD5
public record Checksum(Algorithm algorithm, String hex) {

    /// How the sum is made.
    public enum Algorithm {
        SHA256("SHA-256", 64),
        MD5("MD5", 32);

        private final String javaName;
        private final int digits;

        Algorithm(String javaName, int digits) {
            this.javaName = javaName;
            this.digits = digits;
        }

        MessageDigest digest() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has " + javaName, e);
            }
        }

        @Override
        public String toString() {
            return javaName;
        }
    }

    private static final int CHUNK = 1 << 20;

    public Checksum {
        Require.that(
                hex.length() == algorithm.digits && hex.matches("[0-9a-f]*"),
                "%s must have %s lower-case hexadecimal digits, got '%s'",
                algorithm,
                algorithm.digits,
                hex);
    }

    /// Reads `sha256:…` or `md5:…`.
    @JsonCreator
    public static Checksum parse(String text) {
        int colon = text.indexOf(':');
        Require.that(colon > 0, "a checksum must look like sha256:… or md5:…, got '%s'", text);
        String name = text.substring(0, colon);
        Require.that(
                name.equals("sha256") || name.equals("md5"), "a checksum must be of sha256 or md5, got '%s'", name);
        return new Checksum(Algorithm.valueOf(name.toUpperCase(Locale.ROOT)), text.substring(colon + 1));
    }

    /// The sum of the file's bytes.
    ///
    /// @param read is told how many bytes have been read
    public static Checksum of(Algorithm algorithm, Path file, LongConsumer read) throws IOException {
        var digest = algorithm.digest();
        var chunk = ByteBuffer.allocate(CHUNK);
        long count = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) >= 0) {
                digest.update(chunk.flip());
                count += chunk.limit();
                read.accept(count);
            }
        }
        return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    @JsonValue
    public String toString() {
        return algorithm.name().toLowerCase(Locale.ROOT) + ":" + hex;
    }
}
