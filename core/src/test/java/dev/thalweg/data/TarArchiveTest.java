package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.endOfTar;
import static dev.thalweg.data.Fixtures.join;
import static dev.thalweg.data.Fixtures.member;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
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
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith("a.tar, byte 1536: expected a tar header with checksum ")
                .satisfies(e -> assertThat(((MalformedFile) e).offset()).isEqualTo(1536));
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
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("expected more gzip data, found the end of the file");
        assertThatThrownBy(() -> Gzip.inflate(new ByteArrayInputStream(gzip), "x.gz", 9_999))
                .hasMessageStartingWith("x.gz holds more than 0 MiB when decompressed");
        gzip[gzip.length / 2] ^= 0x55;
        gzip[gzip.length / 2 + 1] ^= 0x55;
        assertThatThrownBy(() -> Gzip.inflate(gzip, "x.gz")).isInstanceOf(MalformedFile.class);
    }

    private static byte[] link(String name, char type, String target) {
        var block = member(name, type, bytes());
        Fixtures.put(block, 157, target);
        Fixtures.sign(block);
        return block;
    }

    @Test
    void linksStandForTheirTargetsAndNothingLeadsOut() throws IOException {
        var tree = list(
                link("a/early", '2', "../b/real"),
                member("b/real", '0', bytes(1, 2)),
                link("a/hard", '1', "b/real"),
                link("a/chain", '2', "hard"),
                link("a/out", '2', "../../x"),
                link("a/folder", '2', "../b"),
                member("long", 'K', ("./b/" + "../b/".repeat(40) + "real\0").getBytes(UTF_8)),
                link("a/long", '1', "cut"),
                member("../x", '0', bytes(3)),
                member("/abs/y", '0', bytes(4)),
                endOfTar());
        assertThat(tree.files())
                .extracting(StoredFile::path)
                .containsExactly("a/chain", "a/early", "a/hard", "a/long", "abs/y", "b/real");
        for (int i = 0; i < 4; i++) assertThat(tree.files().get(i).read()).containsExactly(1, 2);
        assertThat(tree.notes())
                .containsExactly(
                        "1 member with '..' in its path was left out: ../x",
                        "1 link out of the archive was left out: a/out → ../../x",
                        "1 link to no file of the archive was left out: a/folder → b");
    }

    @Test
    void theLastOfSeveralMembersOfOneNameCounts() throws IOException {
        var tree = list(member("a", '0', bytes(1)), member("./a", '0', bytes(2, 3)), endOfTar());
        assertThat(tree.files()).hasSize(1);
        assertThat(tree.files().getFirst().read()).containsExactly(2, 3);
    }

    /// A sparse file of two pieces of content in one block, whose map goes on in a second one.
    @Test
    void sparseFilesAreLeftOutWithANote() throws IOException {
        var sparse = member("hole", 'S', bytes(1, 2, 3));
        sparse[482] = 1;
        var header = Arrays.copyOf(sparse, 512);
        Fixtures.sign(header);
        var tree = list(
                header, new byte[512], Arrays.copyOfRange(sparse, 512, 1024), member("a", '0', bytes(7)), endOfTar());
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly("a");
        assertThat(tree.notes()).containsExactly("1 sparse file was left out: hole");
        var pax = list(
                member("x", 'x', "22 GNU.sparse.major=1\n".getBytes(UTF_8)),
                member("GNUSparseFile.0/hole", '0', bytes(1)),
                member("a", '0', bytes(7)),
                endOfTar());
        assertThat(pax.files()).extracting(StoredFile::path).containsExactly("a");
    }

    /// A download that ended between two members.
    @Test
    void aMissingEndIsNoted() throws IOException {
        assertThat(list(member("a", '0', bytes(7))).notes())
                .containsExactly("it does not end as archives do, with blocks of zeros: it may have been cut short");
        assertThat(list(member("a", '0', bytes(7)), endOfTar()).notes()).isEmpty();
    }

    /// Found by fuzzing: a value of an extended header that is as long as its line, with no room for the newline.
    @Test
    void aLineWithoutRoomForItsValueIsRefused() {
        assertThatThrownBy(() -> list(member("x", 'x', "8 path=a=".getBytes(UTF_8)), endOfTar()))
                .isInstanceOf(MalformedFile.class)
                .hasMessage("a.tar, byte 520: expected a line LENGTH KEY=VALUE in an extended header");
        assertThatThrownBy(() -> list(member("x", 'x', "7 path=".getBytes(UTF_8)), endOfTar()))
                .isInstanceOf(MalformedFile.class)
                .hasMessage("a.tar, byte 512: expected a line LENGTH KEY=VALUE in an extended header");
        assertThatThrownBy(() -> list(member("x", 'x', "4294967303 path=a\n".getBytes(UTF_8)), endOfTar()))
                .isInstanceOf(MalformedFile.class)
                .hasMessage("a.tar, byte 512: expected a line LENGTH KEY=VALUE in an extended header");
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        var huge = member("a", '0', bytes());
        System.arraycopy(bytes(0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0), 0, huge, 124, 12);
        Fixtures.sign(huge);
        assertThatThrownBy(() -> list(huge))
                .hasMessage("a.tar, byte 124: expected the size below 2^63, found 9223372036854775808");
        assertThatThrownBy(() -> list(
                        member("x", 'x', "28 size=9223372036854775808\n".getBytes(UTF_8)), member("a", '0', bytes())))
                .hasMessageContaining("expected a decimal number in an extended header, found '9223372036854775808'");
        assertThatThrownBy(() -> list(member("x", 'L', new byte[(1 << 20) + 1]), member("a", '0', bytes())))
                .hasMessage("a.tar, byte 512: expected a name of at most 1,048,576 bytes, found 1,048,577");
    }

    @Test
    void checksumsOfSignedBytesAreAccepted() throws IOException {
        var odd = member("\u00fc", '0', bytes(1));
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += odd[i];
        Fixtures.put(odd, 148, "%06o\0 ".formatted(sum));
        assertThat(list(odd).files()).hasSize(1);
    }

    @Test
    void theContentDecidesNotTheName() throws IOException {
        var tar = join(
                member("a/1.png", '0', Fixtures.png(2, 2, 1)),
                member("b/1.png", '0', Fixtures.png(2, 2, 2)),
                endOfTar());
        for (var name : new String[] {"x.zip", "x.bin", "x.tar.gz", "x.parquet", "x.csv"}) {
            try (var set = DataSets.open(Files.write(folder.resolve(name), tar).toString())) {
                assertThat(set.classes()).containsExactly("a", "b");
            }
            try (var set = DataSets.open(
                    Files.write(folder.resolve(name), Fixtures.gzip(tar)).toString())) {
                assertThat(set.classes()).containsExactly("a", "b");
            }
        }
        var cut = Fixtures.gzip(tar);
        var file = Files.write(folder.resolve("cut.tar.gz"), Arrays.copyOf(cut, cut.length - 30));
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .hasMessageContaining("expected more gzip data, found the end of the file");
    }
}
