package dev.thalweg.picture;

import java.awt.image.Raster;

/// From the four inks of a CMYK JPEG to red, green and blue: (255 − ink) · (255 − black) / 255, as
/// Pillow does. Adobe's programs store inks inverted (255 is no ink) and say so by an APP14 segment
/// that begins with `Adobe`; its twelfth byte, `transform`, is 2 where the first three inks are stored
/// as YCbCr (YCCK). Without that segment inks are stored as they are.
final class Cmyk {
    private Cmyk() {}

    enum Stored {
        PLAIN,
        INVERTED,
        YCCK
    }

    /// How the inks of a JPEG file are stored.
    static Stored transform(byte[] file) {
        for (int at = 2; at + 16 <= file.length && file[at] == (byte) 0xff; ) {
            int marker = file[at + 1] & 0xff;
            if (marker == 0xff) {
                at++;
                continue;
            }
            if (marker == 0xda) break;
            if (marker == 0xee && PictureKind.begins(file, at + 4, 'A', 'd', 'o', 'b', 'e'))
                return file[at + 15] == 2 ? Stored.YCCK : Stored.INVERTED;
            at += marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)
                    ? 2
                    : 2 + ((file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff));
        }
        return Stored.PLAIN;
    }

    /// @param raster four bands, as stored
    static Picture toPicture(Raster raster, Stored stored) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        var pixels = new byte[width * height * 3];
        int[] row = new int[width * 4];
        for (int y = 0, o = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < 4 * width; x += 4) {
                if (stored == Stored.YCCK) toInverted(row, x);
                int light = stored == Stored.PLAIN ? 255 - row[x + 3] : row[x + 3];
                for (int c = 0; c < 3; c++) {
                    int bright = stored == Stored.PLAIN ? 255 - row[x + c] : row[x + c];
                    pixels[o++] = (byte) ((bright * light + 127) / 255);
                }
            }
        }
        return new Picture(width, height, 3, pixels);
    }

    /// In YCCK the first three are YCbCr of the inks' complement, which is what is stored in CMYK.
    private static void toInverted(int[] row, int x) {
        double luma = row[x];
        double blue = row[x + 1] - 128;
        double red = row[x + 2] - 128;
        row[x] = clamp(luma + 1.402 * red);
        row[x + 1] = clamp(luma - 0.344136 * blue - 0.714136 * red);
        row[x + 2] = clamp(luma + 1.772 * blue);
    }

    private static int clamp(double value) {
        return (int) Math.min(Math.max(value + 0.5, 0), 255);
    }
}
