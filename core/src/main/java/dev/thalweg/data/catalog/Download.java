package dev.thalweg.data.catalog;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.thalweg.data.catalog.DownloadListener.Work;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Fetches one file, whatever happens on the way. Bytes go into `NAME.part` beside the file; when all are
/// there and add up to the checksum it is renamed. A part that is there already, from an attempt or a process
/// that ended early, is gone on with (RFC 9110, section 14: `Range`, with `If-Range` where the server named
/// the version), and checked as a whole.
///
/// What may pass (a broken connection, silence, status 408, 429, 5xx) is tried again after 1, 2, 4 … seconds,
/// or as long as the server asks; anything else, and what does not pass, sends it to the next address.
final class Download {
    /// Attempts at one address without any byte gained.
    private static final int ATTEMPTS = 5;

    private static final int REDIRECTS = 10;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    /// Milliseconds between two looks whether to stop.
    private static final long LOOK = 100;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

    private final HttpClient client;
    private final Pause pause;
    private final Duration patience;
    private final BooleanSupplier stopped;
    private final DownloadListener listener;

    /// @param patience how long nothing may come before the attempt has failed
    Download(HttpClient client, Pause pause, Duration patience, BooleanSupplier stopped, DownloadListener listener) {
        this.client = client;
        this.pause = pause;
        this.patience = patience;
        this.stopped = stopped;
        this.listener = listener;
    }

