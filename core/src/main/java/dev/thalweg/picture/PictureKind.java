package dev.thalweg.picture;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The kinds of picture files that are read, told apart by their first bytes.
public enum PictureKind {
    JPEG(".jpg", ".jpeg", ".jpe", ".jfif"),
    PNG(".png"),
    GIF(".gif"),
    BMP(".bmp", ".dib"),
    WEBP(".webp");

    /// All of them, for messages.
    public static final String NAMES = "JPEG, PNG, GIF, BMP or WebP";

    private final List<String> endings;

    PictureKind(String... endings) {
        this.endings = List.of(endings);
    }

    /// Whether a file's name says that it is a picture of one of these kinds.
    public static boolean isPictureName(String name) {
        return ending(name) != null;
    }

    /// The ending of a picture's name in lower case, with its point; null if the name has no such.
    public static @Nullable String ending(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (var kind : values()) for (var ending : kind.endings) if (lower.endsWith(ending)) return ending;
        return null;
    }

    /// Whether a file's name says that it is a picture of this kind.
    public boolean isNameOf(String name) {
        var ending = ending(name);
        return ending != null && endings.contains(ending);
    }

    /// What a file is by its first bytes, or null if it is none of these.
    public static @Nullable PictureKind of(byte[] file) {
        if (begins(file, 0, 0xff, 0xd8, 0xff)) return JPEG;
        if (begins(file, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) return PNG;
        if (begins(file, 0, 'G', 'I', 'F', '8')) return GIF;
        if (begins(file, 0, 'B', 'M')) return BMP;
        if (begins(file, 0, 'R', 'I', 'F', 'F') && begins(file, 8, 'W', 'E', 'B', 'P')) return WEBP;
        return null;
    }

    /// What to call a file that is none of these: `a TIFF picture`, `a file beginning 01 02 03 04`.
    public static String nameOther(byte[] file) {
        if (begins(file, 0, 'I', 'I', 42, 0) || begins(file, 0, 'M', 'M', 0, 42)) return "a TIFF picture";
        if (begins(file, 4, 'f', 't', 'y', 'p', 'a', 'v', 'i')) return "an AVIF picture";
        if (begins(file, 4, 'f', 't', 'y', 'p', 'h', 'e') || begins(file, 4, 'f', 't', 'y', 'p', 'm', 'i', 'f'))
            return "a HEIC picture";
        if (begins(file, 0, 0xff, 0x0a) || begins(file, 4, 'J', 'X', 'L', ' ')) return "a JPEG XL picture";
        if (begins(file, 4, 'j', 'P', ' ', ' ')) return "a JPEG 2000 picture";
        if (file.length < 4) return file.length == 1 ? "a file of 1 byte" : "a file of " + file.length + " bytes";
        return "a file beginning %02x %02x %02x %02x".formatted(file[0], file[1], file[2], file[3]);
    }

    /// Whether `expected` are the bytes of `file` from `at` on.
    public static boolean begins(byte[] file, int at, int... expected) {
        if (file.length - at < expected.length) return false;
        for (int i = 0; i < expected.length; i++) if ((file[at + i] & 0xff) != expected[i]) return false;
        return true;
    }
}
