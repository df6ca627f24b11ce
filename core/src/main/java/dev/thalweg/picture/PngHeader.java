package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import java.nio.ByteBuffer;

/// The header of a PNG file: a signature of 8 bytes and then chunks, each a length (4 bytes, most
/// significant first), a type (4), its data and a checksum (4). The first, `IHDR`, holds width (4),
/// height (4), bits a sample (1) and kind of colour (1); the pixels are in `IDAT` chunks, deflated;
/// EXIF data, a TIFF file, may stand in `eXIf`. Texts and profiles, which may inflate to anything,
/// are passed over.
final class PngHeader {
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;

    /// Deflate's highest rate: 258 bytes by two codes of one bit each.
    private static final long MOST_INFLATION = 1032;

    private PngHeader() {}

    static PictureHeader read(byte[] file, String where) throws MalformedFile {
        if (file.length < 33) throw PictureHeader.endsEarly("a PNG header of 33 bytes", file, where);
        var data = ByteBuffer.wrap(file);
        if (data.getInt(12) != IHDR || data.getInt(8) != 13)
            throw new MalformedFile(where, 8, "expected an IHDR chunk of 13 bytes at the beginning of a PNG file");
        int width = data.getInt(16);
        int height = data.getInt(20);
        PictureHeader.checkSize(width, height, 16, where);
        int bits = file[24] * samples(file[25], where);

        int orientation = 1;
        long stored = 0;
        for (long at = 33; at + 8 <= file.length; ) {
            int length = data.getInt((int) at);
            int type = data.getInt((int) at + 4);
            if (type == IEND) break;
            if (length < 0 || length > file.length - at - 8) {
                if (type != IDAT && stored > 0) break; // what follows the pixels does no harm
                throw new MalformedFile(
                        where,
                        at,
                        "expected a chunk of %,d bytes, found %,d bytes before the end of the file"
                                .formatted(length & 0xffffffffL, file.length - at - 8));
            }
            if (type == IDAT) stored += length;
            if (type == EXIF) orientation = Orientation.ofTiff(file, (int) at + 8, (int) at + 8 + length, orientation);
            at += 12L + length;
        }
        if (stored == 0) throw PictureHeader.endsEarly("the pixels of a PNG file, an IDAT chunk", file, where);
        long least = ((long) width * height * bits / 8 + height) / MOST_INFLATION;
        if (stored < least)
            throw new MalformedFile(
                    where,
                    16,
                    "expected at least %,d bytes of pixels for %,d×%,d, found %,d"
                            .formatted(least, width, height, stored));
        return new PictureHeader(PictureKind.PNG, width, height, orientation);
    }

    private static int samples(int colour, String where) throws MalformedFile {
        return switch (colour) {
            case 0, 3 -> 1;
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> throw new MalformedFile(where, 25, "expected colour type 0, 2, 3, 4 or 6, found " + colour);
        };
    }
}
