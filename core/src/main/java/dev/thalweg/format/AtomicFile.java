package dev.thalweg.format;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// Replaces files whole. The new content is written beside the file under another name, forced to the
/// disk, and renamed: whoever looks sees the old file or the new one, whatever happens in between.
///
/// The other name is `.name.<16 hex digits>.tmp`. When writing fails it is deleted; one that a killed
/// process left is deleted by the next write of the same file, once it is an hour old. A symbolic link
/// is replaced, not followed.
public final class AtomicFile {
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final Pattern TEMPORARY = Pattern.compile("\\.(.+)\\.[0-9a-f]{16}\\.tmp");

    private AtomicFile() {}

    /// What goes into the file.
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /// Creates or replaces `path`. The folder must exist.
    public static void write(Path path, Content content) throws IOException {
        write(path, 0, content);
    }

    /// The same where it is known how long the file will be.
    ///
    /// @param size in bytes; 0 if it is not known
    public static void write(Path path, long size, Content content) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Path name = path.getFileName();
        if (folder == null || name == null) throw new IOException(path + " is not the path of a file");
        if (!Files.isDirectory(folder))
            throw new NoSuchFileException(path.toString(), null, "there is no folder " + folder);
        deleteAbandoned(folder, name.toString());
        var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path beside = folder.resolve("." + name + "." + random + ".tmp");
        try {
            try (var channel = FileChannel.open(beside, CREATE_NEW, WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(beside, path, ATOMIC_MOVE);
        } catch (Throwable e) {
            try {
                Files.deleteIfExists(beside);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            if (e instanceof FileSystemException || e.getClass() == IOException.class)
                throw new IOException(
                        path + " was not written: " + reason(path, (IOException) e) + shortage(folder, size), e);
            throw e;
        }
        force(folder);
    }

    /// The system's own words, such as "No space left on device", which do not say which file, or speak of
    /// the one beside it.
    private static String reason(Path path, IOException e) {
        if (Files.isDirectory(path)) return "a folder is in its place";
        return switch (e) {
            case AccessDeniedException denied -> "there is no permission";
            case NoSuchFileException missing -> "the folder takes no files, or is gone";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /// What the file needs and what there is, if that is less.
    private static String shortage(Path folder, long size) {
        try {
            var store = Files.getFileStore(folder);
            long free = store.getUsableSpace();
            return size <= free ? "" : "; it takes %,d bytes, and on %s %,d are free".formatted(size, store, free);
        } catch (IOException e) {
            return "";
        }
    }

    /// Deletes what killed processes left half written in `folder`, of whatever file and age. Nobody else may
    /// be writing there.
    public static void deleteLeftovers(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(
                folder, file -> isTemporary(file.getFileName().toString()))) {
            for (Path file : files) Files.deleteIfExists(file);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /// Makes the rename last through a power failure, where the system lets a folder be opened.
    private static void force(Path folder) {
        try (var channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows and some network file systems cannot; the file itself is whole all the same.
        }
    }

    private static void deleteAbandoned(Path folder, String name) {
        DirectoryStream.Filter<Path> filter =
                file -> isTemporary(file.getFileName().toString(), name)
                        && Files.getLastModifiedTime(file)
                                .toInstant()
                                .isBefore(Instant.now().minus(ABANDONED));
        try (var abandoned = Files.newDirectoryStream(folder, filter)) {
            for (Path file : abandoned) Files.deleteIfExists(file);
        } catch (IOException | DirectoryIteratorException e) {
            // It only takes space; the next write tries again.
        }
    }

    /// Whether this is how a file is named that is being written, or was when the process was killed.
    public static boolean isTemporary(String name) {
        return TEMPORARY.matcher(name).matches();
    }

    private static boolean isTemporary(String file, String name) {
        var matcher = TEMPORARY.matcher(file);
        return matcher.matches() && matcher.group(1).equals(name);
    }
}
