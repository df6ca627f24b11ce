package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Opens archives, told apart by their first bytes, whatever their names.
final class Archives {
    /// The kinds that are read, for messages.
    static final String NAMES = ".tar, .tar.gz or .zip";

    private Archives() {}

    /// Whether a file's name says that it is an archive, of a kind that is read or not.
    static boolean isArchiveName(String name) {
        return !stem(name).equals(name);
    }

    /// A file's name without what says that it is an archive.
    static String stem(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (var ending : new String[] {
            ".tar",
            ".tar.gz",
            ".tgz",
            ".zip",
            ".tar.bz2",
            ".tbz2",
            ".tar.xz",
            ".txz",
            ".tar.zst",
            ".tzst",
            ".7z",
            ".rar"
        }) if (lower.endsWith(ending)) return name.substring(0, name.length() - ending.length());
        return name;
    }

    /// The files of the archive at `path`, or null if it is none.
    ///
    /// @param head the file's first 512 bytes, or all if it has fewer
    /// @throws MalformedFile if it is one that is damaged or of a kind that is not read
    static @Nullable FileTree open(Path path, byte[] head) throws IOException {
        if (TarArchive.isTar(head)) return TarArchive.open(path);
        if (ZipArchive.isZip(head)) return ZipArchive.open(path);
        if (Gzip.isGzip(head) && (endsWith(path, ".tgz") || endsWith(path, ".tar.gz") || holdsTar(path)))
            return TarArchive.open(path);
        var other = otherKind(head);
        // A program that unpacks itself ends as a zip archive does.
        if (other == null) return endsWith(path, ".zip") && head.length > 0 ? ZipArchive.open(path) : null;
        throw MalformedFile.unsuitable(
                path.toString(),
                0,
                "expected a %s archive, found %s, which is not read: unpack it (%s) and give the folder"
                        .formatted(NAMES, other[0], other[1].formatted(path.getFileName())));
    }

    /// Whether what is compressed begins as a tar archive does.
    private static boolean holdsTar(Path path) {
        try (var in = Files.newInputStream(path)) {
            return TarArchive.isTar(Gzip.begin(in, 512));
        } catch (IOException e) {
            return false; // whoever reads all of it will say what is wrong
        }
    }

    private static boolean endsWith(Path path, String ending) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /// What it is, and the command that unpacks it.
    private static String @Nullable [] otherKind(byte[] head) {
        if (PictureKind.begins(head, 0, 0x28, 0xb5, 0x2f, 0xfd))
            return new String[] {"one compressed by zstd", "tar --zstd -xf %s"};
        if (PictureKind.begins(head, 0, 'B', 'Z', 'h')) return new String[] {"one compressed by bzip2", "tar -xjf %s"};
        if (PictureKind.begins(head, 0, 0xfd, '7', 'z', 'X', 'Z', 0))
            return new String[] {"one compressed by xz", "tar -xJf %s"};
        if (PictureKind.begins(head, 0, '7', 'z', 0xbc, 0xaf)) return new String[] {"a 7z archive", "7z x %s"};
        if (PictureKind.begins(head, 0, 'R', 'a', 'r', '!')) return new String[] {"a RAR archive", "unrar x %s"};
        return null;
    }
}
