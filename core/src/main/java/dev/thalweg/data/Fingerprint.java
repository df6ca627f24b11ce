package dev.thalweg.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Tells data sets apart cheaply: SHA-256 over the class names and, for the train, validation and
/// test parts in turn, the number of examples and each one's name, label and stored size. Pixels
/// are not read, so a file edited without a change of size keeps its fingerprint. The folder that
/// the set lies in, and whether it is packed in an archive, make no difference.
///
/// The bytes hashed are UTF-8 text, one line each: `class NAME`, `part SIZE`,
/// `LABEL BYTES NAME`, all ended by `\n`.
final class Fingerprint {
    private Fingerprint() {}

    /// 64 hexadecimal digits.
    static String of(List<String> classes, Examples... parts) {
        var digest = sha256();
        for (var name : classes) line(digest, "class " + name);
        for (var part : parts) {
            line(digest, "part " + part.size());
            for (int i = 0; i < part.size(); i++)
                line(digest, part.label(i) + " " + part.storedBytes(i) + " " + part.name(i));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static void line(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
