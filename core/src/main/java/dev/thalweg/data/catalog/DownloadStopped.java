package dev.thalweg.data.catalog;

import java.io.IOException;

/// Fetching was asked to stop. What has come so far is kept, and fetching again goes on from there.
public final class DownloadStopped extends IOException {
    private static final long serialVersionUID = 1;

    DownloadStopped() {
        super("stopped; what has come so far is kept, and the same command goes on from there");
    }
}
