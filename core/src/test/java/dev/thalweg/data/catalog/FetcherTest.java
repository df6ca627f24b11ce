package dev.thalweg.data.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.DataSets;
import dev.thalweg.data.catalog.CatalogueEntry.Layout;
import dev.thalweg.format.DiskSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Sinks;

class FetcherTest {
    private static final Proxies NO_PROXY = new Proxies(Map.of(), Map.of());

    @TempDir
    Path folder;

    private final List<FileServer> servers = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    @AfterEach
    void close() {
        servers.forEach(FileServer::close);
    }

    private Fetcher fetcher(boolean offline, DiskSpace space, Pause pause) {
        var listener = new DownloadListener() {
            @Override
            public void note(String sentence) {
                synchronized (notes) {
                    notes.add(sentence);
                }
            }
        };
        return new Fetcher(folder, offline, stopped::get, listener, pause, space, NO_PROXY);
    }

    private Fetcher fetcher() {
        return fetcher(false, DiskSpace.REAL, wait -> {});
    }

    private RemoteFile serve(String name, byte[] content) throws IOException {
        var server = new FileServer(content);
        servers.add(server);
        return new RemoteFile(
                name,
                content.length,
                Checksum.parse("sha256:" + DownloadTest.sha256(content)),
                List.of(URI.create(server.url().toString())));
    }

    private static CatalogueEntry entry(Layout layout, Map<String, String> classes, RemoteFile... files) {
        return new CatalogueEntry(
                "tiny", "Tiny", "few pictures", "none", "", "nobody", "this test", layout, classes, List.of(files));
    }

