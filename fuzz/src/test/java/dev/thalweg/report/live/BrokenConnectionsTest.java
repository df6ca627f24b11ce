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
/// Among the parsers' tests, since those are no module, which would have to read `java.management`.
class BrokenConnectionsTest {
    private static final int BROWSERS = 200;
    /// Connections of other tests' servers, or idle until the next request.
    private static final int STILL_OPEN = 20;
    private static final int MOST_NEWS = 300;
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

    /// The server hears of a reader that left when it writes to it, and lets go of a connection after it has closed it:
    /// so news goes out and is counted again, as often as it takes, with an end.
    private void assertNoneIsLeft() throws Exception {
        int left = BROWSERS;
        for (int news = 0; news < MOST_NEWS && left > STILL_OPEN; news++) {
            board.put(Map.of("epochs", "[" + news + "]"));
            left = connections();
        }
        assertThat(left).isLessThanOrEqualTo(STILL_OPEN);
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
