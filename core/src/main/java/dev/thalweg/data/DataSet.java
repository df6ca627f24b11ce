package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import java.util.ArrayList;
import java.util.List;

/// Labelled pictures in three parts.
///
/// @param classes names of the classes; label k means the k-th
/// @param validation empty unless the source has such a part or one was asked for
/// @param fingerprint see [Fingerprint]: 64 hexadecimal digits
/// @param notes sentences that a user should see, for example about files left out
public record DataSet(
        String name,
        List<String> classes,
        Examples train,
        Examples validation,
        Examples test,
        String fingerprint,
        List<String> notes)
        implements AutoCloseable {

    public DataSet {
        classes = List.copyOf(classes);
        notes = List.copyOf(notes);
        Require.that(!classes.isEmpty(), "a data set must have at least one class");
    }

    /// A data set without notes, its fingerprint computed.
    public static DataSet of(String name, List<String> classes, Examples train, Examples validation, Examples test) {
        return new DataSet(
                name, classes, train, validation, test, Fingerprint.of(classes, train, validation, test), List.of());
    }

    /// This data set with further notes.
    DataSet withNotes(List<String> more) {
        if (more.isEmpty()) return this;
        var all = new ArrayList<>(notes);
        all.addAll(more);
        return new DataSet(name, classes, train, validation, test, fingerprint, all);
    }

    /// Releases the files of all parts.
    @Override
    public void close() {
        train.close();
        validation.close();
        test.close();
    }

    @Override
    public String toString() {
        return "%s: %d classes, %,d train, %,d validation, %,d test"
                .formatted(name, classes.size(), train.size(), validation.size(), test.size());
    }
}
