package dev.thalweg.data.catalog;

import java.net.URI;

/// Hears how a data set comes here. Called on the thread that fetches.
public interface DownloadListener {
    /// What is being done to a file.
    enum Work {
        FETCHING,
        CHECKING,
        PACKING
    }

    /// Work on a file begins.
    default void begins(Work work, String file) {}

    /// How far it is; called often.
    default void at(Work work, String file, long bytes, long of) {}

    /// Bytes begin to come from `url`, `have` of them being here from an earlier attempt.
    default void comes(URI url, long have) {}

    /// Something that a user may want to know: an attempt that failed, a wait.
    default void note(String sentence) {}
}
