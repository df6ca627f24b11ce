package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.check.Readable;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.io.PrintWriter;

/// Data without the pictures that cannot be read, of which the user is told.
final class ReadableData {
    /// Files that are named.
    private static final int NAMED = 3;

    private ReadableData() {}

    /// @return what closes `set`, which is closed already if this fails
    static DataSet of(DataSet set, PrintWriter err) throws IOException {
        var progress = new ProgressLine(err, "%,d"::formatted);
        progress.begin("reading pictures", 0);
        try {
            var readable = Readable.of(set, progress::at);
            progress.clear();
            tell(readable, err);
            return readable;
        } catch (IOException | RuntimeException e) {
            progress.clear();
            set.close();
            throw e;
        }
    }

    private static void tell(DataSet set, PrintWriter err) {
        var skipped = set.skipped();
        if (skipped.isEmpty()) return;
        err.printf(
                "%s cannot be read and %s left out:%n",
                skipped.size() == 1 ? "1 picture" : "%,d pictures".formatted(skipped.size()),
                skipped.size() == 1 ? "is" : "are");
        skipped.stream()
                .limit(NAMED)
                .forEach(one -> err.printf("  %s: %s%n", Quote.line(one.name()), Quote.line(one.reason())));
        if (skipped.size() > NAMED) err.printf("  … and %,d more%n", skipped.size() - NAMED);
        err.flush();
    }
}
