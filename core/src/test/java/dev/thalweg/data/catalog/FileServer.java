package dev.thalweg.data.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Serves one file on loopback, as well or as badly as a test wants. `/file` is the file, with ranges and an
/// ETag; other behaviour is a list of [Answer]s, used up one by one, the last for ever.
final class FileServer implements AutoCloseable {
    /// What to do with a request.
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /// @param path and what stood before it, as a proxy sees it
    record Request(String method, String path, String range, String ifRange) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] content;
    volatile String etag = "\"1\"";

    FileServer(byte[] content, Answer... answers) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                Answer answer;
                synchronized (requests) {
                    var headers = exchange.getRequestHeaders();
                    answer = answers.length == 0 ? this::whole : answers[Math.min(requests.size(), answers.length - 1)];
                    requests.add(new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString(),
                            headers.getFirst("Range"),
                            headers.getFirst("If-Range")));
                }
                answer.to(exchange);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port() + "/file");
    }

    /// As a good server does it.
    void whole(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        exchange.getResponseHeaders().set("ETag", etag);
        if (range == null || (ifRange != null && !ifRange.equals(etag))) {
            send(exchange, 200, content, content.length);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (from >= content.length) {
            send(exchange, 416, new byte[0], 0);
            return;
        }
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        send(exchange, 206, Arrays.copyOfRange(content, from, content.length), content.length - from);
    }

    /// The whole file whatever was asked for.
    void withoutRanges(HttpExchange exchange) throws IOException {
        send(exchange, 200, content, content.length);
    }

    /// As a good server does it, but the connection breaks after `bytes` bytes.
    Answer cutAfter(int bytes) {
        return exchange -> {
            exchange.getResponseHeaders().set("ETag", etag);
            send(exchange, 200, Arrays.copyOf(content, bytes), content.length);
        };
    }

    static Answer status(int status, String... header) {
        return exchange -> {
            for (int i = 0; i < header.length; i += 2)
                exchange.getResponseHeaders().set(header[i], header[i + 1]);
            send(exchange, status, new byte[0], 0);
        };
    }

    /// @param announced length, more than `body` has if the connection is to break
    static void send(HttpExchange exchange, int status, byte[] body, long announced) throws IOException {
        exchange.sendResponseHeaders(status, announced == 0 ? -1 : announced);
        if (announced == 0) return;
        OutputStream out = exchange.getResponseBody();
        out.write(body);
        out.flush();
        if (body.length == announced) out.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
