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
/// @param skipped examples that are not here because their pictures cannot be read; see
///     `dev.thalweg.data.check.Readable`
public record DataSet(
        String name,
        List<String> classes,
        Examples train,
        Examples validation,
        Examples test,
        String fingerprint,
        List<String> notes,
        List<Unreadable> skipped)
        implements AutoCloseable {

    public DataSet {
        classes = List.copyOf(classes);
        notes = List.copyOf(notes);
        skipped = List.copyOf(skipped);
        Require.that(!classes.isEmpty(), "a data set must have at least one class");
    }

    /// A data set of which nothing was skipped.
    public DataSet(
            String name,
            List<String> classes,
            Examples train,
            Examples validation,
            Examples test,
            String fingerprint,
            List<String> notes) {
        this(name, classes, train, validation, test, fingerprint, notes, List.of());
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
        return new DataSet(name, classes, train, validation, test, fingerprint, all, skipped);
    }

    /// This data set with parts that lack some examples. It is another one then, by its fingerprint.
    ///
    /// @param skipped those that were left out
    public DataSet without(Examples train, Examples validation, Examples test, List<Unreadable> skipped) {
        if (skipped.isEmpty()) return this;
        var notes = new ArrayList<>(this.notes);
        notes.add("%s cannot be read and %s left out: %s"
                .formatted(
                        skipped.size() == 1 ? "1 picture" : "%,d pictures".formatted(skipped.size()),
                        skipped.size() == 1 ? "was" : "were",
                        skipped.getFirst().name() + (skipped.size() == 1 ? "" : " and others")));
        return new DataSet(
                name,
                classes,
                train,
                validation,
                test,
                Fingerprint.of(classes, train, validation, test),
                notes,
                skipped);
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