    /// An address that will not do: the next one may.
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        Refused(String sentence) {
            super(sentence);
        }
    }

    /// A status that may be another one later.
    private static final class Busy extends IOException {
        private static final long serialVersionUID = 1;
        final transient Duration wait;

        Busy(String sentence, Duration wait) {
            super(sentence);
            this.wait = wait;
        }
    }

    /// What goes wrong on this machine; no server can help.
    private static final class Here extends IOException {
        private static final long serialVersionUID = 1;

        Here(Path file, IOException cause) {
            super("%s could not be written: %s".formatted(file, cause.getMessage()), cause);
        }
    }

    /// Where the bytes of `target` are gathered.
    static Path part(Path target) {
        return target.resolveSibling(target.getFileName() + ".part");
    }

    /// Brings the file to `target`, whose folder must exist.
    ///
    /// @throws IOException if no address has it; the message has a sentence about each
    void fetch(RemoteFile file, Path target) throws IOException {
        Path part = part(target);
        listener.begins(Work.FETCHING, file.name());
        var failures = new ArrayList<String>();
        for (var url : file.urls()) {
            try {
                from(url, file, part);
                Files.move(part, target, ATOMIC_MOVE);
                Origin.forget(part);
                return;
            } catch (DownloadStopped | InterruptedIOException | Here e) {
                throw e;
            } catch (IOException e) {
                failures.add(e.getMessage());
                if (failures.size() < file.urls().size()) listener.note(e.getMessage() + "; trying another address");
            }
        }
        throw new IOException("%s was not fetched: %s".formatted(file.name(), String.join("; ", failures)));
    }

    /// Gathers the file in `part` from one address and checks it.
    private void from(URI url, RemoteFile file, Path part) throws IOException {
        boolean again = false;
        for (int attempt = 1; ; ) {
            long before = size(part);
            try {
                transfer(url, file, part);
                var wrong = check(file, part);
                if (wrong == null) return;
                // Bytes of an earlier attempt may belong to another version: once more, from the start.
                if (before == 0 || again) throw new Refused("%s: %s".formatted(url, wrong));
                again = true;
                listener.note("%s: %s; fetching all of it again".formatted(file.name(), wrong));
                continue;
            } catch (Refused | DownloadStopped | InterruptedIOException | Here e) {
                throw e;
            } catch (SSLHandshakeException e) {
                throw new Refused("%s: no secure connection: %s".formatted(way(url), e.getMessage()));
            } catch (IOException e) {
                if (isUnresolved(e)) throw unresolved(url);
                attempt = size(part) > before ? 1 : attempt + 1;
                String sentence = "%s: %s".formatted(way(url), describe(e));
                if (attempt > ATTEMPTS) throw new Refused(sentence);
                var wait = e instanceof Busy busy && !busy.wait.isZero()
                        ? busy.wait
                        : Duration.ofSeconds(1L << Math.max(0, attempt - 2));
                listener.note("%s; trying again in %d s".formatted(sentence, wait.toSeconds()));
                await(wait);
            }
        }
    }

    /// Where `url` is sought: its host, with the proxy that is asked for it.
    private String way(URI url) {
        var proxy = proxy(url);
        return proxy == null
                ? url.getHost()
                : "%s through the proxy %s:%d".formatted(url.getHost(), proxy.getHostString(), proxy.getPort());
    }

    /// A proxy finds out itself where a name leads.
    private Refused unresolved(URI url) {
        var proxy = proxy(url);
        return new Refused(
                proxy == null
                        ? "the name %s is not known here (is there a network, or a proxy to go through?)"
                                .formatted(url.getHost())
                        : "the name of the proxy, %s, is not known here".formatted(proxy.getHostString()));
    }

    private @Nullable InetSocketAddress proxy(URI url) {
        return client.proxy().stream()
                .flatMap(selector -> selector.select(url).stream())
                .map(Proxy::address)
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst()
                .orElse(null);
    }

    private void await(Duration wait) throws IOException {
        try {
            pause.of(wait);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (stopped.getAsBoolean()) throw new DownloadStopped();
    }

    /// What is wrong with the whole file, which is then deleted, or null.
    private @Nullable String check(RemoteFile file, Path part) throws IOException {
        listener.begins(Work.CHECKING, file.name());
        var found = Checksum.of(
                file.checksum().algorithm(),
                part,
                bytes -> listener.at(Work.CHECKING, file.name(), bytes, file.bytes()));
        if (found.equals(file.checksum())) return null;
        discard(part);
        return "expected %s %s, found %s; the file was deleted"
                .formatted(file.checksum().algorithm(), file.checksum().hex(), found.hex());
    }

    /// One attempt: afterwards `part` has the file's length.
    private void transfer(URI url, RemoteFile file, Path part) throws IOException {
        long have = size(part);
        if (have > file.bytes()) {
            listener.note("%s is longer than the file, and begun anew".formatted(part.getFileName()));
            discard(part);
            have = 0;
        }
        if (have == file.bytes()) return;
        try {
            var response = send(url, part, have);
            try (var body = new BodyChunks(response.body(), patience, stopped)) {
                long from = start(url, file, part, have, response);
                Origin.of(url, response.headers()).keep(part);
                listener.comes(response.uri(), from);
                receive(body, file, part, from);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// The first response that is no redirection.
    private HttpResponse<Flow.Publisher<List<ByteBuffer>>> send(URI url, Path part, long have)
            throws IOException, InterruptedException {
        var origin = have > 0 ? Origin.of(part) : null;
        URI at = url;
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            var request = HttpRequest.newBuilder(at)
                    .timeout(patience)
                    .header("User-Agent", "Thalweg")
                    .header("Accept-Encoding", "identity");
            if (have > 0) request.header("Range", "bytes=" + have + "-");
            if (origin != null
                    && origin.url().equals(url)
                    && !origin.validator().isEmpty()) request.header("If-Range", origin.validator());
            var response = await(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofPublisher()));
            if (!isRedirection(response.statusCode())) return response;
            new BodyChunks(response.body(), patience, stopped).close();
            at = next(at, response.headers().firstValue("Location").orElse(""));
        }
        throw new Refused("%s: more than %d redirections".formatted(url, REDIRECTS));
    }

    private <T> T await(CompletableFuture<T> response) throws IOException, InterruptedException {
        while (true) {
            try {
                return response.get(LOOK, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (stopped.getAsBoolean()) {
                    response.cancel(true);
                    throw new DownloadStopped();
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) throw io;
                throw new IOException(e.getCause());
            }
        }
    }

    private static boolean isRedirection(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /// Where a redirection leads; never from https to anything less.
    static URI next(URI at, String location) throws IOException {
        URI next;
        try {
            next = at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new Refused("%s: redirected to '%s', which is no address".formatted(at, location));
        }
        boolean safe =
                "https".equals(next.getScheme()) || ("http".equals(next.getScheme()) && "http".equals(at.getScheme()));
        if (location.isEmpty() || !safe)
            throw new Refused("%s: redirected to '%s', which is not https".formatted(at, location));
        return next;
    }

    /// The byte that the response begins with.
    private static long start(URI url, RemoteFile file, Path part, long have, HttpResponse<?> response)
            throws IOException {
        int status = response.statusCode();
        if (status == 206) {
            String range = response.headers().firstValue("Content-Range").orElse("none");
            var matcher = CONTENT_RANGE.matcher(range);
            boolean fits = matcher.matches() && matcher.group(1).equals(String.valueOf(have));
            boolean same = fits && List.of("*", String.valueOf(file.bytes())).contains(matcher.group(2));
            if (same) return have;
            discard(part);
            if (fits)
                throw new Refused(
                        "%s: expected a file of %,d bytes, found %s".formatted(url, file.bytes(), matcher.group(2)));
            throw new IOException("asked for the bytes from %d on, was sent the range '%s'".formatted(have, range));
        }
        if (status == 200) {
            long length = response.headers().firstValueAsLong("Content-Length").orElse(file.bytes());
            if (length != file.bytes())
                throw new Refused(
                        "%s: expected a file of %,d bytes, found one of %,d".formatted(url, file.bytes(), length));
            return 0;
        }
        if (status == 416) {
            discard(part);
            throw new IOException("has no bytes from %d on".formatted(have));
        }
        String answer = "answered with status " + status;
        if (status == 408 || status == 429 || status >= 500) throw new Busy(answer, retryAfter(response));
        throw new Refused("%s: %s".formatted(url, answer));
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        try {
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(0);
            return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
        } catch (NumberFormatException e) {
            return Duration.ZERO; // a date; the usual wait will do
        }
    }

    private void receive(BodyChunks body, RemoteFile file, Path part, long from)
            throws IOException, InterruptedException {
        long at = from;
        try (var channel = open(part, from)) {
            for (var buffers = body.next(); buffers != null; buffers = body.next()) {
                for (var buffer : buffers) {
                    at += buffer.remaining();
                    if (at > file.bytes()) break;
                    write(channel, buffer, part);
                }
                if (at > file.bytes()) break;
                listener.at(Work.FETCHING, file.name(), at, file.bytes());
            }
            channel.force(true);
        }
        if (at < file.bytes())
            throw new IOException("the connection ended after %,d of %,d bytes".formatted(at, file.bytes()));
        if (at > file.bytes()) {
            discard(part);
            throw new Refused("%s: expected %,d bytes, was sent more"
                    .formatted(file.urls().getFirst(), file.bytes()));
        }
    }

    private static FileChannel open(Path part, long from) throws IOException {
        try {
            var channel = FileChannel.open(part, CREATE, WRITE);
            channel.truncate(from);
            channel.position(from);
            return channel;
        } catch (IOException e) {
            throw new Here(part, e);
        }
    }

    private static void write(FileChannel channel, ByteBuffer buffer, Path part) throws IOException {
        try {
            while (buffer.hasRemaining()) channel.write(buffer);
        } catch (IOException e) {
            throw new Here(part, e);
        }
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private static void discard(Path part) throws IOException {
        Files.deleteIfExists(part);
        Origin.forget(part);
    }

    private static boolean isUnresolved(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause())
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) return true;
        return false;
    }

    /// What a network says goes wrong, where Java says nothing or only a class.
    private static String describe(IOException e) {
        if (e instanceof ConnectException) return "no connection";
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName().replace("Exception", "").toLowerCase(Locale.ROOT)
                : message;
    }

    private static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return (InterruptedIOException) new InterruptedIOException("interrupted while fetching").initCause(e);
    }
}
