package dev.thalweg.data;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowGroupPredicate;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The pictures of one Parquet file.
///
/// A Parquet file is rows in groups, of each group one chunk for each column, of each chunk compressed
/// pages; one value is not to be had without its page, which often is the whole chunk. So the first
/// picture asked for of a group brings all pictures of the group, still encoded, into the [Spool], a
/// few at a time; from there they are read in any order. Each group is unpacked once, and no more of
/// the file is in memory than the pages at hand.
final class ParquetShard implements AutoCloseable {
    /// Bytes of pictures to unpack at a time, about.
    private static final long BATCH = 4 << 20;

    /// Words for programmers.
    private static final Pattern JARGON =
            Pattern.compile("Exception|[a-z]Error\\b|\\b(java|dev|org|com)\\.[a-z]|[a-z]\\(\\)");

    private final StoredFile file;
    private final Path path;
    private final ParquetFileReader reader;
    private final ParquetColumns columns;
    private final Spool spool;
    private final Group[] groups;
    /// The number of the first row of each group, and the total.
    private final int[] starts;

    /// Refuses to read nothing or what is not there: where a page is announced beyond the end of its
    /// chunk, the library would ask for nothing for ever.
    private record Bounded(InputFile file) implements InputFile {
        @Override
        public void open() throws IOException {
            file.open();
        }

