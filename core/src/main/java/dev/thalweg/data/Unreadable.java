package dev.thalweg.data;

/// An example that was left out of a data set because its picture cannot be read.
///
/// @param part `train`, `validation` or `test`
/// @param index its number in that part before any were left out
/// @param name what the data set called it
/// @param reason why it cannot be read, in a sentence
public record Unreadable(String part, int index, String name, String reason) {}
