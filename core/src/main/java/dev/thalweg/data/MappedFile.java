package dev.thalweg.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file as memory, for reading by any number of threads.
///
/// @param close unmaps it; may be run more than once
record MappedFile(MemorySegment bytes, Runnable close) {

    @SuppressWarnings("MustBeClosedChecker") // whoever asked closes it
    static MappedFile open(Path path) throws IOException {
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new MappedFile(mapped, () -> {
                if (arena.scope().isAlive()) arena.close();
            });
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }
}
