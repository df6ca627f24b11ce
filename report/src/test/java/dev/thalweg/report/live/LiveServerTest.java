package dev.thalweg.report.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.report.SmallRuns;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests as bytes, as no well-behaved client would send them.
class LiveServerTest {
    @TempDir
    Path folder;

    private final Board board = new Board();
    private Trainer trainer;
    private Follower follower;
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        trainer = Trainer.start(SmallRuns.recipe(folder), folder.resolve("run"));
        follower = new Follower(trainer.folder(), board, files -> "running");
        server = new LiveServer(0, board, follower, "run", trainer.controls());
    }

    @AfterEach
    void stop() {
        server.close();
        trainer.close();
    }

    /// An answer's status line and headers, and its body.
    private record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.split(" ")[1]);
        }
    }

    private static Answer ask(LiveServer server, String request) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int gap = all.indexOf("\r\n\r\n");
            return new Answer(all.substring(0, gap), all.substring(gap + 4));
        }
    }

    private Answer get(String path, String host, String more) throws IOException {
        return ask(server, "GET %s HTTP/1.1\r\nHost: %s\r\n%sConnection: close\r\n\r\n".formatted(path, host, more));
    }

    private Answer control(LiveServer server, String headers, String body) throws IOException {
        return ask(
                server,
                "POST /control HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %s\r\nConnection: close\r\n\r\n%s"
                        .formatted(headers, body.getBytes(StandardCharsets.UTF_8).length, body));
    }

    private String token() throws IOException {
        String page = get("/", "localhost", "").body();
        int at = page.indexOf("token: \"") + 8;
        return page.substring(at, page.indexOf('"', at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LocalHost:8077", "127.0.0.1:1", "[::1]:8077"})
    void itAnswersToItsOwnNames(String host) throws IOException {
        var answer = get("/", host, "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("<script type=\"application/json\" id=\"run\">{\"");
        assertThat(answer.head())
                .containsIgnoringCase("X-Content-Type-Options: nosniff")
                .containsIgnoringCase("Content-Security-Policy: frame-ancestors 'none'")
                .containsIgnoringCase("Cross-Origin-Resource-Policy: same-origin")
                .doesNotContainIgnoringCase("Access-Control");
        assertThat(answer.body()).contains("connect-src 'self'");
    }

    /// Names that an attacker's server could have given to this address.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example:80",
                "169.254.1.1",
                "localhost@evil",
                "\"\""
            })
    void itAnswersToNoOtherName(String host) throws IOException {
        for (var path : new String[] {"/", "/events"}) {
            var answer = get(path, host, "");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("this server answers to localhost, 127.0.0.1 and [::1] only");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://localhost"})
    void otherOriginsAreRefused(String origin) throws IOException {
        var answer =
                control(server, "Origin: " + origin + "\r\nX-Thalweg-Token: " + token() + "\r\n", "{\"do\":\"stop\"}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("this server answers to its own page only");
        assertThat(get("/", "localhost", "Origin: http://localhost\r\n").status())
                .isEqualTo(200);
    }

    @Test
    void withoutTheTokenNothingIsDone() throws IOException {
        for (var token : new String[] {"", "X-Thalweg-Token: \r\n", "X-Thalweg-Token: " + "0".repeat(48) + "\r\n"}) {
            var answer = control(server, token, "{\"do\":\"stop-after-epoch\"}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("the page is not of this run's process; load it again");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                    | the request does not say what to do",
                "{} {}                                 | the request is not JSON: expected nothing after its end",
                "0x6f                                  | the request is not JSON: Unexpected character ('x' (code 120))",
                "{\"do\":1}                            | the request does not say what to do",
                "{\"do\":\"stopp\"}                    | there is no action 'stopp'; did you mean 'stop'? Known are: pause, proceed, stop-after-epoch, stop, learning-rate",
                "{\"do\":\"learning-rate\"}            | the factor of the learning rate must be a number, got none",
                "{\"do\":\"learning-rate\",\"value\":\"2\"} | the factor of the learning rate must be a number, got \"2\"",
                "{\"do\":\"learning-rate\",\"value\":-1}   | the factor of the learning rate must be in (0, 1000], got -1.0",
                "{\"do\":\"learning-rate\",\"value\":1e9}  | the factor of the learning rate must be in (0, 1000], got 1.0E9"
            })
    void whatIsRefusedIsRefusedInASentence(String body, String sentence) throws IOException {
        var answer = control(server, "X-Thalweg-Token: " + token() + "\r\n", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(sentence);
    }

    @Test
    void aFactorBeyondTheRangeOfDoublesIsRefused() throws IOException {
        var body = "{\"do\":\"learning-rate\",\"value\":1" + "0".repeat(400) + "}";
        var answer = control(server, "X-Thalweg-Token: " + token() + "\r\n", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("the factor of the learning rate must be in (0, 1000], got Infinity");
    }

    @Test
    void requestsAreShort() throws IOException {
        var token = "X-Thalweg-Token: " + token() + "\r\n";
        assertThat(control(server, token, "x".repeat(1001)).body()).isEqualTo("the request is too long");
        assertThat(control(server, token, "pause").body()).startsWith("the request is not JSON: ");
    }

    @Test
    void aPageThatOnlyShowsHasNoHandles() throws IOException {
        try (var other = new LiveServer(0, board, follower, "run", null)) {
            var answer = control(other, "X-Thalweg-Token: null\r\n", "{\"do\":\"stop\"}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("this page only shows the run; train with --control to steer it");
        }
    }

    @Test
    void whoAsksForTheHeadAloneGetsIt() throws IOException {
        var answer = ask(server, "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head()).containsIgnoringCase("Content-Type: text/html; charset=utf-8");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void thereIsNothingElse() throws IOException {
        for (var path : new String[] {"/recipe.json", "/../run.json", "/events/x", "/control"})
            assertThat(get(path, "localhost", "").status()).as(path).isEqualTo(404);
    }

    /// A browser that comes back says which event was its last, and gets what has changed since.
    @Test
    void whoComesBackGetsWhatChanged() throws IOException {
        board.put(Map.of("name", "\"a\"", "epochs", "[]"));
        String page = get("/", "localhost", "").body();
        int at = page.indexOf("instance: \"") + 11;
        String instance = page.substring(at, page.indexOf('"', at));
        long version = board.all().version();
        board.put(Map.of("epochs", "[1]"));
        board.end();

        String since = get("/events", "localhost", "Last-Event-ID: %s-%s\r\n".formatted(instance, version))
                .body();
        assertThat(events(since))
                .contains("event: run\nid: %s-%s\ndata: {\"epochs\":[1]}\n\n".formatted(instance, version + 1))
                .contains("event: hello\ndata: " + instance)
                .endsWith("event: over\ndata: over\n\n");
        assertThat(events(get("/events?%s-%s".formatted(instance, version), "localhost", "")
                        .body()))
                .contains("data: {\"epochs\":[1]}\n\n");
        // Of another server, or of none: everything.
        for (var id : new String[] {"Last-Event-ID: 0123456789abcdef-5\r\n", "Last-Event-ID: x\r\n", ""})
            assertThat(events(get("/events", "localhost", id).body())).contains("\"epochs\":[1]", "\"recipe\":{");
        assertThat(events(get("/events", "localhost", "Last-Event-ID: %s-%s\r\n".formatted(instance, version + 1))
                        .body()))
                .doesNotContain("event: run");
    }

    /// The chunks' sizes left out.
    private static String events(String chunked) {
        return chunked.replaceAll("(?m)^[0-9a-f]+\r\n", "").replace("\r\n", "");
    }

    @Test
    void newsArrivesAsItComes() throws IOException {
        board.put(Map.of("epochs", "[]"));
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream()
                    .write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.lines().anyMatch(line -> line.contains("\"epochs\":[]")))
                    .isTrue();
            assertThat(board.isRead()).isTrue();
            board.pulse("{\"step\":7}");
            assertThat(lines.lines().anyMatch(line -> line.equals("data: {\"step\":7}")))
                    .isTrue();
            board.put(Map.of("epochs", "[2]"));
            assertThat(lines.lines().anyMatch(line -> line.equals("data: {\"epochs\":[2]}")))
                    .isTrue();
        }
    }

    @Test
    void aPortIsTakenOnce() {
        assertThatThrownBy(() -> Live.at(server.address().getPort(), trainer, false, sentence -> {}))
                .isInstanceOf(BindException.class);
        assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void whatIsNoRunCannotBeWatched() throws IOException {
        var empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> Watch.at(0, new RunFolder(empty)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(empty + ": there is no run in this folder: it has no recipe.json");
        var file = Files.writeString(empty.resolve("file"), "x");
        assertThatThrownBy(() -> Watch.at(0, new RunFolder(file)))
                .hasMessage(file + ": expected the folder of a run, found a file");
    }

    /// In use by a trainer of this process; then by nobody.
    @Test
    void aWatcherKnowsWhetherSomebodyTrains() throws IOException {
        assertThat(trainer.folder().inUse()).isTrue();
        try (var watch = Watch.at(0, trainer.folder())) {
            assertThat(watch.address().getPort()).isPositive();
        }
        var left = RunFolder.create(folder.resolve("left"));
        RecipeFile.write(left.recipe(), trainer.recipe());
        assertThat(left.inUse()).isFalse();
    }
}
