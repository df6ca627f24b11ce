package dev.thalweg.train;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.thalweg.format.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a run's folder for one trainer. The file `.lock` names the process that has it; what counts is the
/// operating system's lock on that file, which ends with the process, however it ends. So the file stays
/// and means nothing by itself. Where a file system knows no locks, nobody is kept out.
final class RunLock implements AutoCloseable {
    static final String NAME = ".lock";

    /// What is locked lies behind the text: where locks are binding, others can still read who has it.
    private static final long PLACE = 1L << 40;

    /// Folders of this process: a second channel on the file, when it is closed, would take the first one's
    /// lock with it.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /// Takes the folder, and deletes what a killed process left half written there.
    ///
    /// @throws FileSystemException if another trainer has the folder
    static RunLock acquire(Path path) throws IOException {
        Path folder = path.toRealPath();
        if (!OWN.add(folder))
            throw taken(path, String.valueOf(ProcessHandle.current().pid()));
        FileChannel channel = null;
        try {
            channel = FileChannel.open(folder.resolve(NAME), CREATE, READ, WRITE);
            if (!isFree(channel))
                throw taken(
                        path, Files.readString(folder.resolve(NAME), US_ASCII).strip());
            String pid = ProcessHandle.current().pid() + "\n";
            channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(US_ASCII)));
            AtomicFile.deleteLeftovers(folder);
            return new RunLock(folder, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) channel.close();
            OWN.remove(folder);
            throw e;
        }
    }

    /// Whether a trainer has the folder, of this process or another one.
    static boolean isHeld(Path path) throws IOException {
        Path folder = path.toRealPath();
        if (OWN.contains(folder)) return true;
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) return false;
        try (var channel = FileChannel.open(file, READ, WRITE)) {
            return !isFree(channel);
        }
    }

    private static boolean isFree(FileChannel channel) {
        try {
            return channel.tryLock(PLACE, 1, false) != null;
        } catch (IOException e) {
            return true; // no locks here
        }
    }

    private static FileSystemException taken(Path folder, String pid) {
        return new FileSystemException(
                folder.toString(), null, "process %s is at work in this folder; end it first, or wait".formatted(pid));
    }

    /// Gives up a folder in which no run came about: the file goes too.
    void abandon() {
        try {
            Files.deleteIfExists(folder.resolve(NAME));
        } catch (IOException e) {
            // It stays, and means nothing.
        }
        close();
    }

    @Override
    public void close() {
        if (!channel.isOpen()) return;
        try {
            channel.close();
        } catch (IOException e) {
            // The process's end will do.
        }
        OWN.remove(folder);
    }
}
