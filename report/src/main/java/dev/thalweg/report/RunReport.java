package dev.thalweg.report;

import dev.thalweg.train.RunFolder;

/// The page of one run.
///
/// @param folder of the run, finished or not
public record RunReport(RunFolder folder) {}
