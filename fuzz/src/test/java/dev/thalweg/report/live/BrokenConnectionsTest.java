package dev.thalweg.report.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that runs for as long as a training may keep nothing of the browsers that went away in the middle.
class BrokenConnectionsTest {
    private static final int BROWSERS = 200;
    private static final Pattern CONNECTIONS =
            Pattern.compile("(\\d+) +\\d+ +sun\\.net\\.httpserver\\.HttpConnection ");

    @TempDir
    Path folder;

    private final Board board = new Board();
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LiveServer(0, board, new Follower(new RunFolder(folder), board, state -> "running"), "run", null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        var socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        // Closed by a reset, as the system does for a browser that was ended.
        socket.setSoLinger(true, 0);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private void sendToTheEnd(String request) throws IOException {
        for (int browser = 0; browser < BROWSERS; browser++)
            try (var socket = connect()) {
                socket.getOutputStream().write(request.getBytes(UTF_8));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (SocketException e) {
                // The server has closed it first.
            }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{",
                "POST /control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n{",
                "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "GET / HTTP/1.1\r\nHost: elsewhere\r\nTransfer-Encoding: chunked\r\n\r\nfive",
                "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabc",
                "HEAD / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabc"
            })
    void requestsThatEndTooEarlyAreForgotten(String request) throws Exception {
        sendToTheEnd(request);
        assertNoneIsLeft();
    }

    @Test
    void requestsThatAreTooLongAreForgotten() throws Exception {
        sendToTheEnd("POST /control HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n" + "x".repeat(5000));
        assertNoneIsLeft();
    }

    /// A page that is closed, or loaded again.
    @Test
    void readersOfEventsThatLeaveAreForgotten() throws Exception {
        for (int browser = 0; browser < BROWSERS; browser++)
            try (var socket = connect()) {
                socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
        assertNoneIsLeft();
    }

    /// The server hears of it when it next writes, or reads, to a browser.
    private void assertNoneIsLeft() throws Exception {
        long end = System.nanoTime() + 10_000_000_000L;
        int left;
        do {
            board.put(Map.of("epochs", "[" + System.nanoTime() + "]"));
            left = connections();
        } while (left > BROWSERS / 10 && System.nanoTime() < end);
        // A few that still wait for the next request.
        assertThat(left).isLessThanOrEqualTo(BROWSERS / 10);
    }

    /// Those that live after a collection, by the virtual machine's own count of objects.
    private static int connections() throws Exception {
        String classes = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        var line = CONNECTIONS.matcher(classes);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }
}
