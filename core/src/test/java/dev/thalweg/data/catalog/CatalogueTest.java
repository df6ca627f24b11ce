package dev.thalweg.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Catalogue SHIPPED = Catalogue.shipped();

    @Test
    void everyEntrySaysWhatAUserMustKnow() {
        assertThat(SHIPPED.entries()).hasSizeGreaterThan(10).allSatisfy(entry -> {
            assertThat(entry.title()).isNotBlank();
            assertThat(entry.pictures()).contains("classes");
            assertThat(entry.licence()).endsWith(".");
            assertThat(entry.terms()).startsWith("http");
            assertThat(entry.citation()).isNotBlank();
            assertThat(entry.checksumsFrom()).isNotBlank();
        });
    }

    /// A forger on the way could change what comes without encryption; SHA-256 would tell.
    @Test
    void whatComesWithoutEncryptionHasAStrongChecksum() {
        for (var entry : SHIPPED.entries())
            for (var file : entry.files())
                if (file.urls().stream().anyMatch(url -> url.getScheme().equals("http")))
                    assertThat(file.checksum().algorithm()).as(file.name()).isEqualTo(Checksum.Algorithm.SHA256);
    }

    @Test
    void encryptedAddressesComeFirst() {
        for (var entry : SHIPPED.entries())
            for (var file : entry.files())
                assertThat(file.urls().getFirst().getScheme()).as(file.name()).isEqualTo("https");
    }

    @Test
    void namesTheNearest() {
        assertThatThrownBy(() -> SHIPPED.get("cifar-10"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cifar10");
    }

    @Test
    void flowersHaveAllTheirNames() {
        var names = SHIPPED.get("flowers102").classes();
        assertThat(names).hasSize(102).containsEntry("1", "pink primrose").containsEntry("102", "blackberry lily");
        assertThat(names.values()).doesNotHaveDuplicates();
    }

    /// The real files, where they are, are what the catalogue says.
    @ParameterizedTest
    @ValueSource(strings = {"mnist", "fashion-mnist"})
    void checksumsAreThoseOfTheFiles(String name) throws Exception {
        var root = System.getProperty("thalweg.data");
        Assumptions.assumeTrue(
                root != null && Files.exists(Path.of(root, name)), "no real data: set -Dthalweg.data to its folder");
        for (var file : SHIPPED.get(name).files()) {
            var path = Path.of(root, name, file.name());
            assertThat(Files.size(path)).isEqualTo(file.bytes());
            assertThat(Checksum.of(file.checksum().algorithm(), path, read -> {}))
                    .isEqualTo(file.checksum());
        }
        assertThat(Catalogue.isIn(Path.of(root), SHIPPED.get(name))).isTrue();
    }

    @Test
    void aChecksumIsReadAndWritten() {
        var sum = Checksum.parse("md5:d41d8cd98f00b204e9800998ecf8427e");
        assertThat(sum.algorithm()).isEqualTo(Checksum.Algorithm.MD5);
        assertThat(sum).hasToString("md5:d41d8cd98f00b204e9800998ecf8427e");
        assertThatThrownBy(() -> Checksum.parse("md5:d41d"))
                .hasMessage("MD5 must have 32 lower-case hexadecimal digits, got 'd41d'");
        assertThatThrownBy(() -> Checksum.parse("crc32:00000000"))
                .hasMessage("a checksum must be of sha256 or md5, got 'crc32'");
    }

    /// RFC 1321's "abc" and FIPS 180-4's.
    @Test
    void sumsArePublishedOnes(@TempDir Path folder) throws IOException {
        var abc = Files.writeString(folder.resolve("abc"), "abc");
        assertThat(Checksum.of(Checksum.Algorithm.MD5, abc, read -> {}).hex())
                .isEqualTo("900150983cd24fb0d6963f7d28e17f72");
        assertThat(Checksum.of(Checksum.Algorithm.SHA256, abc, read -> {}).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void refusesNamesThatLeaveTheFolder() {
        var sum = Checksum.parse("md5:d41d8cd98f00b204e9800998ecf8427e");
        for (var name : List.of("../x", "a/b", ".hidden", ""))
            assertThatThrownBy(() -> new RemoteFile(name, 1, sum, List.of(java.net.URI.create("https://a.example"))))
                    .hasMessageStartingWith("a file's name must be plain and without folders");
    }
}
