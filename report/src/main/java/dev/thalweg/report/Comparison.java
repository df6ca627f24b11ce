package dev.thalweg.report;

import java.util.List;

/// Several runs on one page.
///
/// @param kind `comparison`
/// @param runs in the order in which they were named; the pictures and tables of each are left out
/// @param numbers a row for each final number, with a value for each run
/// @param differences a row for each entry of the recipes that is not the same in all
public record Comparison(String kind, String title, List<Run> runs, List<Row> numbers, List<Row> differences) {

    /// @param values one for each run; "–" where a run has none
    /// @param best indices of the runs whose value is the best; empty where there is no better or worse
    public record Row(String name, List<String> values, List<Integer> best) {}
}
