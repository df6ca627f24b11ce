package dev.thalweg.report.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.thalweg.train.RunFolder;
import dev.thalweg.train.TrainTargets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.Map;

/// Sends bytes to a server of a run that is over, as anybody on this machine may.
final class Requests {
    /// An answer takes a few; on a machine that others use, it may have to wait for a processor.
    private static final int PATIENCE_MILLIS = 20_000;

    private static final LiveServer SERVER = server();

    private Requests() {}

    private static LiveServer server() {
        try {
            var folder = new RunFolder(Files.createTempDirectory("fuzz"));
            folder.path().toFile().deleteOnExit();
            var board = new Board();
            board.put(Map.of("state", "\"over\""));
            board.end();
            var follower = new Follower(folder, board, state -> state);
            return new LiveServer(0, board, follower, "run", TrainTargets.controls());
        } catch (IOException e) {
            throw new AssertionError("a server on this machine needs nothing", e);
        }
    }

    /// @throws IllegalArgumentException if it is refused, or left without an answer
    /// @throws AssertionError if the server breaks or hangs
    static void send(byte[] request) throws IOException {
        String answer = answer(request);
        if (!answer.isEmpty() && !answer.startsWith("HTTP/1.1 "))
            throw new AssertionError("answered without a status: " + answer);
        if (answer.startsWith("HTTP/1.1 500")) throw new AssertionError("the server is broken: " + answer);
        if (!answer.isEmpty() && !answer.startsWith("HTTP/1.1 2"))
            throw new IllegalArgumentException(
                    "answered by " + answer.lines().findFirst().orElseThrow());
        if (answer.isEmpty()) throw new IllegalArgumentException("no answer");
    }

    private static String answer(byte[] request) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            // Otherwise each connection would take a port for a minute.
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException e) {
            return ""; // the server has closed the connection
        }
    }
}
