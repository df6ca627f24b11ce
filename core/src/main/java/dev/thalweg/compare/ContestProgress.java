package dev.thalweg.compare;

import dev.thalweg.train.Progress;

/// Where a comparison is.
///
/// @param trial under way
/// @param run where that is
/// @param done runs
/// @param of runs in all, as far as is known: a search that has to go beyond its grid adds some
/// @param secondsLeft of everything, estimated; NaN if nothing is known yet
public record ContestProgress(Trial trial, Progress run, int done, int of, double secondsLeft) {}
