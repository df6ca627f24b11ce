package dev.thalweg.bench;

import java.io.IOException;

/// A process that keeps one core busy until it is closed, or this process has ended.
final class Contender implements AutoCloseable {
    /// Looks every now and then whether its parent is still there.
    private static final String LOOP =
            "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; done";

    private final Process process;

    Contender() throws IOException {
        process = new ProcessBuilder("sh", "-c", LOOP)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