    private static byte[] jpeg(int grey) throws IOException {
        var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) image.setRGB(i % 8, i / 8, 0x010101 * grey);
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }

    private static byte[] tgz(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /// A MATLAB file as MATLAB writes it: level 5, compressed.
    private byte[] mat(Map<String, int[]> matrices) throws IOException {
        var mat = Mat5.newMatFile();
        matrices.forEach((name, values) -> {
            var matrix = Mat5.newMatrix(1, values.length);
            for (int i = 0; i < values.length; i++) matrix.setDouble(i, values[i]);
            mat.addArray(name, matrix);
        });
        var file = folder.resolve("made.mat");
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink).writeMat(mat);
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private static Map<String, byte[]> pictures(String... paths) throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        for (var path : paths) files.put(path, jpeg(40 + files.size()));
        return files;
    }

    private void assertOnly(String... names) {
        assertThat(folder.resolve("tiny").toFile().list()).containsExactlyInAnyOrder(names);
    }

    @Test
    void bringsFilesThatStayAsTheyAre() throws Exception {
        var records = new byte[2 * 3073];
        records[3073] = 9;
        var entry = entry(
                Layout.AS_IS,
                Map.of(),
                serve(
                        "cifar-10-binary.tar.gz",
                        tgz(Map.of(
                                "cifar-10-batches-bin/data_batch_1.bin", records,
                                "cifar-10-batches-bin/test_batch.bin", records))));
        assertThat(Catalogue.isIn(folder, entry)).isFalse();
        var path = fetcher().fetch(entry);
        assertThat(path).isEqualTo(folder.resolve("tiny"));
        assertThat(Catalogue.isIn(folder, entry)).isTrue();
        assertOnly("cifar-10-binary.tar.gz");
        try (var set = DataSets.open(path.toString())) {
            assertThat(set.train().labels()).containsExactly(0, 9);
            assertThat(set.test().size()).isEqualTo(2);
        }
        fetcher(true, DiskSpace.REAL, wait -> {}).fetch(entry); // offline, and asks nobody
        assertThat(servers.getFirst().requests).hasSize(1);
    }

    @Test
    void packsFoldersAndNamesClasses() throws Exception {
        var entry = entry(
                Layout.FOLDERS,
                Map.of("n01", "tench", "n02", "chain saw"),
                serve(
                        "set.tgz",
                        tgz(pictures(
                                "set/train/n01/a.JPEG",
                                "set/train/n02/b.JPEG",
                                "set/val/n01/c.JPEG",
                                "set/val/n02/d.JPEG",
                                "set/noisy.csv"))));
        var path = fetcher().fetch(entry);
        assertOnly("tiny.tar");
        try (var set = DataSets.open(path.toString())) {
            assertThat(set.name()).isEqualTo("tiny");
            assertThat(set.classes()).containsExactly("chain saw", "tench");
            assertThat(set.train().size()).isEqualTo(2);
            assertThat(set.test().size()).isEqualTo(2);
            assertThat(set.train().name(1)).isEqualTo("train/tench/a.JPEG");
            assertThat(set.train().picture(1).at(0, 0, 0)).isCloseTo(40, org.assertj.core.data.Offset.offset(2));
        }
    }

    @Test
    void packsZips() throws Exception {
        var files = new LinkedHashMap<>(pictures("2750/Forest/1.jpg", "2750/River/2.jpg", "2750/SeaLake/3.jpg"));
        var entry = entry(Layout.FOLDERS, Map.of("SeaLake", "sea or lake"), serve("EuroSAT.zip", zip(files)));
        var path = fetcher().fetch(entry);
        try (var set = DataSets.open(path.toString())) {
            assertThat(set.classes()).containsExactly("Forest", "River", "sea or lake");
        }
    }

    @Test
    void readsTheListsOfFlowers() throws Exception {
        var entry = entry(
                Layout.FLOWERS102,
                Map.of("1", "pink primrose", "2", "rose"),
                serve(
                        "102flowers.tgz",
                        tgz(pictures(
                                "jpg/image_00001.jpg",
                                "jpg/image_00002.jpg",
                                "jpg/image_00003.jpg",
                                "jpg/image_00004.jpg"))),
                serve("imagelabels.mat", mat(Map.of("labels", new int[] {2, 1, 1, 2}))),
                serve("setid.mat", mat(Map.of("trnid", new int[] {1, 3}, "valid", new int[] {2}, "tstid", new int[] {4
                }))));
        var path = fetcher().fetch(entry);
        assertOnly("tiny.tar");
        try (var set = DataSets.open(path.toString())) {
            assertThat(set.classes()).containsExactly("pink primrose", "rose");
            assertThat(set.train().name(0)).isEqualTo("train/pink primrose/image_00003.jpg");
            assertThat(set.train().name(1)).isEqualTo("train/rose/image_00001.jpg");
            assertThat(set.validation().name(0)).isEqualTo("val/pink primrose/image_00002.jpg");
            assertThat(set.test().name(0)).isEqualTo("test/rose/image_00004.jpg");
        }
    }

    @Test
    void missesAPictureThatAListNames() throws Exception {
        var entry = entry(
                Layout.FLOWERS102,
                Map.of(),
                serve("102flowers.tgz", tgz(pictures("jpg/image_00001.jpg"))),
                serve("imagelabels.mat", mat(Map.of("labels", new int[] {2, 1}))),
                serve(
                        "setid.mat",
                        mat(Map.of("trnid", new int[] {1, 2}, "valid", new int[] {}, "tstid", new int[] {}))));
        assertThatThrownBy(() -> fetcher().fetch(entry))
                .hasMessageContaining("102flowers.tgz: expected 2 pictures, found 1 of them");
        assertThat(folder.resolve("tiny/tiny.tar")).doesNotExist();
    }

    @Test
    void refusesListsThatAreNone() throws Exception {
        var entry = entry(
                Layout.FLOWERS102,
                Map.of(),
                serve("102flowers.tgz", tgz(pictures("jpg/image_00001.jpg"))),
                serve("imagelabels.mat", mat(Map.of("other", new int[] {1}))),
                serve("setid.mat", "no MATLAB file".getBytes(UTF_8)));
        assertThatThrownBy(() -> fetcher().fetch(entry))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("imagelabels.mat: expected a matrix 'labels', found [other]");
    }

    @Test
    void readsTheListsOfPets() throws Exception {
        var lists = Map.of(
                "annotations/trainval.txt", "# a comment\nAbyssinian_1 1 1 1\ngreat_pyrenees_7 2 2 1\n".getBytes(UTF_8),
                "annotations/test.txt", "great_pyrenees_8 2 2 1\nAbyssinian_2 1 1 1\n".getBytes(UTF_8));
        var entry = entry(
                Layout.PETS,
                Map.of(),
                serve(
                        "images.tar.gz",
                        tgz(pictures(
                                "images/Abyssinian_1.jpg",
                                "images/Abyssinian_2.jpg",
                                "images/great_pyrenees_7.jpg",
                                "images/great_pyrenees_8.jpg",
                                "images/unlisted_1.jpg"))),
                serve("annotations.tar.gz", tgz(lists)));
        try (var set = DataSets.open(fetcher().fetch(entry).toString())) {
            assertThat(set.classes()).containsExactly("abyssinian", "great pyrenees");
            assertThat(set.train().name(1)).isEqualTo("train/great pyrenees/great_pyrenees_7.jpg");
            assertThat(set.test().size()).isEqualTo(2);
        }
    }

    @Test
    void readsTheListsOfFood() throws Exception {
        var files = pictures(
                "food-101/images/apple_pie/1.jpg",
                "food-101/images/apple_pie/2.jpg",
                "food-101/images/sushi/3.jpg",
                "food-101/images/sushi/4.jpg");
        files.put("food-101/meta/train.txt", "apple_pie/1\nsushi/3\n".getBytes(UTF_8));
        files.put("food-101/meta/test.txt", "apple_pie/2\nsushi/4\n".getBytes(UTF_8));
        var entry = entry(Layout.FOOD101, Map.of(), serve("food-101.tar.gz", tgz(files)));
        try (var set = DataSets.open(fetcher().fetch(entry).toString())) {
            assertThat(set.classes()).containsExactly("apple pie", "sushi");
            assertThat(set.test().name(1)).isEqualTo("test/sushi/4.jpg");
        }
    }

    @Test
    void refusesToDownloadOffline() throws Exception {
        var entry = entry(Layout.AS_IS, Map.of(), serve("a.bin", new byte[] {1}));
        assertThatThrownBy(() -> fetcher(true, DiskSpace.REAL, wait -> {}).fetch(entry))
                .hasMessage("tiny is not in %s, and downloads are off (--offline, THALWEG_OFFLINE)", folder);
        assertThat(servers.getFirst().requests).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void looksForRoomFirst() throws Exception {
        var entry = entry(Layout.AS_IS, Map.of(), serve("a.bin", new byte[3_000_000]));
        assertThatThrownBy(() -> fetcher(false, where -> 18_000_000, wait -> {}).fetch(entry))
                .isInstanceOf(IOException.class)
                .hasMessage("tiny needs 3 MB, and %s has only 18 MB left", folder);
        assertThat(servers.getFirst().requests).isEmpty();
        // What is here already needs no room.
        Files.createDirectories(folder.resolve("tiny"));
        Files.write(folder.resolve("tiny/a.bin.part"), new byte[2_000_000]);
        fetcher(false, where -> 18_000_000, wait -> {}).fetch(entry);
    }

    @Test
    void twoAtOnceFetchOnce() throws Exception {
        var entry = entry(Layout.AS_IS, Map.of(), serve("a.bin", new byte[100_000]));
        Callable<Path> one = () -> fetcher(false, DiskSpace.REAL, Pause.REAL).fetch(entry);
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var path : threads.invokeAll(List.of(one, one)))
                assertThat(path.get()).exists();
        }
        assertThat(servers.getFirst().requests).hasSize(1);
    }

    @Test
    void waitsForTheProcessThatFetches() throws Exception {
        var entry = entry(Layout.AS_IS, Map.of(), serve("a.bin", new byte[100_000]));
        try (var channel =
                FileChannel.open(folder.resolve(".tiny.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var lock = channel.lock();
            var waits = new ArrayList<Duration>();
            Pause pause = wait -> {
                waits.add(wait);
                if (waits.size() == 3) {
                    try {
                        lock.release();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            fetcher(false, DiskSpace.REAL, pause).fetch(entry);
            assertThat(waits).hasSize(3);
            assertThat(notes).containsExactly("Another process is fetching tiny; waiting for it …");
        }
    }

    @Test
    void packingThatIsStoppedGoesOn() throws Exception {
        var entry = entry(Layout.FOLDERS, Map.of(), serve("set.tgz", tgz(pictures("set/a/1.jpg", "set/b/2.jpg"))));
        var stopsWhenPacking = new DownloadListener() {
            @Override
            public void begins(Work work, String file) {
                stopped.set(work == Work.PACKING);
            }
        };
        assertThatThrownBy(() -> new Fetcher(
                                folder, false, stopped::get, stopsWhenPacking, wait -> {}, DiskSpace.REAL, NO_PROXY)
                        .fetch(entry))
                .isInstanceOf(DownloadStopped.class);
        assertOnly(".download");
        stopped.set(false);
        fetcher().fetch(entry);
        assertThat(servers.getFirst().requests).hasSize(1);
        assertOnly("tiny.tar");
    }
}
