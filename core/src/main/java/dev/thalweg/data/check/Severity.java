package dev.thalweg.data.check;

/// How much a finding matters.
public enum Severity {
    /// Training stops there, or its numbers mean nothing.
    ERROR,
    /// Training goes on and is the worse for it.
    WARNING,
    /// Good to know.
    NOTE
}
