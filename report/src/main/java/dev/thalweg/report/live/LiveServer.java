package dev.thalweg.report.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.thalweg.report.Page;
import dev.thalweg.train.Controls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Serves the page of a run to browsers on this machine, and brings it up to date by server-sent events.
///
/// - It listens on the loopback address only, and answers only requests for `localhost`, `127.0.0.1` or `[::1]`: a
///   page from elsewhere whose name was made to point here ("DNS rebinding") is refused.
/// - Other origins can read nothing, and the page may not be framed.
/// - With [Controls], a POST to `/control` has an effect if it carries the token that was made for this server and
///   stands in the page. Without them there is no such place.
///
/// `/events` sends `run` (parts that have changed, with an id by which a browser goes on where it left off), `pulse`,
/// and `over` when nothing more will come.
final class LiveServer implements AutoCloseable {
    private static final Pattern OWN_NAME = Pattern.compile("(?i)(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");
    private static final int LARGEST_REQUEST = 1000;
    /// A sign of life where there is no news.
    private static final long QUIET_MILLIS = 15_000;

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Board board;
    private final Follower follower;
    private final String name;
    private final @Nullable Controls controls;
    /// Tells this server from an earlier one at the same address.
    private final String instance = random(8);

    private final String token = random(24);

    /// @param port 0 for any that is free
    /// @param name of the run
    /// @param controls null for a page that only shows
    /// @throws java.net.BindException if the port is taken
    LiveServer(int port, Board board, Follower follower, String name, @Nullable Controls controls) throws IOException {
        this.board = board;
        this.follower = follower;
        this.name = name;
        this.controls = controls;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    private static String random(int bytes) {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    URI address() {
        return URI.create("http://127.0.0.1:%s/".formatted(http.getAddress().getPort()));
    }

    /// @throws IOException if the browser went away: the JDK's server, which tells nobody, forgets a connection that
    ///     broke only if its handler says so
    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            // Read before anything else: a body that ends too early would be noticed by close(), which says nothing.
            byte[] request = exchange.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
            var headers = exchange.getResponseHeaders();
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Content-Security-Policy", "frame-ancestors 'none'");
            String host = exchange.getRequestHeaders().getFirst("Host");
            String origin = exchange.getRequestHeaders().getFirst("Origin");
            if (host == null || !OWN_NAME.matcher(host).matches())
                answer(exchange, 403, "this server answers to localhost, 127.0.0.1 and [::1] only");
            else if (origin != null && !origin.equals("http://" + host))
                answer(exchange, 403, "this server answers to its own page only");
            else route(exchange, request);
            if (request.length > LARGEST_REQUEST) throw new IOException("the rest of the request is not read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void route(HttpExchange exchange, byte[] request) throws IOException, InterruptedException {
        String what =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        switch (what) {
            case "GET /", "HEAD /" -> page(exchange);
            case "GET /events" -> events(exchange);
            case "POST /control" -> control(exchange, request);
            default -> answer(exchange, 404, "there is nothing here");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (!exchange.getResponseHeaders().containsKey("Content-Type"))
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        boolean headOnly = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, headOnly ? -1 : bytes.length);
        if (!headOnly) exchange.getResponseBody().write(bytes);
    }

    private void page(HttpExchange exchange) throws IOException {
        follower.refresh();
        var news = board.all();
        String script = "const live = {instance: \"%s\", version: %s, token: %s};\n%s"
                .formatted(
                        instance, news.version(), controls == null ? "null" : "\"" + token + "\"", resource("live.js"));
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        answer(exchange, 200, Page.html(name, news.parts(), script, "'self'"));
    }

    private static String resource(String name) throws IOException {
        try (var in = LiveServer.class.getResourceAsStream(name)) {
            if (in == null) throw new IOException("the resource " + name + " is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Ends when the run does, or when the browser goes away.
    private void events(HttpExchange exchange) throws IOException, InterruptedException {
        long version = known(exchange);
        long pulses = 0;
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        var out = exchange.getResponseBody();
        board.enter();
        try {
            send(out, "event: hello\ndata: %s\nretry: 1000\n\n".formatted(instance));
            while (true) {
                var news = board.await(version, pulses, QUIET_MILLIS);
                if (!news.parts().isEmpty())
                    send(out, "event: run\nid: %s-%s\ndata: %s\n\n".formatted(instance, news.version(), news.parts()));
                if (!news.pulse().isEmpty()) send(out, "event: pulse\ndata: %s\n\n".formatted(news.pulse()));
                if (news.parts().isEmpty() && news.pulse().isEmpty()) send(out, ":\n\n");
                version = news.version();
                pulses = news.pulses();
                if (news.over()) {
                    send(out, "event: over\ndata: over\n\n");
                    return;
                }
            }
        } finally {
            board.leave();
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// The version that the browser has: by the last event's id when it comes back, else by the page it was in.
    private long known(HttpExchange exchange) {
        String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        if (id == null) id = String.valueOf(exchange.getRequestURI().getQuery());
        return id.matches(Pattern.quote(instance) + "-\\d{1,18}")
                ? Long.parseLong(id.substring(instance.length() + 1))
                : 0;
    }

    private void control(HttpExchange exchange, byte[] request) throws IOException {
        if (controls == null) {
            answer(exchange, 403, "this page only shows the run; train with --control to steer it");
            return;
        }
        String given = exchange.getRequestHeaders().getFirst("X-Thalweg-Token");
        if (given == null
                || !MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
            answer(exchange, 403, "the page is not of this run's process; load it again");
            return;
        }
        if (request.length > LARGEST_REQUEST) answer(exchange, 413, "the request is too long");
        else
            try {
                answer(exchange, 200, Handles.obey(controls, request));
            } catch (IllegalArgumentException e) {
                answer(exchange, 400, String.valueOf(e.getMessage()));
            }
    }

    /// Tells everybody that it is over, and does not wait for long until they have heard it.
    @Override
    public void close() {
        board.end();
        try {
            board.awaitLeaving(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.stop(0);
        threads.shutdownNow();
    }
}
