package dev.thalweg.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/// An independent reader: the framing as its description has it, the messages by the classes that their
/// makers generated.
final class Records {
    private Records() {}

    static List<Event> read(Path file) throws IOException {
        var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var events = new ArrayList<Event>();
        while (in.hasRemaining()) {
            var length = new byte[8];
            in.get(in.position(), length);
            int size = (int) in.getLong();
            assertThat(in.getInt()).isEqualTo(masked(length));
            var data = new byte[size];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            events.add(Event.parseFrom(data));
        }
        return events;
    }

    /// Events of all files in `folder`, in the order in which TensorBoard reads them.
    static List<Event> readAll(Path folder) throws IOException {
        var events = new ArrayList<Event>();
        for (var file : files(folder)) events.addAll(read(file));
        return events;
    }

    static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static int masked(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        long value = crc.getValue();
        return (int) (((value >>> 15 | value << 17) & 0xffffffffL) + 0xa282ead8L);
    }
}
