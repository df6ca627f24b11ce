package dev.thalweg.report.live;

import dev.thalweg.train.RunFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;

/// The page of a run that another process trains, or has trained: it follows the files.
public final class Watch implements Closeable {
    private final Follower follower;
    private final LiveServer server;

    private Watch(RunFolder folder, int port) throws IOException {
        var board = new Board();
        follower = new Follower(folder, board, files -> state(folder, files));
        follower.refresh(); // whatever is wrong with the folder is said now
        String name = String.valueOf(folder.path().toAbsolutePath().normalize().getFileName());
        server = new LiveServer(port, board, follower, name, null);
        follower.start();
    }

    /// Serves the run in `folder` at [Live#PORT], or, where that is taken, at any other.
    ///
    /// @throws IOException if there is no run in it, or a file is damaged
    public static Watch anywhere(RunFolder folder) throws IOException {
        try {
            return new Watch(folder, Live.PORT);
        } catch (BindException e) {
            return new Watch(folder, 0);
        }
    }

    /// Serves at `port`; 0 for any that is free.
    ///
    /// @throws BindException if it is taken
    public static Watch at(int port, RunFolder folder) throws IOException {
        folder.requireRun();
        return new Watch(folder, port);
    }

    /// A result that an earlier process left says nothing of the one that is at work; where none is, and none left a
    /// result, it did not get that far.
    private static String state(RunFolder folder, String files) {
        try {
            if (folder.inUse()) return "running";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.equals("running") ? "died" : files;
    }

    /// The page's.
    public URI address() {
        return server.address();
    }

    @Override
    public void close() {
        follower.close();
        server.close();
    }
}
