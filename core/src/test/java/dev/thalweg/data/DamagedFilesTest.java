package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.PictureFilesTest;
import dev.thalweg.tensor.RandomKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever the bytes, a reader yields something or says what is wrong: no other exception, no
/// endless loop, no memory out of proportion.
class DamagedFilesTest {
    private static final int TRIES = 400;

    enum Kind {
        TAR {
            @Override
            byte[] good() {
                return Fixtures.join(
                        Fixtures.member("x", 'x', "14 path=a/b/c\n".getBytes(UTF_8)),
                        Fixtures.member("a/1", '0', new byte[700]),
                        Fixtures.member("x", 'L', "a/2".getBytes(UTF_8)),
                        Fixtures.member("a/2", '0', new byte[3]));
            }

            @Override
            void read(byte[] bytes) throws IOException {
                for (var file : TarArchive.list("x", MemorySegment.ofArray(bytes), () -> {})
                        .files()) file.read();
            }
        },
        IDX {
            @Override
            byte[] good() {
                return Fixtures.bytes(0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 10, 11, 20, 21, 30, 31);
            }

            @Override
            void read(byte[] bytes) throws IOException {
                var labels = Fixtures.bytes(0, 0, 8, 1, 0, 0, 0, 3, 0, 1, 1);
                Idx.read(stored(bytes), stored(labels)).picture(2);
            }
        },
        JPEG {
            @Override
            byte[] good() throws IOException {
                return Fixtures.encode(Fixtures.image(Fixtures.noise(17, 9, 3, 1)), "jpeg");
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        PNG {
            @Override
            byte[] good() throws IOException {
                return Fixtures.png(17, 9, 1);
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        GIF {
            @Override
            byte[] good() {
                return PictureFilesTest.resource("moved-transparent.gif");
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        BMP {
            @Override
            byte[] good() {
                return PictureFilesTest.resource("palette.bmp");
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        WEBP {
            @Override
            byte[] good() {
                return PictureFilesTest.resource("lossy.webp");
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        LOSSLESS_WEBP {
            @Override
            byte[] good() {
                return PictureFilesTest.resource("animated.webp");
            }

            @Override
            void read(byte[] bytes) throws IOException {
                ImageDecoder.decode(bytes, "x");
            }
        },
        ZIP {
            @Override
            byte[] good() throws IOException {
                var out = new ByteArrayOutputStream();
                try (var zip = new ZipOutputStream(out)) {
                    for (var name : new String[] {"a/1", "b/2"}) {
                        zip.putNextEntry(new ZipEntry(name));
                        zip.write(new byte[700]);
                    }
                }
                return out.toByteArray();
            }

            @Override
            void read(byte[] bytes) throws IOException {
                for (var file : ZipArchive.list("x", MemorySegment.ofArray(bytes), () -> {})
                        .files()) file.read();
            }
        },
        GZIP {
            @Override
            byte[] good() throws IOException {
                return Fixtures.gzip(Fixtures.noise(50, 50, 1, 1).pixels());
            }

            @Override
            void read(byte[] bytes) throws IOException {
                Gzip.inflate(bytes, "x");
            }
        };

        abstract byte[] good() throws IOException;

        abstract void read(byte[] bytes) throws IOException;
    }

    private static StoredFile stored(byte[] bytes) {
        return new StoredFile("x", bytes.length, new StoredFile.Source() {
            @Override
            public byte[] read() {
                return bytes;
            }

            @Override
            public String where() {
                return "x";
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sayWhatIsWrong(Kind kind) throws IOException {
        var good = kind.good();
        kind.read(good);
        int refused = 0;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var key = RandomKey.of(attempt).fold(kind.name());
            var bytes = good.clone();
            int changes = 1 + key.below(0, 4);
            for (int c = 0; c < changes; c++) {
                // Headers stand at the beginning: half of the changes fall there.
                int reach = key.below(3L * c + 1, 2) == 0 ? Math.min(64, bytes.length) : bytes.length;
                bytes[key.below(3L * c + 2, reach)] = (byte) key.at(3L * c + 3);
            }
            if (attempt % 4 == 0) bytes = Arrays.copyOf(bytes, key.below(100, bytes.length));
            try {
                kind.read(bytes);
            } catch (MalformedFile e) {
                refused++;
                assertThat(e).as("attempt " + attempt).hasMessageStartingWith("x, byte ");
            }
        }
        assertThat(refused).isGreaterThan(TRIES / 10);
    }
}
