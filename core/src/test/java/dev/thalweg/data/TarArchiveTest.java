package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.endOfTar;
import static dev.thalweg.data.Fixtures.join;
import static dev.thalweg.data.Fixtures.member;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarArchiveTest {
    @TempDir
    Path folder;

    private static FileTree list(byte[]... parts) throws IOException {
        return TarArchive.list("a.tar", MemorySegment.ofArray(join(parts)), () -> {});
    }

    @Test
    void listsFilesOfAwkwardLengthsInOrderOfPath() throws IOException {
        var odd = new byte[1021];
        Arrays.fill(odd, (byte) 7);
        var tree = list(
                member("b/", '5', bytes()),
                member("b/odd", '0', odd),
                member("./a/empty", '0', bytes()),
                member("a/whole", '0', new byte[512]),
                member("link", '2', bytes()),
                endOfTar());
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly("a/empty", "a/whole", "b/odd");
        assertThat(tree.files().get(2).read()).isEqualTo(odd);
        assertThat(tree.files().get(2).where()).isEqualTo("a.tar!/b/odd");
    }

    @Test
    void hiddenFilesAreNotListed() throws IOException {
        var tree = list(
                member("a/._1.jpg", '0', bytes(1)),
                member("__MACOSX/a/1.jpg", '0', bytes(1)),
                member(".git/1.jpg", '0', bytes(1)),
                member("a/1.jpg", '0', bytes(1)),
                endOfTar());
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly("a/1.jpg");
    }

    @Test
    void longNamesComeInEitherOfThreeWays() throws IOException {
        var gnu = "g".repeat(150);
        var pax = "p".repeat(300) + "ü";
        var line = "path=" + pax + "\n";
        int length = line.getBytes(UTF_8).length + 4;
        var prefixed = member("name", '0', bytes(3));
        Fixtures.put(prefixed, 345, "prefix/of/it");
        var header = Arrays.copyOf(prefixed, 512);
        Fixtures.sign(header);
        var tree = list(
                member("././@LongLink", 'L', (gnu + "\0").getBytes(UTF_8)),
                member("short", '0', bytes(1)),
                member("pax", 'x', (length + " " + line).getBytes(UTF_8)),
                member("short", '0', bytes(2)),
                header,
                Arrays.copyOfRange(prefixed, 512, 1024),
                member("plain", '0', bytes(4)));
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly(gnu, "plain", pax, "prefix/of/it/name");
    }

    @Test
    void readsSizesInBase256() throws IOException {
        var member = member("big", '0', new byte[700]);
        System.arraycopy(bytes(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 188), 0, member, 124, 12);
        var header = Arrays.copyOf(member, 512);
        Fixtures.sign(header);
        var tree = list(header, Arrays.copyOfRange(member, 512, member.length));
        assertThat(tree.files().getFirst().size()).isEqualTo(700);
    }

    @Test
    void saysWhereAnArchiveIsDamaged() {
        var first = member("a", '0', new byte[600]);
        var second = member("b", '0', bytes(1));
        second[3] = 'x';
        assertThatThrownBy(() -> list(first, second))
                .isInstanceOf(MalformedData.class)
                .hasMessageStartingWith("a.tar, byte 1536: expected a tar header with checksum ")
                .satisfies(e -> assertThat(((MalformedData) e).offset()).isEqualTo(1536));
        assertThatThrownBy(() -> list(Arrays.copyOf(first, 1000)))
                .hasMessage("a.tar, byte 512: expected a member of 600 bytes, found 488 bytes before the end of the"
                        + " archive");
        assertThatThrownBy(() -> list(first, new byte[100]))
                .hasMessage("a.tar, byte 1536: expected a header of 512 bytes, found 100 bytes");
        assertThatThrownBy(() -> list(member("pax", 'x', "99 path=x\n".getBytes(UTF_8))))
                .hasMessage("a.tar, byte 512: expected a line LENGTH KEY=VALUE in an extended header");
    }

    @Test
    void compressedAndPlainArchivesAreTheSame() throws IOException {
        var tar = join(member("a/1", '0', bytes(1, 2, 3)), endOfTar());
        for (var file : new Path[] {
            Files.write(folder.resolve("x.tar"), tar), Files.write(folder.resolve("x.tgz"), Fixtures.gzip(tar))
        }) {
            var tree = TarArchive.open(file);
            assertThat(tree.files().getFirst().read()).containsExactly(1, 2, 3);
            tree.close();
            tree.close();
        }
    }

    @Test
    void saysWhenCompressedDataEndsEarlyOrIsTooMuch() throws IOException {
        var gzip = Fixtures.gzip(Fixtures.noise(100, 100, 1, 1).pixels());
        assertThatThrownBy(() -> Gzip.inflate(Arrays.copyOf(gzip, gzip.length - 20), "x.gz"))
                .isInstanceOf(MalformedData.class)
                .hasMessageContaining("expected more gzip data, found the end of the file");
        assertThatThrownBy(() -> Gzip.inflate(new ByteArrayInputStream(gzip), "x.gz", 9_999))
                .hasMessageStartingWith("x.gz holds more than 0 MiB when decompressed");
        gzip[gzip.length / 2] ^= 0x55;
        gzip[gzip.length / 2 + 1] ^= 0x55;
        assertThatThrownBy(() -> Gzip.inflate(gzip, "x.gz")).isInstanceOf(MalformedData.class);
    }
}
