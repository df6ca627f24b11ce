package dev.thalweg.compare;

import java.io.IOException;

/// Hears what happens in a comparison, on the thread that trains.
public interface ContestListener {

    /// After each step of each run.
    default void progress(ContestProgress progress) {}

    /// A run is over, and `compare.json` is written.
    ///
    /// @param row what is known of its rule now
    default void finished(Trial trial, Standings.Row row, Standings standings) throws IOException {}

    /// A sentence for the user.
    default void note(String sentence) {}
}