        @Override
        public ByteBuffer readRange(long from, int length) throws IOException {
            if (length <= 0 || from < 0 || from > length() - length)
                throw new IOException("%,d bytes announced at byte %,d of %,d".formatted(length, from, length()));
            return file.readRange(from, length);
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private static final class Group {
        final RowGroup meta;
        /// Where its bytes begin in the file.
        final long begin;
        /// Where its pictures are in the spool; null until they are there.
        volatile @Nullable Places places;

        Group(RowGroup meta) {
            this.meta = meta;
            begin = meta.columns().getFirst().chunkStartOffset();
        }
    }

    /// Where in the spool each row's picture is.
    private record Places(long[] at, int[] lengths) {}

    private ParquetShard(StoredFile file, Path path, ParquetFileReader reader, ParquetColumns columns, Spool spool)
            throws MalformedFile {
        this.file = file;
        this.path = path;
        this.reader = reader;
        this.columns = columns;
        this.spool = spool;
        groups = reader.getFileMetaData().rowGroups().stream()
                .filter(group -> group.numRows() > 0)
                .map(Group::new)
                .toArray(Group[]::new);
        starts = new int[groups.length + 1];
        for (int g = 0; g < groups.length; g++) {
            long next = starts[g] + groups[g].meta.numRows();
            if (groups[g].meta.numRows() < 0 || next > Integer.MAX_VALUE)
                throw new MalformedFile(
                        file.where(), 0, "expected at most %,d rows, found %,d".formatted(Integer.MAX_VALUE, next));
            if (next > file.size())
                throw new MalformedFile(
                        file.where(),
                        0,
                        "expected at most a row for each of %,d bytes, found %,d announced"
                                .formatted(file.size(), next));
            starts[g + 1] = (int) next;
        }
    }

    static ParquetShard open(StoredFile file, HardwoodContext context, Spool spool) throws IOException {
        var path = file.onDisk();
        if (path == null)
            throw MalformedFile.unsuitable(
                    file.where(), 0, "expected a Parquet file on its own, found one in an archive: unpack the archive");
        ParquetFooter.check(path);
        try {
            var reader = ParquetFileReader.open(new Bounded(InputFile.of(path)), context);
            try {
                var shard = new ParquetShard(file, path, reader, ParquetColumns.of(reader, file.where()), spool);
                shard.refuseNulls();
                return shard;
            } catch (IOException | RuntimeException e) {
                reader.close();
                throw e;
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw damaged(file, e);
        }
    }

    StoredFile file() {
        return file;
    }

    ParquetColumns columns() {
        return columns;
    }

    int size() {
        return starts[groups.length];
    }

    /// The labels as they stand in the file, one a row: whole numbers or texts.
    List<String> labels() throws IOException {
        try {
            for (var group : groups) ParquetPages.check(path, group.meta, columns.label());
            return readLabels();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw damaged(file, e);
        }
    }

    private List<String> readLabels() throws IOException {
        try (var column = reader.buildColumnReader(columns.label()).build()) {
            // Not as many as the file says that there are, before they are there.
            var labels = new ArrayList<String>();
            while (column.nextBatch()) {
                int count = column.getValueCount();
                for (int i = 0; i < count; i++)
                    if (column.getLeafValidity().isNull(i))
                        throw malformed(
                                labels.size() + i,
                                "expected a label in column %s, found null".formatted(Quote.clip(columns.labelName())));
                read(column, labels, count);
            }
            if (labels.size() != size()) throw rowsExpected(size(), labels.size());
            return labels;
        }
    }

    private void read(ColumnReader column, List<String> labels, int count) throws MalformedFile {
        if (count > size() - labels.size()) throw rowsExpected(size(), labels.size() + count);
        switch (columns.labelType()) {
            case INT32 -> {
                int[] values = column.getInts();
                for (int i = 0; i < count; i++) labels.add(String.valueOf(values[i]));
            }
            case INT64 -> {
                long[] values = column.getLongs();
                for (int i = 0; i < count; i++) labels.add(String.valueOf(values[i]));
            }
            default -> {
                var values = column.getStrings();
                for (int i = 0; i < count; i++) labels.add(values[i]);
            }
        }
    }

    /// The picture of a row, encoded.
    byte[] picture(int row) throws IOException {
        int g = groupOf(row);
        var places = places(g);
        return spool.read(places.at[row - starts[g]], places.lengths[row - starts[g]]);
    }

    private Places places(int g) throws IOException {
        var group = groups[g];
        var places = group.places;
        if (places != null) return places;
        synchronized (this) {
            places = group.places;
            if (places == null) {
                places = unpack(g);
                group.places = places;
            }
            return places;
        }
    }

    /// Bytes of a picture as stored: the mean of its group, because single ones are not known.
    long storedBytes(int row) {
        var meta = groups[groupOf(row)].meta;
        return meta.columns().get(columns.picture()).metaData().totalCompressedSize() / meta.numRows();
    }

    String where(int row) {
        return file.where() + ", row " + row;
    }

    private int groupOf(int row) {
        int found = Arrays.binarySearch(starts, row);
        return found < 0 ? -found - 2 : found;
    }

    private Places unpack(int g) throws IOException {
        try {
            ParquetPages.check(path, groups[g].meta, columns.picture());
            return unpackChecked(g);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw damaged(file, e);
        }
    }

    private Places unpackChecked(int g) throws IOException {
        var group = groups[g];
        int rows = starts[g + 1] - starts[g];
        var at = new long[Math.min(rows, 1024)];
        var lengths = new int[at.length];
        long bytes = group.meta.columns().get(columns.picture()).metaData().totalUncompressedSize();
        int batch = (int) Math.clamp(BATCH * rows / Math.max(bytes, 1), 1, 1024);
        long end = g + 1 < groups.length ? groups[g + 1].begin : Long.MAX_VALUE;
        try (var column = reader.buildColumnReader(columns.picture())
                .filter(RowGroupPredicate.byteRange(group.begin, end))
                .batchSize(batch)
                .build()) {
            int row = 0;
            while (column.nextBatch()) {
                int count = column.getValueCount();
                if (count > rows - row) throw rowsExpected(rows, row + count);
                while (row + count > at.length) {
                    at = Arrays.copyOf(at, (int) Math.min(rows, 2L * at.length));
                    lengths = Arrays.copyOf(lengths, at.length);
                }
                int[] offsets = column.getBinaryOffsets();
                long from = spool.append(column.getBinaryValues(), offsets[0], offsets[count] - offsets[0]);
                for (int i = 0; i < count; i++, row++) {
                    if (column.getLeafValidity().isNull(i))
                        throw malformed(
                                starts[g] + row,
                                "expected a picture's bytes in column %s, found null"
                                        .formatted(Quote.clip(columns.pictureName())));
                    at[row] = from + offsets[i] - offsets[0];
                    lengths[row] = offsets[i + 1] - offsets[i];
                }
            }
            if (row != rows) throw rowsExpected(rows, row);
            return new Places(at, lengths);
        }
    }

    /// Where the file itself counts rows without a picture, the first is found and named at once.
    private void refuseNulls() throws IOException {
        for (int g = 0; g < groups.length; g++) {
            var statistics =
                    groups[g].meta.columns().get(columns.picture()).metaData().statistics();
            if (statistics != null && statistics.nullCount() != null && statistics.nullCount() > 0) places(g);
        }
    }

    private MalformedFile rowsExpected(int expected, int found) {
        return new MalformedFile(
                file.where(), 0, "expected %,d rows in a column, found %,d".formatted(expected, found));
    }

    private MalformedFile malformed(int row, String sentence) {
        return new MalformedFile(where(row), 0, sentence);
    }

    /// The library's decoding threads fail with whatever it was as the cause of something else.
    private static IOException damaged(StoredFile file, Throwable e) {
        if (e instanceof MalformedFile || e instanceof Spool.NoRoom) return (IOException) e;
        Throwable root = e;
        while (root.getCause() != null) root = root.getCause();
        if (root instanceof OutOfMemoryError)
            return new IOException(
                    "%s cannot be unpacked in the memory that Java has (%s): give it a larger heap, as -Xmx8g in"
                                    .formatted(file.where(), root.getMessage())
                            + " THALWEG_JAVA_OPTS, or write the file anew with smaller row groups",
                    e);
        return new MalformedFile(
                file.where(),
                0,
                "expected a readable Parquet file, found a damaged or unsupported one" + detail(root),
                e);
    }

    /// What the library found, in brackets: nothing where it stumbled without having found anything.
    private static String detail(Throwable root) {
        boolean found = root instanceof IOException
                || root instanceof IllegalArgumentException
                || root instanceof IllegalStateException
                || root instanceof UnsupportedOperationException;
        var message = String.valueOf(root.getMessage()).replaceFirst("^\\[[^\\]]*] ", "");
        if (!found || root.getMessage() == null || JARGON.matcher(message).find()) return "";
        return " (%s)".formatted(Quote.clip(message, 200));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
