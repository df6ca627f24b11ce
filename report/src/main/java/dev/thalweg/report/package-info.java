/// The page of a run: read from the files that the run left in its folder, written as one
/// self-contained HTML file.
package dev.thalweg.report;
