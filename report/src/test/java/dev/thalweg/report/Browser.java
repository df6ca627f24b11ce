package dev.thalweg.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A Chromium without a window, driven by its debugging protocol (chromedevtools.github.io). What the page shows is
/// waited for, never slept for.
public final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

    private Browser(Process process, URI address) {
        this.process = process;
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, new Answers())
                .join();
    }

    /// Where there is one on this machine.
    public static Optional<Path> find() {
        for (var folder : System.getenv("PATH").split(":"))
            for (var name : NAMES)
                if (Files.isExecutable(Path.of(folder, name))) return Optional.of(Path.of(folder, name));
        return Optional.empty();
    }

    /// @param profile an empty folder
    public static Browser start(Path executable, Path profile) throws IOException {
        var process = new ProcessBuilder(
                        executable.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--window-size=1200,1600",
                        "--user-data-dir=" + profile)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        String mark = "DevTools listening on ";
        String line;
        do line = err.readLine();
        while (line != null && !line.startsWith(mark));
        if (line == null) throw new IOException(executable + " did not start");
        Thread.ofVirtual().start(() -> err.lines().forEach(rest -> {}));
        return new Browser(process, URI.create(line.substring(mark.length())));
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                var message = JSON.readTree(text.toString());
                text.setLength(0);
                var answer = answers.remove(message.path("id").asInt(-1));
                if (answer != null) answer.complete(message);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private JsonNode call(String session, String method, ObjectNode params) {
        int id = numbers.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        answers.put(id, answer);
        var message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", params);
        if (!session.isEmpty()) message.put("sessionId", session);
        socket.sendText(message.toString(), true).join();
        var result = answer.orTimeout(60, TimeUnit.SECONDS).join();
        if (result.has("error")) throw new IllegalStateException(method + ": " + result.path("error"));
        return result.path("result");
    }

    /// A page in a tab of its own.
    public Tab open(URI address) {
        var target = call("", "Target.createTarget", JSON.createObjectNode().put("url", "about:blank"));
        var attach = JSON.createObjectNode()
                .put("targetId", target.path("targetId").asString())
                .put("flatten", true);
        var tab = new Tab(
                call("", "Target.attachToTarget", attach).path("sessionId").asString());
        call(tab.session, "Page.enable", JSON.createObjectNode());
        call(tab.session, "Page.navigate", JSON.createObjectNode().put("url", address.toString()));
        return tab;
    }

    /// One page.
    public final class Tab {
        private final String session;

        private Tab(String session) {
            this.session = session;
        }

        /// What `expression` is in the page; promises are waited for.
        public String evaluate(String expression) {
            var result = call(
                    session,
                    "Runtime.evaluate",
                    JSON.createObjectNode()
                            .put("expression", expression)
                            .put("awaitPromise", true)
                            .put("returnByValue", true));
            if (result.has("exceptionDetails"))
                throw new IllegalStateException(result.path("exceptionDetails").toString());
            return result.path("result").path("value").asString("");
        }

        /// Waits until `condition` holds in the page.
        public void await(String condition) {
            for (long end = System.nanoTime() + 180_000_000_000L; ; ) {
                try {
                    if (evaluate("Boolean(" + condition + ")").equals("true")) return;
                } catch (IllegalStateException e) {
                    // The page is being loaded.
                }
                if (System.nanoTime() > end)
                    throw new AssertionError("not within three minutes: " + condition + "\n"
                            + evaluate("document.body && document.body.innerText.slice(0, 2000)"));
                evaluate("new Promise((done) => setTimeout(done, 20))");
            }
        }

        public byte[] screenshot() {
            var picture = call(
                    session, "Page.captureScreenshot", JSON.createObjectNode().put("format", "png"));
            return Base64.getDecoder().decode(picture.path("data").asString());
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
