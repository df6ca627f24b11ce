package dev.thalweg.data.check;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.format.MalformedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;

/// Looks a data set through before it is trained on: every picture is decoded once, on all processors.
///
/// | finding | severity | what it means |
/// |---|---|---|
/// | `unopenable`, `no-pictures`, `no-classes`, `single-class`, `unknown-class` | error | it cannot be opened as a data
/// set |
/// | `unreadable`, `truncated` | error | pictures that cannot be decoded |
/// | `class-missing` | error in training, else warning | a class without pictures in a part |
/// | `leak`, `near-leak` | warning; error if pixel for pixel and 1 % of the test part or more | a picture in several
/// parts |
/// | `label-conflict`, `near-label-conflict` | warning | a picture under several labels |
/// | `duplicates` | note; warning from 1 % on | copies within a class and a part |
/// | `near-duplicates` | note | the same, nearly |
/// | `imbalance` | note from 1 : 3 on, warning from 1 : 10 | classes of very different sizes |
/// | `few-pictures` | warning | classes with fewer than 20 training pictures |
/// | `empty-folder` | error in training, else warning | a folder among the classes' without a picture |
/// | `blank`, `tiny` | warning | pictures that show nothing, or very little |
/// | `left-out`, `small-test`, `no-end`, `huge`, `long`, `odd-format`, `grey-among-colour`, `transparent`, `cmyk` |
/// note | |
///
/// What nearly the same means is said at [Duplicates].
public final class DataCheck {
    private DataCheck() {}

    /// Checks what `source` names; where it cannot be opened, the report says why and what to do.
    ///
    /// @throws IOException if there is nothing there, or it is no data at all
    public static CheckReport of(String source, SplitOptions split, Scan.Progress progress) throws IOException {
        long begin = System.nanoTime();
        DataSet opened;
        try {
            opened = DataSets.open(source, split);
        } catch (MalformedFile e) {
            return Refusal.explain(source, e, seconds(begin));
        }
        try (var set = opened) {
            return of(source, set, progress);
        }
    }

    /// Checks a data set that is open and stays so.
    ///
    /// @param source how to name it in commands
    public static CheckReport of(String source, DataSet set, Scan.Progress progress) throws IOException {
        long begin = System.nanoTime();
        var survey = Survey.of(set, progress);
        var duplicates = Duplicates.in(survey);
        var summary = DataSummary.of(survey);
        var findings = new ArrayList<Finding>();
        findings.addAll(Looks.findings(source, survey));
        findings.addAll(Structure.findings(source, set, summary));
        findings.addAll(Copies.findings(source, survey, duplicates));
        findings.sort(Comparator.comparing(Finding::severity));
        return new CheckReport(
                CheckReport.SCHEMA,
                source,
                summary,
                null,
                null,
                findings,
                new CheckReport.Near(duplicates.radius(), 1 - duplicates.bound()),
                seconds(begin));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }
}
