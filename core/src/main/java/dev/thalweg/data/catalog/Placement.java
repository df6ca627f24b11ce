package dev.thalweg.data.catalog;

import org.jspecify.annotations.Nullable;

/// Where the pictures of a published archive go, so that they lie in one folder for each class.
interface Placement {
    /// The path in the new archive of the file at `path` in the published one, or null to leave it out.
    @Nullable
    String place(String path);

    /// Pictures that must have been placed in the end; 0 if any number will do.
    default int expected() {
        return 0;
    }
}
