package dev.thalweg.train;

import java.nio.file.Path;

/// Hears what happens in a run. All methods are called on the thread that trains.
public interface Listener {

    /// Before the first step of this process.
    default void started(Progress progress) {}

    /// After each step. `progress` is one object that changes: take from it what you need.
    default void step(Progress progress) {}

    /// After each epoch, or part of one at the end of the run.
    default void epoch(EpochReport report) {}

    /// A checkpoint was written.
    default void checkpoint(Path file, long step) {}

    /// Somebody did something to the run: see [Controls]. A pause has just begun when it is heard of.
    default void controlled(Control control) {}

    /// A sentence for the user.
    default void note(String sentence) {}

    /// The run is over.
    default void finished(Result result) {}
}
