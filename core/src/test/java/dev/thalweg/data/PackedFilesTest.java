package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedFilesTest {

    /// Of all the ways to go wrong: empty names, names that begin others, characters of one to four bytes
    /// on both sides of the surrogates.
    @Test
    void namesAreOrderedAsStringsAre() {
        var alphabet = List.of(
                "", "a", "ab", "b", "é", "ÿ", "ࠀ", "퟿", "\ue000", "\uffff", "\ud800\udc00", "\udbff\udfff", "/");
        var names = new ArrayList<String>();
        for (var a : alphabet) for (var b : alphabet) for (var c : alphabet) names.add(a + b + c);
        var table = new NameTable();
        int[] mixed = RandomKey.of(1).permutation(names.size());
        for (int i : mixed) table.add(names.get(i));
        var sorted = new ArrayList<String>();
        int[] order = table.sorted();
        for (int i : order) sorted.add(table.get(i, 0));
        assertThat(sorted).isEqualTo(names.stream().sorted().toList());
        // Equal names stay in order.
        for (int k = 1; k < order.length; k++)
            if (table.compare(order[k - 1], order[k]) == 0)
                assertThat(order[k - 1]).isLessThan(order[k]);
        var picked = table.pick(new int[] {7, 3});
        assertThat(picked.size()).isEqualTo(2);
        assertThat(picked.get(0, 0)).isEqualTo(names.get(mixed[7]));
        assertThat(picked.get(1, 0)).isEqualTo(names.get(mixed[3]));
    }

    /// A few bytes beside the name for each, so that a million fit in tens of megabytes.
    @Test
    void manyMembersTakeLittleMemory() throws IOException {
        var container = new PackedFiles.Container() {
            @Override
            public byte[] read(long place, long size) {
                return new byte[] {(byte) place};
            }

            @Override
            public String where(long place, String path) {
                return "x.tar!/" + path;
            }
        };
        var members = new Members();
        int n = 200_000;
        for (int i = 0; i < n; i++) members.file("train/class%03d/%07d.jpg".formatted(i % 100, n - i), 9, i);
        long before = used();
        var tree = members.tree("x.tar", container, () -> {});
        long taken = used() - before;
        assertThat(tree.files()).hasSize(n);
        // 26 of the name, 4, 8 and 8.
        assertThat(taken / n).isLessThan(80);
        assertThat(tree.files().getFirst().path()).isEqualTo("train/class000/0000100.jpg");
        var below = tree.lookThrough(true).files().getFirst();
        assertThat(below.path()).isEqualTo("class000/0000100.jpg");
        assertThat(below.where()).isEqualTo("x.tar!/train/class000/0000100.jpg");
        assertThat(below.source().place()).isEqualTo(n - 100);
        assertThat(below.read()).containsExactly((byte) (n - 100));
    }

    private static long used() {
        for (int i = 0; i < 3; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aLargeCompressedArchiveIsUnpackedOnce(@TempDir Path folder) throws IOException {
        var tar = Fixtures.join(
                Fixtures.member("a/1.png", '0', Fixtures.png(3, 3, 1)),
                Fixtures.member("b/2.png", '0', Fixtures.png(3, 3, 2)),
                Fixtures.endOfTar());
        var archive = Files.write(folder.resolve("set.tar.gz"), Fixtures.gzip(tar));
        var cache = folder.resolve("cache");
        var unpacked = Unpacked.of(archive, cache);
        assertThat(unpacked.file().getParent()).isEqualTo(cache.resolve("unpacked"));
        assertThat(unpacked.file().getFileName().toString()).matches("set\\.tar\\.gz-[0-9a-f]{16}\\.tar");
        assertThat(unpacked.file()).hasBinaryContent(tar);
        assertThat(unpacked.note())
                .isEqualTo("decompressed once into %s (0.0 GB), which can be deleted when the data is no longer needed"
                        .formatted(unpacked.file()));
        Files.write(unpacked.file(), new byte[5]);
        assertThat(Unpacked.of(archive, cache).file()).hasBinaryContent(new byte[5]);
        Files.write(archive, Fixtures.gzip(Fixtures.join(tar, tar)));
        assertThat(Unpacked.of(archive, cache).file()).isNotEqualTo(unpacked.file());

        var broken = Files.write(folder.resolve("b.tgz"), Arrays.copyOf(Fixtures.gzip(tar), 40));
        assertThatThrownBy(() -> Unpacked.of(broken, cache))
                .isInstanceOf(MalformedFile.class)
                .hasMessageMatching(".*b\\.tgz, byte 154: expected more gzip data, found the end of the file");
        try (var left = Files.list(cache.resolve("unpacked"))) {
            assertThat(left.filter(file -> file.toString().contains("b.tgz"))).isEmpty();
        }
    }
}
