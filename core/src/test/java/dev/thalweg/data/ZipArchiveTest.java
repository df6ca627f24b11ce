package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static dev.thalweg.data.Fixtures.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZipArchiveTest {
    @TempDir
    Path folder;

    private static FileTree list(byte[] zip) throws IOException {
        return ZipArchive.list("a.zip", MemorySegment.ofArray(zip), () -> {});
    }

    /// By the JDK's writer, which is another implementation.
    private static byte[] zip(boolean stored, String... names) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < names.length; i++) {
                var content = content(i);
                var entry = new ZipEntry(names[i]);
                if (stored) {
                    var sum = new CRC32();
                    sum.update(content);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(content.length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] content(int i) {
        var content = new byte[1021 * (i + 1)];
        Arrays.fill(content, (byte) (i + 1));
        return content;
    }

    private static ByteBuffer directory(byte[] zip) {
        int at = new String(zip, ISO_8859_1).indexOf("PK\1\2");
        return ByteBuffer.wrap(zip, at, zip.length - at).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void readsWhatTheJdkWrites(boolean stored) throws IOException {
        var tree = list(zip(stored, "b/ü.png", "a/0", "./a//1", "/a/2"));
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly("a/0", "a/1", "a/2", "b/ü.png");
        assertThat(tree.files()).extracting(StoredFile::size).containsExactly(2042L, 3063L, 4084L, 1021L);
        assertThat(tree.files().get(1).read()).isEqualTo(content(2));
        assertThat(tree.files().get(3).read()).isEqualTo(content(0));
        assertThat(tree.files().get(3).where()).isEqualTo("a.zip!/b/ü.png");
        assertThat(tree.notes()).isEmpty();
    }

    @Test
    void aCommentAndAProgramInFrontDoNoHarm() throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[777]);
        try (var zip = new ZipOutputStream(out)) {
            zip.setComment("a comment");
            zip.putNextEntry(new ZipEntry("a"));
            zip.write(7);
        }
        // The JDK counts from where it begins to write.
        var tree = list(out.toByteArray());
        assertThat(tree.files().getFirst().read()).containsExactly(7);
    }

    @Test
    void anEmptyArchiveHasNoFiles() throws IOException {
        var zip = new byte[22];
        System.arraycopy(bytes('P', 'K', 5, 6), 0, zip, 0, 4);
        assertThat(list(zip).files()).isEmpty();
    }

    /// An archive of one stored file with every size and place in the fields of zip64.
    @Test
    void readsZip64() throws IOException {
        var content = bytes(1, 2, 3);
        var sum = new CRC32();
        sum.update(content);
        var zip = ByteBuffer.allocate(30 + 1 + 3 + 46 + 1 + 28 + 56 + 20 + 22).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50).position(26);
        zip.putShort((short) 1).putShort((short) 0).put((byte) 'x').put(content);
        int directory = zip.position();
        zip.putInt(0x02014b50).position(directory + 16);
        zip.putInt((int) sum.getValue())
                .putInt(-1)
                .putInt(-1)
                .putShort((short) 1)
                .putShort((short) 28);
        zip.position(directory + 42).putInt(-1).put((byte) 'x');
        zip.putShort((short) 1).putShort((short) 24).putLong(3).putLong(3).putLong(0);
        int end = zip.position();
        zip.putInt(0x06064b50).putLong(44).position(end + 24);
        zip.putLong(1).putLong(1).putLong(end - directory).putLong(directory);
        zip.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        zip.putInt(0x06054b50)
                .putInt(0)
                .putShort((short) -1)
                .putShort((short) -1)
                .putInt(-1)
                .putInt(-1);
        assertThat(list(zip.array()).files().getFirst().read()).isEqualTo(content);
    }

    @Test
    void severalThreadsReadAtOnce() throws Exception {
        var names = IntStream.range(0, 20).mapToObj(i -> "a/%02d".formatted(i)).toArray(String[]::new);
        var tree = ZipArchive.open(write(folder, "x.zip", zip(false, names)));
        try (var threads = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 400)
                    .mapToObj(i -> (Callable<Boolean>)
                            () -> Arrays.equals(tree.files().get(i % 20).read(), content(i % 20)))
                    .toList();
            for (var done : threads.invokeAll(tasks)) assertThat(done.get()).isTrue();
        }
        tree.close();
        tree.close();
    }

    @Test
    void namesOfOldProgramsOnWindows() throws IOException {
        var zip = zip(true, "a_b_1.png");
        directory(zip)
                .putShort(8, (short) 0)
                .put(46 + 1, (byte) '\\')
                .put(46 + 3, (byte) '\\')
                .put(46 + 4, (byte) 0x81);
        assertThat(list(zip).files().getFirst().path()).isEqualTo("a/b/ü.png");
    }

    @Test
    void linksStandForTheirTargetsAndNothingLeadsOut() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var entry : new String[][] {
                {"real/1.png", "picture"},
                {"a/1.png", "../real/1.png"},
                {"a/2.png", "/etc/passwd"},
                {"a/3.png", "4.png"},
                {"a/4.png", "3.png"},
                {"../evil.png", "x"}
            }) {
                zip.putNextEntry(new ZipEntry(entry[0]));
                zip.write(entry[1].getBytes(UTF_8));
                zip.closeEntry();
            }
        }
        var bytes = out.toByteArray();
        var text = new String(bytes, ISO_8859_1);
        int at = text.indexOf("PK\1\2");
        for (int i = 0; i < 5; i++, at = text.indexOf("PK\1\2", at + 1)) {
            bytes[at + 5] = 3;
            bytes[at + 41] = (byte) (i == 0 ? 0x81 : 0xa1);
        }
        var tree = list(bytes);
        assertThat(tree.files()).extracting(StoredFile::path).containsExactly("a/1.png", "real/1.png");
        assertThat(tree.files().getFirst().read()).asString(UTF_8).isEqualTo("picture");
        assertThat(tree.notes())
                .containsExactly(
                        "1 member with '..' in its path was left out: ../evil.png",
                        "1 link out of the archive was left out: a/2.png → /etc/passwd",
                        "2 links to no files of the archive were left out: a/3.png → a/4.png and others");
    }

    @Test
    void encryptedAndOtherwiseCompressedEntriesAreNamed() throws IOException {
        var encrypted = zip(false, "a/1.png");
        directory(encrypted).putShort(8, (short) 1);
        assertThatThrownBy(() -> list(encrypted))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("expected entries that are not encrypted, found 'a/1.png': unpack the archive");
        var other = zip(false, "a/1.png");
        directory(other).putShort(10, (short) 12);
        assertThatThrownBy(() -> list(other))
                .hasMessageContaining("found 'a/1.png' compressed by method 12 (bzip2): unpack the archive");
    }

    @Test
    void namesAreQuotedOnOneLine() throws IOException {
        var encrypted = zip(false, "a\u0001/" + "x".repeat(100) + ".png");
        directory(encrypted).putShort(8, (short) 1);
        assertThatThrownBy(() -> list(encrypted))
                .hasMessageContaining("found 'a\ufffd/" + "x".repeat(57) + "…': unpack the archive");
    }

    @Test
    void bombsAreRefused() throws IOException {
        var much = zip(false, "a");
        directory(much).putInt(24, 0x7fffffff);
        assertThatThrownBy(() -> list(much))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining(
                        "expected 'a' to hold at most 11,352 bytes, which is what 11 stored bytes can make,"
                                + " found 2,147,483,647 announced");
        var fewer = zip(false, "a");
        directory(fewer).putInt(24, 1000);
        assertThatThrownBy(() -> list(fewer).files().getFirst().read())
                .hasMessageContaining("expected 'a' to hold 1,000 bytes, found more");
        var more = zip(false, "a");
        directory(more).putInt(24, 1100);
        assertThatThrownBy(() -> list(more).files().getFirst().read())
                .hasMessageContaining("expected 'a' to hold 1,100 bytes, found 1021 and no end");
        var stored = zip(true, "a");
        directory(stored).putInt(24, 1020);
        assertThatThrownBy(() -> list(stored))
                .hasMessageContaining(
                        "expected 'a' to hold just 1,021 bytes, which is what 1,021 stored bytes can make");
        var twice = zip(false, "a", "b");
        int second = directory(twice).capacity() - 22 - 47;
        directory(twice).putInt(second + 42, 0);
        assertThatThrownBy(() -> list(twice))
                .hasMessage("a.zip, byte 0: expected entries one after the other, found one inside another");
    }

    @Test
    void saysWhereAnArchiveIsDamaged() throws IOException {
        var zip = zip(false, "a", "b");
        assertThatThrownBy(() -> list(Arrays.copyOf(zip, zip.length - 5)))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining(
                        "expected the directory at the end of a zip archive, found none: it is cut short");
        assertThatThrownBy(() -> list("hello world".getBytes(UTF_8)))
                .hasMessage("a.zip, byte 0: expected a zip archive, which begins with PK, found another kind of file");
        assertThatThrownBy(() -> list(Arrays.copyOfRange(zip, 30, zip.length))).isInstanceOf(MalformedFile.class);
        var wrong = zip.clone();
        wrong[33] ^= 0x55;
        assertThatThrownBy(() -> list(wrong).files().getFirst().read()).isInstanceOf(MalformedFile.class);
        var sum = zip(true, "a");
        sum[40] = 9;
        assertThatThrownBy(() -> list(sum).files().getFirst().read())
                .hasMessageContaining("expected 'a' with checksum");
        var parts = zip.clone();
        parts[parts.length - 18] = 1;
        assertThatThrownBy(() -> list(parts)).hasMessageContaining("found part 2 of several");
    }

    @Test
    void aFolderWithOneArchiveOpensAndIsNamedAfterIt() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < 6; i++) {
                zip.putNextEntry(new ZipEntry("set/" + "ab".charAt(i % 2) + "/" + i + ".png"));
                zip.write(Fixtures.png(3, 3, i));
            }
        }
        var file = write(folder, "in/pets.zip", out.toByteArray());
        try (var set = DataSets.open(file.getParent().toString())) {
            assertThat(set.name()).isEqualTo("pets");
            assertThat(set.train().size() + set.test().size()).isEqualTo(6);
            assertThat(set.train().picture(0).dimensions()).isEqualTo(new Dimensions(3, 3));
        }
        var outer = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(outer)) {
            zip.putNextEntry(new ZipEntry("pets.zip"));
            zip.write(out.toByteArray());
        }
        var nested = write(folder, "outer.zip", outer.toByteArray());
        assertThatThrownBy(() -> DataSets.open(nested.toString()))
                .hasMessage(nested + "!/pets.zip, byte 0: expected pictures, found an archive inside an archive: unpack"
                        + " the outer one and give the inner one");
    }

    @Test
    void archivesThatAreNotReadAreNamedWithTheCommandThatUnpacksThem() throws IOException {
        var file = write(folder, "x.tar.zst", bytes(0x28, 0xb5, 0x2f, 0xfd, 0, 0));
        for (var locator : new Path[] {file, folder})
            assertThatThrownBy(() -> DataSets.open(locator.toString()))
                    .hasMessage(
                            file + ", byte 0: expected a .tar, .tar.gz or .zip archive, found one compressed by zstd,"
                                    + " which is not read: unpack it (tar --zstd -xf x.tar.zst) and give the folder");
    }
}
