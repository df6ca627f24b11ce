package dev.thalweg.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.tensor.RandomKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    private static final byte[] CONTENT = noise(100_003);
    private static final Checksum SUM = Checksum.parse("sha256:" + sha256(CONTENT));

    @TempDir
    Path folder;

    private final List<Duration> waits = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<FileServer> servers = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private HttpClient client = client(HttpClient.Builder.NO_PROXY);

    private static HttpClient client(ProxySelector proxy) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(proxy)
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        servers.forEach(FileServer::close);
    }

    private static byte[] noise(int bytes) {
        var content = new byte[bytes];
        var key = RandomKey.of(7);
        for (int i = 0; i < bytes; i++) content[i] = (byte) key.at(i);
        return content;
    }

    static String sha256(byte[] bytes) {
        return java.util.HexFormat.of()
                .formatHex(Checksum.Algorithm.SHA256.digest().digest(bytes));
    }

    private FileServer serve(FileServer.Answer... answers) throws IOException {
        var server = new FileServer(CONTENT, answers);
        servers.add(server);
        return server;
    }

    private Path target() {
        return folder.resolve("pictures.tar");
    }

    private Path part() {
        return folder.resolve("pictures.tar.part");
    }

    private void fetch(URI... urls) throws IOException {
        var listener = new DownloadListener() {
            @Override
            public void note(String sentence) {
                notes.add(sentence);
            }
        };
        new Download(client, waits::add, Duration.ofSeconds(20), stopped::get, listener)
                .fetch(new RemoteFile("pictures.tar", CONTENT.length, SUM, List.of(urls)), target());
    }

    private void leaveNothingBeside() {
        assertThat(folder).isDirectoryContaining(file -> file.equals(target()));
        assertThat(folder.toFile().list()).containsExactly("pictures.tar");
    }

    @Test
    void bringsAWholeFile() throws Exception {
        var server = serve();
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly(new FileServer.Request("GET", "/file", null, null));
        assertThat(waits).isEmpty();
        leaveNothingBeside();
    }

    @Test
    void goesOnWhereTheConnectionBroke() throws Exception {
        var server = serve();
        var cut = serve(server.cutAfter(40_000), server::whole);
        cut.etag = server.etag;
        fetch(cut.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        // How many of the bytes arrived before the break is the network's affair; none are asked for twice.
        assertThat(cut.requests).hasSize(2);
        assertThat(cut.requests.getLast().range()).matches("bytes=\\d+-");
        assertThat(cut.requests.getLast().ifRange()).isEqualTo("\"1\"");
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
        leaveNothingBeside();
    }

    @Test
    void goesOnWithWhatAnotherProcessLeft() throws Exception {
        var server = serve();
        Files.write(part(), Arrays.copyOf(CONTENT, 60_000));
        new Origin(server.url(), "\"1\"").keep(part());
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly(new FileServer.Request("GET", "/file", "bytes=60000-", "\"1\""));
        leaveNothingBeside();
    }

    @Test
    void goesOnAtAMirrorWithoutBelievingItsVersion() throws Exception {
        var mirror = serve();
        Files.write(part(), Arrays.copyOf(CONTENT, 60_000));
        new Origin(URI.create("https://elsewhere.example/file"), "\"other\"").keep(part());
        fetch(mirror.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(mirror.requests.getFirst().range()).isEqualTo("bytes=60000-");
        assertThat(mirror.requests.getFirst().ifRange()).isNull();
    }

    @Test
    void beginsAnewWhereTheServerIgnoresRanges() throws Exception {
        var server = serve();
        var plain = serve(server::withoutRanges);
        Files.write(part(), new byte[60_000]);
        fetch(plain.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(plain.requests.getFirst().range()).isEqualTo("bytes=60000-");
        assertThat(plain.requests).hasSize(1);
    }

    /// What was asked for would have been the end alone: the file from its beginning is not to be put behind it.
    @Test
    void beginsAnewWhenAnotherRangeComes() throws Exception {
        String all = "bytes 0-%d/%d".formatted(CONTENT.length - 1, CONTENT.length);
        var server = serve(
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Range", all);
                    FileServer.send(exchange, 206, CONTENT, CONTENT.length);
                },
                exchange -> FileServer.send(exchange, 200, CONTENT, CONTENT.length));
        Files.write(part(), Arrays.copyOf(CONTENT, 60_000));
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).extracting(FileServer.Request::range).containsExactly("bytes=60000-", null);
        assertThat(notes)
                .containsExactly(
                        "127.0.0.1: asked for the bytes from 60000 on, was sent the range '%s'; trying again in 1 s"
                                .formatted(all));
        leaveNothingBeside();
    }

    @Test
    void beginsAnewWhenTheFileHasChanged() throws Exception {
        var server = serve();
        server.etag = "\"2\"";
        Files.write(part(), new byte[60_000]); // of the old version
        new Origin(server.url(), "\"1\"").keep(part());
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly(new FileServer.Request("GET", "/file", "bytes=60000-", "\"1\""));
    }

    @Test
    void fetchesAllAgainWhenWhatWasLeftWasWrong() throws Exception {
        var server = serve();
        Files.write(part(), new byte[60_000]); // nobody says of which version
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).extracting(FileServer.Request::range).containsExactly("bytes=60000-", null);
        assertThat(notes).singleElement().asString().contains("fetching all of it again");
        leaveNothingBeside();
    }

    @Test
    void beginsAnewWhenThePartIsLongerThanTheFile() throws Exception {
        var server = serve();
        Files.write(part(), new byte[CONTENT.length + 1]);
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests.getFirst().range()).isNull();
        assertThat(notes).containsExactly("pictures.tar.part is longer than the file, and begun anew");
    }

    @Test
    void asksNobodyForAPartThatIsWhole() throws Exception {
        var server = serve();
        Files.write(part(), CONTENT);
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void refusesAWrongChecksumAndKeepsNothingOfIt() throws Exception {
        var wrong = new byte[CONTENT.length];
        var server = serve(exchange -> FileServer.send(exchange, 200, wrong, wrong.length));
        assertThatThrownBy(() -> fetch(server.url()))
                .hasMessage("pictures.tar was not fetched: %s: expected SHA-256 %s, found %s; the file was deleted"
                        .formatted(server.url(), SUM.hex(), sha256(wrong)));
        assertThat(server.requests).hasSize(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFileOfAnotherLengthBeforeItComes() throws Exception {
        var page = serve(exchange -> FileServer.send(exchange, 200, new byte[30], 30));
        assertThatThrownBy(() -> fetch(page.url()))
                .hasMessage("pictures.tar was not fetched: %s: expected a file of 100,003 bytes, found one of 30"
                        .formatted(page.url()));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesTheMirrorAfterA404() throws Exception {
        var gone = serve(FileServer.status(404));
        var mirror = serve();
        fetch(gone.url(), mirror.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(gone.requests).hasSize(1);
        assertThat(waits).isEmpty();
        assertThat(notes).containsExactly(gone.url() + ": answered with status 404; trying another address");
    }

    @Test
    void saysOfEveryAddressWhatWasWrong() throws Exception {
        var gone = serve(FileServer.status(404));
        var shut = serve(FileServer.status(403));
        assertThatThrownBy(() -> fetch(gone.url(), shut.url()))
                .isInstanceOf(IOException.class)
                .hasMessage("pictures.tar was not fetched: %s: answered with status 404; %s: answered with status 403"
                        .formatted(gone.url(), shut.url()));
    }

    @Test
    void waitsForAServerThatIsBusy() throws Exception {
        var server = serve();
        var busy = serve(
                FileServer.status(503),
                FileServer.status(429, "Retry-After", "7"),
                FileServer.status(500),
                server::whole);
        fetch(busy.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(4));
        assertThat(notes.getFirst()).isEqualTo("127.0.0.1: answered with status 503; trying again in 1 s");
    }

    @Test
    void givesUpOnAServerThatStaysBusy() throws Exception {
        var busy = serve(FileServer.status(503));
        assertThatThrownBy(() -> fetch(busy.url()))
                .hasMessage("pictures.tar was not fetched: 127.0.0.1: answered with status 503");
        assertThat(busy.requests).hasSize(5);
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L);
    }

    @Test
    void followsRedirections() throws Exception {
        var server = serve();
        var front = serve(FileServer.status(302, "Location", server.url().toString()));
        Files.write(part(), Arrays.copyOf(CONTENT, 50_000));
        fetch(front.url());
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(server.requests.getFirst().range()).isEqualTo("bytes=50000-");
    }

    @Test
    void refusesACircleOfRedirections() throws Exception {
        var circle = serve(FileServer.status(302, "Location", "/file"));
        assertThatThrownBy(() -> fetch(circle.url())).hasMessageEndingWith("/file: more than 10 redirections");
    }

    @Test
    void neverLeavesHttpsForLess() throws Exception {
        var at = URI.create("https://example.org/a/b");
        assertThat(Download.next(at, "/c")).hasToString("https://example.org/c");
        assertThat(Download.next(at, "https://other.example/c")).hasToString("https://other.example/c");
        assertThat(Download.next(URI.create("http://example.org/a"), "https://example.org/a")
                        .getScheme())
                .isEqualTo("https");
        for (var location : List.of("http://example.org/c", "ftp://example.org/c", "file:///etc/passwd", ""))
            assertThatThrownBy(() -> Download.next(at, location))
                    .hasMessage("https://example.org/a/b: redirected to '%s', which is not https", location);
    }

    @Test
    void goesThroughTheProxyOfTheEnvironment() throws Exception {
        var proxy = serve();
        client.close();
        client = client(new Proxies(Map.of("http_proxy", "http://127.0.0.1:" + proxy.port()), Map.of()));
        fetch(URI.create("http://data.example/file"));
        assertThat(target()).hasBinaryContent(CONTENT);
        assertThat(proxy.requests.getFirst().path()).isEqualTo("http://data.example/file");
    }

    @Test
    void stopsWhenAskedAndKeepsWhatHasCome() throws Exception {
        var server = serve();
        var slow = serve(server.cutAfter(30_000));
        stopped.set(true);
        assertThatThrownBy(() -> fetch(slow.url())).isInstanceOf(DownloadStopped.class);
        assertThat(target()).doesNotExist();
        stopped.set(false);
        fetch(server.url());
        assertThat(target()).hasBinaryContent(CONTENT);
    }

    @Test
    void saysWhenNobodyListens() throws Exception {
        var server = serve();
        var url = server.url();
        server.close();
        assertThatThrownBy(() -> fetch(url)).hasMessage("pictures.tar was not fetched: 127.0.0.1: no connection");
    }

    @Test
    void asksOnceForANameThatNobodyKnows() {
        assertThatThrownBy(() -> fetch(URI.create("https://no-such-host.invalid/file")))
                .hasMessage("pictures.tar was not fetched: the name no-such-host.invalid is not known here (is there a"
                        + " network, or a proxy to go through?)");
        assertThat(waits).isEmpty();
    }

    @Test
    void namesTheProxyThatStandsInTheWay() throws Exception {
        var server = serve();
        int port = server.port();
        server.close();
        client.close();
        client = client(new Proxies(Map.of("all_proxy", "http://127.0.0.1:" + port), Map.of()));
        assertThatThrownBy(() -> fetch(URI.create("http://data.example/file")))
                .hasMessage(
                        "pictures.tar was not fetched: data.example through the proxy 127.0.0.1:%d: no connection",
                        port);
        client.close();
        client = client(new Proxies(Map.of("all_proxy", "no-such-proxy.invalid"), Map.of()));
        assertThatThrownBy(() -> fetch(URI.create("http://data.example/file")))
                .hasMessage(
                        "pictures.tar was not fetched: the name of the proxy, no-such-proxy.invalid, is not known here");
    }

    @Test
    void choosesProxiesAsOtherProgramsDo() {
        var proxies = new Proxies(
                Map.of(
                        "https_proxy",
                        "https.example:3128",
                        "all_proxy",
                        "http://all.example",
                        "NO_PROXY",
                        ".inside.example, exact.example:81,10.0.0.1"),
                Map.of());
        assertThat(address(proxies, "https://a.example/x")).isEqualTo("https.example:3128");
        assertThat(address(proxies, "http://a.example/x")).isEqualTo("all.example:80");
        assertThat(address(proxies, "http://deep.inside.example/x")).isNull();
        assertThat(address(proxies, "http://inside.example/x")).isNull();
        assertThat(address(proxies, "http://exact.example:81/x")).isNull();
        assertThat(address(proxies, "http://exact.example:82/x")).isEqualTo("all.example:80");
        assertThat(address(proxies, "https://10.0.0.1/x")).isNull();
        assertThat(address(new Proxies(Map.of("HTTP_PROXY", "evil.example:1"), Map.of()), "http://a.example"))
                .isNull();
        assertThat(address(
                        new Proxies(Map.of("https_proxy", "p.example:1", "no_proxy", "*"), Map.of()),
                        "https://a.example"))
                .isNull();
        assertThatThrownBy(() -> address(
                        new Proxies(Map.of("https_proxy", "socks5://u:secret@p.example:1"), Map.of()),
                        "https://a.example"))
                .hasMessage("a proxy in the environment must look like http://host:port, got 'socks5://…@p.example:1'");
        for (var value : new String[] {"a b", "p.example:99999", "[::1", "u:secret@p\u0007.example:1"})
            assertThatThrownBy(() -> address(new Proxies(Map.of("https_proxy", value), Map.of()), "https://a.example"))
                    .hasMessage("a proxy in the environment must look like http://host:port, got '%s'"
                            .formatted(value.replace("u:secret", "…").replace('\u0007', '\ufffd')));
    }

    private static String address(Proxies proxies, String url) {
        var address =
                (InetSocketAddress) proxies.select(URI.create(url)).getFirst().address();
        return address == null ? null : address.getHostString() + ":" + address.getPort();
    }
}
