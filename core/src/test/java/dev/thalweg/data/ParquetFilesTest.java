package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.tensor.RandomKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parquet files written by DuckDB, an independent implementation.
class ParquetFilesTest {
    private static final String CLASS_LABEL =
            "{\"info\":{\"features\":{\"image\":{\"_type\":\"Image\"},\"%s\":{\"names\":[\"ant\",\"bee\",\"cow\"],"
                    + "\"_type\":\"ClassLabel\"}}}}";

    @TempDir
    Path folder;

    private Connection database;

    @BeforeEach
    void connect() throws SQLException {
        database = DriverManager.getConnection("jdbc:duckdb:");
        run("create table t (n integer, image struct(bytes blob, path varchar), label bigint)");
    }

    @AfterEach
    void disconnect() throws SQLException {
        database.close();
    }

    private void run(String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Rows `from` to `to`: row n is noise of seed n with label n mod 3.
    private void rows(int from, int to) throws SQLException, IOException {
        try (var insert = database.prepareStatement("insert into t values (?, {'bytes': ?::blob, 'path': ?}, ?)")) {
            for (int n = from; n < to; n++) {
                insert.setInt(1, n);
                insert.setBytes(2, Fixtures.png(2 + n % 5, 3, n));
                insert.setString(3, n + ".png");
                insert.setLong(4, n % 3);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private Path write(String name, String query, String options) throws SQLException, IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        run("copy (%s) to '%s' (format parquet%s)".formatted(query, file, options));
        return file;
    }

    private static String metadata(String column) {
        return ", kv_metadata {huggingface: '%s'}".formatted(CLASS_LABEL.formatted(column));
    }

    private DataSet open() throws IOException {
        return DataSets.open(folder.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "uncompressed"})
    void picturesAndLabelsAreAsWritten(String codec) throws Exception {
        rows(0, 40);
        var options = ", codec '" + codec + "'" + metadata("label");
        write("data/train-00000-of-00002.parquet", "select image, label from t where n < 17 order by n", options);
        write("data/train-00001-of-00002.parquet", "select label, image from t where n between 17 and 29", options);
        write("data/test-00000-of-00001.parquet", "select image, label from t where n >= 30 order by n", options);
        try (var set = open()) {
            assertThat(set.name()).isEqualTo(folder.getFileName().toString());
            assertThat(set.classes()).containsExactly("ant", "bee", "cow");
            assertThat(set.train().size()).isEqualTo(30);
            assertThat(set.test().size()).isEqualTo(10);
            assertThat(set.notes()).isEmpty();
            for (int i = 39; i >= 0; i--) {
                var part = i < 30 ? set.train() : set.test();
                int at = i < 30 ? i : i - 30;
                assertThat(part.label(at)).isEqualTo(i % 3);
                assertThat(part.picture(at).pixels())
                        .isEqualTo(noise(2 + i % 5, 3, 3, i).pixels());
                assertThat(part.dimensions(at)).isEqualTo(new Dimensions(2 + i % 5, 3));
            }
            assertThat(set.train().name(18)).isEqualTo("row 1 of train-00001-of-00002.parquet");
        }
    }

    /// Numbers are as good as the order of names that cannot be read.
    @Test
    void namesThatAreNotTextsAreLeftAlone() throws Exception {
        rows(0, 12);
        write(
                "odd.parquet",
                "select image, label from t",
                ", kv_metadata {huggingface: '{\"info\":{\"features\":{\"label\":{\"names\":[\"ant\",[\"bee\"],{}]}}}}'}");
        try (var set = open()) {
            assertThat(set.classes()).containsExactly("0", "1", "2");
        }
    }

    /// Three row groups, the pictures of few values, so that DuckDB writes dictionaries; read by
    /// several threads in a random order.
    @Test
    void severalThreadsReadSeveralRowGroupsInAnyOrder() throws Exception {
        rows(0, 7);
        var file = write(
                "many.parquet",
                "select image, label from t, range(900) r order by range, n",
                ", row_group_size 2048" + metadata("label"));
        try (var set = DataSets.open(file.toString(), new SplitOptions(0.001, 0, 1));
                var threads = Executors.newFixedThreadPool(4)) {
            assertThat(set.name()).isEqualTo("many");
            assertThat(set.train().size() + set.test().size()).isEqualTo(6300);
            var expected = new ArrayList<byte[]>();
            for (int n = 0; n < 7; n++) expected.add(noise(2 + n % 5, 3, 3, n).pixels());
            var tasks = new ArrayList<Callable<Boolean>>();
            for (int i : RandomKey.of(1).permutation(set.train().size()))
                tasks.add(() -> {
                    var row = Integer.parseInt(set.train().name(i).split(" ", -1)[1]);
                    return Arrays.equals(set.train().picture(i).pixels(), expected.get(row % 7))
                            && set.train().label(i) == row % 7 % 3;
                });
            for (var done : threads.invokeAll(tasks)) assertThat(done.get()).isTrue();
        }
    }

    @Test
    void withoutMetadataClassesAreTheLabelsFound() throws Exception {
        rows(0, 12);
        var file = write(
                "x.parquet",
                "select image as img, (12 - label * 5)::integer as fine_label, n::varchar as id from t",
                "");
        try (var set = DataSets.open(file.toString())) {
            assertThat(set.classes()).containsExactly("2", "7", "12");
        }
        file = write("y.parquet", "select image.bytes as photo, ['zebra', 'ape', 'Cow'][label + 1] as what from t", "");
        try (var set = DataSets.open(file.toString())) {
            assertThat(set.classes()).containsExactly("Cow", "ape", "zebra");
            assertThat(set.train().picture(0).height()).isEqualTo(3);
        }
        file = write(
                "z.parquet", "select image, label as coarse_label, label as fine_label from t", metadata("fine_label"));
        try (var set = DataSets.open(file.toString())) {
            assertThat(set.classes()).containsExactly("ant", "bee", "cow");
            assertThat(set.notes())
                    .containsExactly("labels are those of column fine_label; there is also coarse_label");
        }
    }

    @Test
    void partsByFileNameOrFolder() throws Exception {
        rows(0, 12);
        write("default/train/0000.parquet", "select image, label from t where n < 6", metadata("label"));
        write("default/validation/0000.parquet", "select image, label from t where n >= 6", metadata("label"));
        write("default/test/0000.parquet", "select image, -1::bigint as label from t", metadata("label"));
        write("default/extra/0000.parquet", "select image, label from t", metadata("label"));
        try (var set = open()) {
            assertThat(set.train().size()).isEqualTo(6);
            assertThat(set.test().size()).isEqualTo(6);
            assertThat(set.notes())
                    .containsExactly(
                            "1 Parquet file whose name tells no part was left out: default/extra/0000.parquet",
                            "the test part has no labels (all are -1) and was left out");
        }
    }

    @Test
    void nullsAreNamedByTheirRow() throws Exception {
        rows(0, 12);
        var file = write(
                "a.parquet", "select image, case when n = 7 then null else label end as label from t order by n", "");
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(file + ", row 7, byte 0: expected a label in column label, found null");
        for (var lacking : new String[] {"null", "{'bytes': null::blob, 'path': 'somewhere.png'}"}) {
            write(
                    "a.parquet",
                    "select case when n = 5 then %s else image end as image, label from t order by n"
                            .formatted(lacking),
                    "");
            assertThatThrownBy(() -> DataSets.open(file.toString()))
                    .isInstanceOf(MalformedFile.class)
                    .hasMessage(file + ", row 5, byte 0: expected a picture's bytes in column image, found null");
        }
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        rows(0, 6);
        var file = write("train-00000-of-00002.parquet", "select image, label from t", "");
        write("test-00000-of-00001.parquet", "select image, label from t", "");
        assertThatThrownBy(this::open)
                .hasMessage(
                        folder + ", byte 0: expected train-00001-of-00002.parquet beside train-00000-of-00002.parquet,"
                                + " found none");
        Files.delete(file);
        write("val.parquet", "select image, label from t", "");
        assertThatThrownBy(this::open)
                .hasMessage(folder + ", byte 0: expected Parquet files of a training part, as"
                        + " train-00000-of-00001.parquet, found only test-00000-of-00001.parquet");
        var other = write("o.parquet", "select n, label from t", "");
        assertThatThrownBy(() -> DataSets.open(other.toString()))
                .hasMessage(
                        other + ", byte 0: expected a column of pictures, called image or img, of bytes and path, found"
                                + " n, label");
        var none = write("o.parquet", "select image, n, n + 1 as m from t", "");
        assertThatThrownBy(() -> DataSets.open(none.toString()))
                .hasMessage(
                        none + ", byte 0: expected a column of labels, called label, class, category or target, whole"
                                + " numbers or text, found image, n, m");
        var one = write("o.parquet", "select image, 3 as label from t", "");
        assertThatThrownBy(() -> DataSets.open(one.toString()))
                .hasMessage(one + ", byte 0: expected at least two classes in column label, found only '3'");
        var beyond = write("o.parquet", "select image, n as label from t order by n", metadata("label"));
        assertThatThrownBy(() -> DataSets.open(beyond.toString()))
                .hasMessage(beyond
                        + ", row 3, byte 0: expected a label of one of the 3 classes (ant, bee, cow), found '3'");
    }

    @Test
    void saysWhichPictureIsDamaged() throws Exception {
        rows(0, 6);
        var file = write("x.parquet", "select {'bytes': 'no picture'::blob, 'path': ''} as image, label from t", "");
        try (var set = DataSets.open(file.toString())) {
            assertThatThrownBy(() -> set.train().picture(0))
                    .hasMessage(
                            "%s, row %s, byte 0: expected a JPEG, PNG, GIF, BMP or WebP picture, found a file beginning"
                                            .formatted(file, set.train().name(0).split(" ", -1)[1])
                                    + " 6e 6f 20 70");
        }
    }

    @Test
    void theFolderForUnpackedPicturesMustBeWritable() throws Exception {
        var occupied = Files.writeString(folder.resolve("occupied"), "x");
        try (var spool = new Spool(occupied)) {
            assertThatThrownBy(() -> spool.append(new byte[3], 0, 3))
                    .hasMessageStartingWith("cannot keep unpacked pictures in " + occupied + " (")
                    .hasMessageEndingWith("or name another folder by -Dthalweg.cache=FOLDER in THALWEG_JAVA_OPTS");
        }
        try (var spool = new Spool(folder.resolve("new/one"))) {
            assertThat(spool.append(new byte[] {1, 2, 3}, 1, 2)).isZero();
            assertThat(spool.append(new byte[] {4, 5, 6}, 0, 3)).isEqualTo(2);
            assertThat(spool.read(1, 3)).containsExactly(3, 4, 5);
            assertThatThrownBy(() -> spool.read(4, 2)).hasMessageContaining("was cut short");
        }
        try (var left = Files.list(folder.resolve("new/one"))) {
            assertThat(left).isEmpty();
        }
    }

    /// Where the library stumbles, what Java says of it helps nobody.
    @Test
    void whatTheLibraryStumblesOverIsNoDetail() throws Exception {
        rows(0, 6);
        var file = write("x.parquet", "select image, label from t", ", codec 'uncompressed'");
        var bytes = Files.readAllBytes(file);
        // What the first page's header says of its data (field 5, a structure) comes to be of an index (field 6).
        int at = 4;
        while (bytes[at] != 0x2c) at++;
        bytes[at] = 0x3c;
        Files.write(file, bytes);
        assertThatThrownBy(() -> {
                    try (var set = DataSets.open(file.toString())) {
                        for (int i = 0; i < set.train().size(); i++) set.train().picture(i);
                    }
                })
                .isInstanceOf(MalformedFile.class)
                .hasMessage(file + ", byte 0: expected a readable Parquet file, found a damaged or unsupported one");
    }

    /// The file's own count of its rows costs nothing before they are there.
    @Test
    void rowsThatAreNotThereTakeNoMemory() throws Exception {
        rows(0, 6);
        var file = write("x.parquet", "select image, label from t", "");
        var bytes = Files.readAllBytes(file);
        int footer = bytes.length
                - 8
                - ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
        var changed = new ByteArrayOutputStream();
        changed.write(bytes, 0, footer);
        for (int i = footer; i < bytes.length - 8; i++) {
            changed.write(bytes[i]);
            // A long of 6, such as the number of rows, becomes one of 2^30.
            if (bytes[i] != 0x16 || bytes[i + 1] != 12) continue;
            changed.write(new byte[] {-128, -128, -128, -128, 8});
            i++;
        }
        var length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(changed.size() - footer);
        changed.write(length.array());
        changed.write(bytes, bytes.length - 4, 4);
        Files.write(file, changed.toByteArray());
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> DataSets.open(file.toString())).isInstanceOf(MalformedFile.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
    }

    @Test
    void aDescriptionOfListsInListsEnds() throws Exception {
        // Field 1, a list, whose one element is a list, and so on.
        var footer = new byte[1_000_000];
        Arrays.fill(footer, (byte) 0x19);
        var bytes = ByteBuffer.allocate(4 + footer.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("PAR1".getBytes(StandardCharsets.US_ASCII)).put(footer).putInt(footer.length);
        bytes.put("PAR1".getBytes(StandardCharsets.US_ASCII));
        var file = Files.write(folder.resolve("x.parquet"), bytes.array());
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("expected a description of the file within 1,000,000 bytes");
    }

    /// The library would take the memory first.
    @Test
    void lengthsInTheDescriptionAreNotBelieved() throws Exception {
        rows(0, 6);
        var file = write("x.parquet", "select image, label from t", metadata("label"));
        var bytes = Files.readAllBytes(file);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        // The length of the name of the program that wrote the file, the last text in it.
        int at = text.lastIndexOf("DuckDB") - 1;
        System.arraycopy(new byte[] {-1, -1, -1, -1, 3}, 0, bytes, at, 5);
        Files.write(file, bytes);
        assertThatThrownBy(() -> DataSets.open(file.toString()))
                .isInstanceOf(MalformedFile.class)
                .hasMessageMatching("\\Q" + file
                        + "\\E, byte \\d+: expected a description of the file within [\\d,]+ bytes, found more"
                        + " announced, or of another kind");
    }

    /// Whatever the bytes, what is wrong is said.
    @Test
    void damagedFiles() throws Exception {
        rows(0, 30);
        var good = Files.readAllBytes(write("x.parquet", "select image, label from t", metadata("label")));
        var file = folder.resolve("x.parquet");
        int refused = 0;
        for (int attempt = 0; attempt < 60; attempt++) {
            var key = RandomKey.of(attempt);
            var bytes = attempt % 4 == 0 ? Arrays.copyOf(good, key.below(0, good.length)) : good.clone();
            // The footer with all descriptions stands at the end: half of the changes fall there.
            for (int c = 0; c < 3 && attempt % 4 != 0; c++) {
                int at = key.below(3 * c + 1, c == 0 ? 1200 : good.length);
                bytes[good.length - 1 - at] = (byte) key.at(3 * c + 2);
            }
            Files.write(file, bytes);
            try (var set = DataSets.open(file.toString())) {
                for (int i = 0; i < set.train().size(); i++) set.train().picture(i);
            } catch (MalformedFile e) {
                refused++;
                assertThat(e).as("attempt " + attempt).hasMessageStartingWith(file.toString());
            }
        }
        assertThat(refused).isGreaterThan(20);
    }
}
