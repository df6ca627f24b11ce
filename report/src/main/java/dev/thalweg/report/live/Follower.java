package dev.thalweg.report.live;

import dev.thalweg.report.Page;
import dev.thalweg.report.Run;
import dev.thalweg.report.RunReport;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Keeps a [Board] up to date with the files in a run's folder, on a thread of its own. It looks at the files only
/// while somebody reads the board, reads them only when one has changed, and rests 200 times as long as a reading took,
/// ten seconds at most.
final class Follower implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;
    private static final long SHORTEST_REST = 1_000_000_000L, LONGEST_REST = 10_000_000_000L;
    private static final long REST_FACTOR = 200;

    private final RunFolder folder;
    private final Board board;
    private final UnaryOperator<String> state;
    private final Thread thread;
    private @Nullable Map<Path, String> stamps; // null before the first reading
    private String lastState = "running";
    private long nextReading = System.nanoTime();

    /// @param state what the page says of the run's state, given what the files say of it
    Follower(RunFolder folder, Board board, UnaryOperator<String> state) {
        this.folder = folder;
        this.board = board;
        this.state = state;
        thread = Thread.ofVirtual().name("live").unstarted(this::follow);
    }

    void start() {
        thread.start();
    }

    private void follow() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (board.isRead() && System.nanoTime() >= nextReading) refresh();
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                // Somebody writes to the file that was read: the next time it will be whole.
            }
        }
    }

    /// Brings the board up to date now.
    ///
    /// @throws IOException if the files cannot be read, which may be otherwise a moment later
    synchronized void refresh() throws IOException {
        var now = stamps();
        boolean changed = !now.equals(stamps);
        if (changed) {
            long begin = System.nanoTime();
            var run = new RunReport(folder).read();
            board.put(parts(run));
            // The first reading loads classes, which says nothing of the next one.
            long took = stamps == null ? 0 : System.nanoTime() - begin;
            nextReading = System.nanoTime() + Math.clamp(REST_FACTOR * took, SHORTEST_REST, LONGEST_REST);
            stamps = now;
            lastState = run.state();
        }
        board.put(Map.of("state", Page.json(state.apply(lastState))));
    }

    /// The components of `run`, each as JSON; the state is told apart.
    private static Map<String, String> parts(Run run) {
        var parts = new LinkedHashMap<String, String>();
        for (var component : Run.class.getRecordComponents()) {
            if (component.getName().equals("state")) continue;
            try {
                parts.put(component.getName(), Page.json(component.getAccessor().invoke(run)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return parts;
    }

    /// When the files changed last. Checkpoints and models change often and are not on the page.
    private Map<Path, String> stamps() throws IOException {
        var stamps = new TreeMap<Path, String>();
        try (var files = Files.newDirectoryStream(folder.path(), "[!.]*.{json,jsonl,csv,png,jpg}")) {
            for (var file : files) stamps.put(file, Files.getLastModifiedTime(file) + " " + Files.size(file));
        }
        return stamps;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
