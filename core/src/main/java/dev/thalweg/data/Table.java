package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.format.JsonFault;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvParser;
import tools.jackson.dataformat.csv.CsvReadFeature;
import tools.jackson.dataformat.csv.CsvSchema;

/// A file of rows and columns as spreadsheets export them (RFC 4180): fields parted by commas, tabs,
/// semicolons or bars, whichever parts the first rows alike; in UTF-8, or UTF-16 with a mark of its byte
/// order; lines ended by LF, CRLF or CR.
record Table(StoredFile file, List<Row> rows) {
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvReadFeature.WRAP_AS_ARRAY)
            .enable(CsvReadFeature.SKIP_EMPTY_LINES)
            .build();

    private static final String SEPARATORS = ",\t;|";

    /// Rows that the separator is guessed from.
    private static final int SAMPLE = 20;

    /// @param line of the file, from 1, on which the row begins
    /// @param fields without spaces around them
    record Row(long line, List<String> fields) {}

    /// Whether a file's name says that it is a table.
    static boolean isTableName(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".csv") || lower.endsWith(".tsv");
    }

    static Table read(StoredFile file) throws IOException {
        var text = text(file);
        char separator = separator(text);
        var rows = new ArrayList<Row>();
        try (var parser = parser(text, separator)) {
            for (var row = next(parser); row != null; row = next(parser))
                if (row.fields.stream().anyMatch(field -> !field.isEmpty())) rows.add(row);
        } catch (JacksonException e) {
            var at = e.getLocation();
            int opened = unclosed(text, separator);
            int line = opened > 0 ? opened : at == null ? 1 : at.getLineNr();
            var fault = new Table(file, rows)
                    .malformed(
                            new Row(line, List.of()),
                            opened > 0
                                    ? "expected a quotation mark that ends the field that one begins here, found the end"
                                            + " of the table"
                                    : "expected fields that are plain or quoted, found damage: "
                                            + JsonFault.sentence(e));
            fault.initCause(e);
            throw fault;
        }
        return new Table(file, rows);
    }

    /// What is wrong with a row: `sentence`, at its line.
    MalformedFile malformed(Row row, String sentence) throws IOException {
        return MalformedFile.unsuitable(
                file.where(), offset(row.line), "line %,d: %s".formatted(row.line, Quote.line(sentence)));
    }

    /// Where a line begins; 0 in UTF-16, where that cannot be told from bytes alone.
    private long offset(long line) throws IOException {
        byte[] bytes = file.read();
        if (bytes.length >= 2 && (bytes[0] == (byte) 0xff || bytes[0] == (byte) 0xfe)) return 0;
        int at = 0;
        for (long left = line - 1; left > 0 && at < bytes.length; at++) {
            if (bytes[at] != '\n' && bytes[at] != '\r') continue;
            if (bytes[at] == '\r' && at + 1 < bytes.length && bytes[at + 1] == '\n') at++;
            left--;
        }
        return at;
    }

    private static String text(StoredFile file) throws IOException {
        byte[] bytes = file.read();
        Charset charset = UTF_8;
        int mark = 0;
        if (PictureKind.begins(bytes, 0, 0xef, 0xbb, 0xbf)) {
            mark = 3;
        } else if (PictureKind.begins(bytes, 0, 0xff, 0xfe)) {
            charset = UTF_16LE;
            mark = 2;
        } else if (PictureKind.begins(bytes, 0, 0xfe, 0xff)) {
            charset = UTF_16BE;
            mark = 2;
        }
        var in = ByteBuffer.wrap(bytes, mark, bytes.length - mark);
        var out = CharBuffer.allocate(in.remaining());
        var result = charset.newDecoder().decode(in, out, true);
        try {
            if (result.isError()) result.throwException();
        } catch (CharacterCodingException e) {
            throw (MalformedFile) MalformedFile.unsuitable(
                            file.where(),
                            in.position(),
                            "expected text in UTF-8, found other bytes: save the table as UTF-8")
                    .initCause(e);
        }
        return out.flip().toString();
    }

    /// The line on which a quoted field begins that does not end; 0 if all end.
    private static int unclosed(String text, char separator) {
        int line = 1;
        int opened = 0;
        boolean begins = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            boolean ends = c == '\n' || c == '\r';
            if (c == '\n' || (c == '\r' && next != '\n')) line++;
            if (opened == 0 && c == '"' && begins) opened = line;
            else if (opened > 0 && c == '"' && next == '"') i++; // one quotation mark of the field's
            else if (c == '"') opened = 0;
            begins = opened == 0 && (ends || c == separator || (begins && c == ' '));
        }
        return opened;
    }

    /// At the beginning of the array of rows, each of which is an array of fields.
    private static CsvParser parser(String text, char separator) {
        var parser = (CsvParser) CSV.reader(CsvSchema.emptySchema().withColumnSeparator(separator))
                .createParser(text);
        parser.nextToken();
        return parser;
    }

    private static @Nullable Row next(CsvParser parser) {
        if (parser.nextToken() != JsonToken.START_ARRAY) return null;
        int line = 0;
        var fields = new ArrayList<String>();
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            if (fields.isEmpty()) line = parser.currentTokenLocation().getLineNr();
            fields.add(parser.getString().strip());
        }
        return new Row(line, fields);
    }

    /// The one that parts the first rows into the same number of fields, two or more; of several the
    /// one that parts more rows alike, or else into more fields.
    private static char separator(String text) {
        char best = SEPARATORS.charAt(0);
        long bestScore = 0;
        for (char separator : SEPARATORS.toCharArray()) {
            int fields = 0;
            int alike = 0;
            try (var parser = parser(text, separator)) {
                for (var row = next(parser); row != null; row = next(parser)) {
                    if (fields == 0) fields = row.fields.size();
                    if (row.fields.size() != fields || ++alike == SAMPLE) break;
                }
            } catch (JacksonException e) {
                alike = 0; // quotes inside fields of another separator
            }
            long score = fields < 2 ? 0 : 1000L * alike + Math.min(fields, 999);
            if (score > bestScore) {
                bestScore = score;
                best = separator;
            }
        }
        return best;
    }
}
