package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The header of a BMP file. All numbers have the least significant byte first.
///
/// After `BM`: length of the file (4), zeros (4), where the pixels begin (4). Then the length of the
/// second header (4), which tells its version: 12 has width, height, planes and bits a pixel in 2
/// bytes each; 40 and more have width and height in 4 (a negative height: rows from the top), planes
/// (2), bits a pixel (2) and compression (4): 0 none, 1 and 2 run lengths, 3 none with masks, 4 and 5
/// an embedded JPEG or PNG, which are refused. Rows are padded to 4 bytes.
final class BmpHeader {
    private BmpHeader() {}

    static PictureHeader read(byte[] file, String where) throws MalformedFile {
        if (file.length < 26) throw PictureHeader.endsEarly("a BMP header of 26 bytes", file, where);
        var data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long pixels = data.getInt(10) & 0xffffffffL;
        int version = data.getInt(14);
        boolean old = version == 12;
        if (!old && version != 40 && version != 52 && version != 56 && version != 108 && version != 124)
            throw new MalformedFile(
                    where,
                    14,
                    "expected a second BMP header of 12, 40, 52, 56, 108 or 124 bytes, found one of %s"
                            .formatted(version & 0xffffffffL));
        if (file.length < 14L + version)
            throw PictureHeader.endsEarly("a second BMP header of " + version + " bytes", file, where);
        long width = old ? data.getShort(18) & 0xffff : data.getInt(18);
        long height = old ? data.getShort(20) & 0xffff : Math.abs((long) data.getInt(22));
        int bits = data.getShort(old ? 24 : 28) & 0xffff;
        int compression = old ? 0 : data.getInt(30);
        PictureHeader.checkSize(width, height, 18, where);
        if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32)
            throw new MalformedFile(where, old ? 24 : 28, "expected 1, 4, 8, 16, 24 or 32 bits a pixel, found " + bits);
        if (compression < 0 || compression > 3)
            throw new MalformedFile(where, 30, "expected compression 0, 1, 2 or 3 of a BMP file, found " + compression);
        if (pixels < 14L + version || pixels > file.length)
            throw new MalformedFile(
                    where,
                    10,
                    "expected pixels between bytes %,d and %,d, found them announced at %,d"
                            .formatted(14L + version, file.length, pixels));
        long colours = old ? 0 : data.getInt(46) & 0xffffffffL;
        if (colours > file.length / 4)
            throw new MalformedFile(
                    where, 46, "expected a palette inside the file, found %,d colours".formatted(colours));
        if (compression == 0 || compression == 3) {
            long row = (width * bits + 7) / 8;
            long least = (row + 3) / 4 * 4 * (height - 1) + row;
            if (least > file.length - pixels)
                throw new MalformedFile(
                        where,
                        file.length,
                        "expected %,d bytes of pixels, found %,d before the end of the file"
                                .formatted(least, file.length - pixels));
        }
        return new PictureHeader(PictureKind.BMP, (int) width, (int) height, 1);
    }
}
