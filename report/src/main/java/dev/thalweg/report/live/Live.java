package dev.thalweg.report.live;

import dev.thalweg.report.Page;
import dev.thalweg.train.Control;
import dev.thalweg.train.EpochReport;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The page of a run, served by the process that trains it.
public final class Live implements Listener, Closeable {
    /// Where the page is looked for first.
    public static final int PORT = 8077;

    private static final long PULSE_NANOS = 500_000_000L;

    private final Trainer trainer;
    private final Board board = new Board();
    private final Follower follower;
    private final LiveServer server;
    private final Consumer<String> say;
    private volatile String state = "running";
    private @Nullable Progress progress;
    private long lastPulse;

    private Live(Trainer trainer, int port, boolean control, Consumer<String> say) throws IOException {
        this.trainer = trainer;
        this.say = say;
        follower = new Follower(trainer.folder(), board, files -> state);
        String name = String.valueOf(
                trainer.folder().path().toAbsolutePath().normalize().getFileName());
        server = new LiveServer(port, board, follower, name, control ? trainer.controls() : null);
    }

    /// Serves at [#PORT], or, where that is taken, at any other.
    ///
    /// @param control whether the page has handles
    /// @param say hears where the page is
    public static Live anywhere(Trainer trainer, boolean control, Consumer<String> say) throws IOException {
        try {
            return new Live(trainer, PORT, control, say);
        } catch (BindException e) {
            return new Live(trainer, 0, control, say);
        }
    }

    /// Serves at `port`; 0 for any that is free.
    ///
    /// @throws BindException if it is taken
    public static Live at(int port, Trainer trainer, boolean control, Consumer<String> say) throws IOException {
        return new Live(trainer, port, control, say);
    }

    /// The page's.
    public URI address() {
        return server.address();
    }

    @Override
    public void started(Progress progress) {
        this.progress = progress;
        follower.start();
        say.accept("Live at " + address());
    }

    @Override
    public void step(Progress progress) {
        long now = System.nanoTime();
        if (now - lastPulse < PULSE_NANOS || !board.isRead()) return;
        lastPulse = now;
        pulse();
    }

    private void pulse() {
        if (progress != null) board.pulse(Page.json(Pulse.of(progress, trainer.controls())));
    }

    @Override
    public void epoch(EpochReport report) {
        pulse();
    }

    @Override
    public void controlled(Control control) {
        state = trainer.controls().paused() ? "paused" : "running";
        show();
        pulse();
    }

    @Override
    public void finished(Result result) {
        state = result.ended().name().toLowerCase(Locale.ROOT);
        pulse();
    }

    private void show() {
        try {
            follower.refresh();
        } catch (IOException e) {
            // The follower tries again.
        }
    }

    /// Shows the last of it, then ends. To be called when the run's files are all written.
    @Override
    public void close() {
        if (state.equals("running") || state.equals("paused")) state = "died"; // no result: something went wrong
        follower.close();
        show();
        server.close();
    }
}
