package dev.thalweg.report.mlflow;

import java.util.Objects;

/// One number at one step.
///
/// @param timestamp milliseconds since 1970
record Metric(Kind kind, String key, double value, long step, long timestamp) {

    Metric {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(key, "key");
    }

    /// What it belongs to. A run that is resumed does some steps again: of each kind, what was recorded
    /// of them already is not recorded twice.
    enum Kind {
        STEP,
        EPOCH,
        FINAL
    }
}
