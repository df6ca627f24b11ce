package dev.thalweg.data.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that [DataCheck] found. As JSON it is what `data check --json` prints.
///
/// @param schema [#SCHEMA]; changes when what is here does, beyond additions
/// @param source what was checked, as it was named
/// @param summary null where the data could not be opened
/// @param expected what was expected there, drawn; null where the data could be opened
/// @param found what is there instead, drawn; null likewise
/// @param findings errors first
/// @param near how near-duplicates were told; null where the data could not be opened
/// @param seconds that the check took
public record CheckReport(
        String schema,
        String source,
        @Nullable DataSummary summary,
        @Nullable String expected,
        @Nullable String found,
        List<Finding> findings,
        @Nullable Near near,
        double seconds) {
    public static final String SCHEMA = "thalweg data check 1";

    public CheckReport {
        findings = List.copyOf(findings);
    }

    /// @param bits of 64 that difference hashes may differ in
    /// @param correlation of 16 × 16 grey pixels from which on pictures count as nearly the same
    public record Near(int bits, double correlation) {}

    public long count(Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity).count();
    }
}
