package dev.thalweg.data.check;

import static dev.thalweg.picture.PictureKind.begins;

/// What a picture file says of itself in its first bytes, and whether it has its end.
///
/// @param format `JPEG`, `PNG`, `GIF`, `BMP`, `WebP`, or `unknown`
/// @param colours how it stores them: `grey`, `grey + alpha`, `RGB`, `RGB + alpha`, `palette`, `CMYK`, with
///     ` 16-bit` after it where samples are that wide; empty where the first bytes do not tell
/// @param complete whether the end is there, of JPEG, PNG and WebP; true of others, which do not say where it is
record StoredForm(String format, String colours, boolean complete) {

    /// By fewer bytes than a reader asks for, so that a file that is cut short at once still has its name.
    static StoredForm of(byte[] file) {
        if (begins(file, 0, 0xff, 0xd8, 0xff)) return jpeg(file);
        if (begins(file, 0, 0x89, 'P', 'N', 'G')) return png(file);
        if (begins(file, 0, 'G', 'I', 'F', '8')) return new StoredForm("GIF", "palette", true);
        if (begins(file, 0, 'B', 'M')) return new StoredForm("BMP", "", true);
        if (begins(file, 0, 'R', 'I', 'F', 'F') && file.length >= 12 && file[8] == 'W')
            return new StoredForm("WebP", "", u32le(file, 4) + 8 <= file.length);
        return new StoredForm("unknown", "", true);
    }

    /// Segments up to the start of scan; behind it, compressed data hold no `ff d9` but the end itself.
    private static StoredForm jpeg(byte[] file) {
        String colours = "";
        int at = 2;
        while (at + 4 <= file.length && (file[at] & 0xff) == 0xff) {
            int marker = file[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8) {
                at += 2;
                continue;
            }
            if (marker == 0xda) return new StoredForm("JPEG", colours, hasEnd(file, at + 2));
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame && at + 10 <= file.length)
                colours = switch (file[at + 9]) {
                    case 1 -> "grey";
                    case 3 -> "RGB";
                    case 4 -> "CMYK";
                    default -> "";
                };
            at += 2 + Math.max(2, (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
        }
        return new StoredForm("JPEG", colours, false);
    }

    private static boolean hasEnd(byte[] file, int from) {
        for (int i = file.length - 2; i >= from; i--)
            if ((file[i] & 0xff) == 0xff && (file[i + 1] & 0xff) == 0xd9) return true;
        return false;
    }

    /// Bit depth at 24, colour type at 25; then chunks of length (4), name (4), content, checksum (4).
    private static StoredForm png(byte[] file) {
        if (file.length < 33) return new StoredForm("PNG", "", false);
        String colours = switch (file[25]) {
            case 0 -> "grey";
            case 2 -> "RGB";
            case 3 -> "palette";
            case 4 -> "grey + alpha";
            case 6 -> "RGB + alpha";
            default -> "";
        };
        if (file[24] == 16) colours += " 16-bit";
        long at = 8;
        while (at + 12 <= file.length) {
            if (file[(int) at + 4] == 'I' && file[(int) at + 5] == 'E') return new StoredForm("PNG", colours, true);
            at += 12 + u32(file, (int) at);
        }
        return new StoredForm("PNG", colours, false);
    }

    private static long u32(byte[] file, int at) {
        return (file[at] & 0xffL) << 24
                | (file[at + 1] & 0xff) << 16
                | (file[at + 2] & 0xff) << 8
                | file[at + 3] & 0xff;
    }

    private static long u32le(byte[] file, int at) {
        return (file[at + 3] & 0xffL) << 24
                | (file[at + 2] & 0xff) << 16
                | (file[at + 1] & 0xff) << 8
                | file[at] & 0xff;
    }
}
