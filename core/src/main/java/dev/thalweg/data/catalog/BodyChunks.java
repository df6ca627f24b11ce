package dev.thalweg.data.catalog;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A response's body, one piece at a time, with an end to patience: a plain input stream would wait for ever
/// on a connection that has gone silent, and would not hear that it is to stop.
final class BodyChunks implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
    /// Milliseconds between two looks whether to stop.
    private static final long LOOK = 100;

    private sealed interface Event {}

    private record Piece(List<ByteBuffer> buffers) implements Event {}

    private record Failed(Throwable cause) implements Event {}

    private record Complete() implements Event {}

    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Duration patience;
    private final BooleanSupplier stopped;
    private volatile Flow.@Nullable Subscription subscription;

    BodyChunks(Flow.Publisher<List<ByteBuffer>> body, Duration patience, BooleanSupplier stopped) {
        this.patience = patience;
        this.stopped = stopped;
        body.subscribe(this);
    }

    /// The next piece, or null at the end.
    @Nullable
    List<ByteBuffer> next() throws IOException, InterruptedException {
        for (long looks = Math.max(1, patience.toMillis() / LOOK); looks > 0; looks--) {
            if (stopped.getAsBoolean()) throw new DownloadStopped();
            var event = events.poll(LOOK, TimeUnit.MILLISECONDS);
            switch (event) {
                case null -> {}
                case Piece(var buffers) -> {
                    request();
                    return buffers;
                }
                case Complete() -> {
                    return null;
                }
                case Failed(var cause) -> throw cause instanceof IOException e ? e : new IOException(cause);
            }
        }
        throw new HttpTimeoutException("nothing came for %d seconds".formatted(patience.toSeconds()));
    }

    private void request() {
        var current = subscription;
        if (current != null) current.request(1);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Piece(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        events.add(new Failed(cause));
    }

    @Override
    public void onComplete() {
        events.add(new Complete());
    }

    /// Gives the connection up unless the body has come whole.
    @Override
    public void close() {
        var current = subscription;
        if (current != null) current.cancel();
    }
}
