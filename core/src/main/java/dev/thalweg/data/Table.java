package dev.thalweg.data;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A file of rows and columns as spreadsheets export them (RFC 4180): fields parted by commas, tabs,
/// semicolons or bars, whichever parts the first rows alike; in UTF-8, or UTF-16 with a mark of its byte
/// order; lines ended by LF, CRLF or CR.
record Table(StoredFile file, List<Row> rows) {
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
        var rows = new ArrayList<Row>();
        try (var reader = reader(text, separator(text))) {
            for (var record : reader) {
                var fields = record.getFields().stream().map(String::strip).toList();
                if (fields.stream().anyMatch(field -> !field.isEmpty()))
                    rows.add(new Row(record.getStartingLineNumber(), fields));
            }
        } catch (CsvParseException e) {
            throw new MalformedData(file.where(), 0, "expected a table of fields, found it damaged: " + sentence(e), e);
        }
        return new Table(file, rows);
    }

    /// What is wrong with a row: `sentence`, at its line.
    MalformedData malformed(Row row, String sentence) throws IOException {
        return new MalformedData(file.where(), offset(row.line), "line %,d: %s".formatted(row.line, sentence));
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
            throw new MalformedData(
                    file.where(),
                    in.position(),
                    "expected text in UTF-8, found other bytes: save the table as UTF-8",
                    e);
        }
        return out.flip().toString();
    }

    private static CsvReader<CsvRecord> reader(String text, char separator) {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowUnclosedQuote(false)
                .ofCsvRecord(text);
    }

    /// The one that parts the first rows into the same number of fields, two or more; of several the
    /// one that parts more rows alike, or else into more fields.
    private static char separator(String text) {
        char best = SEPARATORS.charAt(0);
        long bestScore = 0;
        for (char separator : SEPARATORS.toCharArray()) {
            int fields = 0;
            int alike = 0;
            try (var reader = reader(text, separator)) {
                for (var record : reader) {
                    if (fields == 0) fields = record.getFieldCount();
                    if (record.getFieldCount() != fields || ++alike == SAMPLE) break;
                }
            } catch (CsvParseException | IOException e) {
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

    private static String sentence(Throwable e) {
        var cause = e.getCause() != null ? e.getCause() : e;
        return String.valueOf(cause.getMessage());
    }
}
