package dev.thalweg.report.tensorboard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// One of TensorBoard's event files: `Event` messages (tensorflow/core/util/event.proto), each framed as
/// a TFRecord:
///
///     uint64 length      uint32 masked CRC-32C of those eight bytes
///     byte[length] data  uint32 masked CRC-32C of the data              all little-endian
///
/// Records are collected in memory and written when there are 64 kB of them, when [#flush] is called, or
/// by the first event that comes five seconds after the last write: TensorBoard follows a file as it
/// grows, and understands one that ends in the middle of a record.
///
/// Not for use by several threads at once.
final class EventFile implements AutoCloseable {
    private static final int CAPACITY = 1 << 16;
    private static final long LATEST_NANOS = 5_000_000_000L;

    /// Fields of `Event`.
    private static final int WALL_TIME = 1, STEP = 2, FILE_VERSION = 3, SUMMARY = 5, SESSION_LOG = 7;
    /// Of `SessionLog`: its field `status`, and the value `START`.
    private static final int STATUS = 1, START = 1;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer pending = ByteBuffer.allocate(CAPACITY).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C crc = new CRC32C();
    private final Message event = new Message();
    private long lastWrite = System.nanoTime();
    private int summary;

    private EventFile(Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        begin(0);
        event.text(FILE_VERSION, "brain.Event:2");
        frame();
    }

    /// A new file in `folder`, which is created if need be. TensorBoard reads a folder's files in the
    /// order of their names, so the time comes first.
    static EventFile create(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (long seconds = System.currentTimeMillis() / 1000; ; seconds++) {
            var path = folder.resolve("events.out.tfevents.%010d.%s.%d"
                    .formatted(seconds, host(), ProcessHandle.current().pid()));
            if (!Files.exists(path)) return new EventFile(path);
        }
    }

    /// Whether `folder` has event files already.
    static boolean any(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return false;
        try (var files = Files.newDirectoryStream(folder, "*tfevents*")) {
            return files.iterator().hasNext();
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    Path path() {
        return path;
    }

    /// Says that whatever earlier files have of `step` and later steps was lost, and is done again.
    void purge(long step) throws IOException {
        begin(step);
        int log = event.begin(SESSION_LOG);
        event.integer(STATUS, START).end(log);
        frame();
    }

    /// Begins an event with a summary: the returned message takes its values, [#write] ends it.
    Message summary(long step) {
        begin(step);
        summary = event.begin(SUMMARY);
        return event;
    }

    /// Ends the event that [#summary] began.
    void write() throws IOException {
        event.end(summary);
        frame();
    }

    private void begin(long step) {
        event.clear().float64(WALL_TIME, System.currentTimeMillis() / 1000.0);
        if (step != 0) event.integer(STEP, step);
    }

    private void frame() throws IOException {
        int size = event.size();
        if (pending.remaining() < size + 16) flush();
        if (size + 16 > CAPACITY) {
            var large = ByteBuffer.allocate(size + 16).order(ByteOrder.LITTLE_ENDIAN);
            frame(large);
            write(large);
        } else {
            frame(pending);
            if (System.nanoTime() - lastWrite > LATEST_NANOS) flush();
        }
    }

    private void frame(ByteBuffer out) {
        int start = out.position();
        out.putLong(event.size());
        out.putInt(masked(out.array(), start, 8));
        out.put(event.bytes(), 0, event.size());
        out.putInt(masked(event.bytes(), 0, event.size()));
    }

    private int masked(byte[] bytes, int from, int count) {
        crc.reset();
        crc.update(bytes, from, count);
        return mask((int) crc.getValue());
    }

    /// A CRC as TFRecords store it, so that the CRC of data that holds CRCs stays a good one: rotated
    /// right by 15 bits, plus a constant.
    static int mask(int crc) {
        return Integer.rotateRight(crc, 15) + 0xa282ead8;
    }

    /// Hands everything to the system.
    void flush() throws IOException {
        write(pending);
        pending.clear();
        lastWrite = System.nanoTime();
    }

    private void write(ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) channel.write(buffer);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
        }
    }
}
