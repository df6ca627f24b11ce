package dev.thalweg.data;

import dev.thalweg.tensor.Require;

/// Where in its endless succession of epochs a loader is.
///
/// @param epoch from 0
/// @param batch from 0, within the epoch
public record Position(int epoch, int batch) {
    public static final Position START = new Position(0, 0);

    public Position {
        Require.that(epoch >= 0 && batch >= 0, "a position must be at least (0, 0), got (%s, %s)", epoch, batch);
    }
}
