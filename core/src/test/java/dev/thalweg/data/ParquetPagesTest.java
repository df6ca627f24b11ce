package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParquetPagesTest {
    @TempDir
    Path folder;

    private Path file;
    private byte[] bytes;
    private RowGroup group;
    private int begin;

    /// One column of six numbers in a page that is not compressed, its header `15 00 15 6c 15 6c 2c 15 0c …`: fields 1,
    /// 2, 3 and 5, the last with a field 1.
    @BeforeEach
    void write() throws Exception {
        file = folder.resolve("x.parquet");
        try (var database = DriverManager.getConnection("jdbc:duckdb:");
                var statement = database.createStatement()) {
            statement.execute("copy (select hash(i) as n from range(6) t(i)) to '" + file
                    + "' (format parquet, codec 'uncompressed', dictionary_size_limit 1)");
        }
        bytes = Files.readAllBytes(file);
        try (var reader = ParquetFileReader.open(InputFile.of(file))) {
            group = reader.getFileMetaData().rowGroups().getFirst();
        }
        begin = (int) group.columns().getFirst().chunkStartOffset();
    }

    @Test
    void whatIsThereIsTaken() {
        assertThatCode(() -> ParquetPages.check(file, group, 0)).doesNotThrowAnyException();
    }

    /// What the numbers of the header, each in one byte, are made to say.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | 63 | expected a page of at most STORED bytes, which is what STORED stored bytes can make, found 63 announced
            2 | -1 | expected a page of at most STORED bytes, which is what STORED stored bytes can make, found -1 announced
            3 | 63 | expected a page within its column, found 63 bytes announced
            3 | -1 | expected a page within its column, found -1 bytes announced
            5 | 7  | expected at most 6 values in a page, found 7 announced
            """)
    void sizesThatCannotBe(int field, int value, String sentence) throws IOException {
        int at = begin + 2 * field - 1;
        int stored = bytes[begin + 5] >> 1;
        bytes[field == 5 ? begin + 8 : at] = (byte) (value >= 0 ? 2 * value : -2 * value - 1);
        Files.write(file, bytes);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessage("%s, byte %d: %s", file, begin, sentence.replace("STORED", String.valueOf(stored)));
    }

    /// In an unknown field, 9, a number −898, which together with it would pass for field 2.
    @Test
    void numbersOfFieldsAreNotAddedUp() throws IOException {
        var header = HexFormat.of().parseHex("1500156c156c7c05830e0200");
        System.arraycopy(header, 0, bytes, begin, header.length);
        Files.write(file, bytes);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("expected a page's header, found more announced");
    }

    /// Of a structure's field 1: a list of one structure, the page's place, its length and its first row.
    private static byte[] index(int place) {
        return HexFormat.of().parseHex("191c16%02x156c16000000".formatted(2 * place));
    }

    private void indexed(byte[] index, int length) throws IOException {
        var with = Arrays.copyOf(bytes, bytes.length + index.length);
        System.arraycopy(index, 0, with, bytes.length, index.length);
        Files.write(file, with);
        var chunk = group.columns().getFirst();
        group = new RowGroup(
                List.of(new ColumnChunk(chunk.metaData(), (long) bytes.length, length, null, null)),
                group.totalByteSize(),
                group.numRows());
    }

    @Test
    void anIndexMayNameThePagesThatThereAre() throws IOException {
        indexed(index(begin), index(begin).length);
        assertThatCode(() -> ParquetPages.check(file, group, 0)).doesNotThrowAnyException();
    }

    @Test
    void anIndexOfAnotherPlaceIsRefused() throws IOException {
        indexed(index(begin + 1), index(begin).length);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(
                        "%s, byte %d: expected an index of this column's pages, found byte %d in it",
                        file, bytes.length, begin + 1);
    }

    @Test
    void anIndexThatIsNotThereIsRefused() throws IOException {
        indexed(index(begin), index(begin).length + 1);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(
                        "%s, byte 0: expected an index of pages within the file, found one announced beyond it", file);
    }

    @Test
    void anIndexThatAnnouncesMoreThanItHoldsIsRefused() throws IOException {
        var many = index(begin);
        many[1] = 0x7c;
        indexed(many, many.length);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("expected an index of pages, found more announced than its bytes hold");
    }

    /// A header of whatever length is read; one without an end is not.
    @Test
    void aHeaderWithoutAnEndIsRefused() throws IOException {
        Arrays.fill(bytes, begin, bytes.length, (byte) 0x13);
        Files.write(file, bytes);
        assertThatThrownBy(() -> ParquetPages.check(file, group, 0))
                .isInstanceOf(MalformedFile.class)
                .hasMessage(
                        "%s, byte %d: expected a page's header, found more announced than its column's bytes hold",
                        file, begin);
    }
}
