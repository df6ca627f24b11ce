package dev.thalweg.picture;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// How a camera was held, as EXIF tells it (tag 0x0112): where the first stored row and the first
/// stored column belong. 1 top, left (upright); 2 top, right; 3 bottom, right; 4 bottom, left;
/// 5 left, top; 6 right, top; 7 right, bottom; 8 left, bottom. From 5 on, rows are columns.
final class Orientation {
    private static final int TAG = 0x0112;
    private static final byte[] EXIF = "Exif\0\0".getBytes(US_ASCII);

    private Orientation() {}

    static boolean swapsSides(int orientation) {
        return orientation >= 5;
    }

    /// The orientation in an APP1 segment's content, or `otherwise` where there is none.
    static int ofApp1(byte[] file, int from, int to, int otherwise) {
        return isExif(file, from, to) ? ofTiff(file, from + EXIF.length, to, otherwise) : otherwise;
    }

    /// The orientation in EXIF data that may, or may not, begin as in an APP1 segment.
    static int ofExif(byte[] file, int from, int to, int otherwise) {
        return ofTiff(file, isExif(file, from, to) ? from + EXIF.length : from, to, otherwise);
    }

    private static boolean isExif(byte[] file, int from, int to) {
        return to - from >= EXIF.length && Arrays.equals(file, from, from + EXIF.length, EXIF, 0, EXIF.length);
    }

    /// The orientation in EXIF data, which is a TIFF file, or `otherwise` where there is none.
    /// Damaged EXIF data is no reason to refuse a picture.
    static int ofTiff(byte[] file, int tiff, int to, int otherwise) {
        if (to - tiff < 8) return otherwise;
        var data = ByteBuffer.wrap(file, tiff, to - tiff).slice();
        if (data.get(0) == 'I') data.order(ByteOrder.LITTLE_ENDIAN);
        int directory = data.getInt(4);
        if (directory < 8 || directory > data.capacity() - 2) return otherwise;
        int entries = data.getShort(directory) & 0xffff;
        for (int e = 0; e < entries; e++) {
            int at = directory + 2 + 12 * e;
            if (at + 12 > data.capacity()) break;
            if ((data.getShort(at) & 0xffff) != TAG) continue;
            int value = data.getShort(at + 8);
            return 1 <= value && value <= 8 ? value : otherwise;
        }
        return otherwise;
    }

    static Picture upright(Picture stored, int orientation) {
        if (orientation == 1) return stored;
        boolean swap = swapsSides(orientation);
        int width = swap ? stored.height() : stored.width();
        int height = swap ? stored.width() : stored.height();
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
        int channels = stored.channels();
        var pixels = new byte[stored.pixels().length];
        for (int y = 0, o = 0; y < height; y++) {
            int v = fromBottom ? height - 1 - y : y;
            for (int x = 0; x < width; x++) {
                int u = fromRight ? width - 1 - x : x;
                int from = swap ? u * stored.width() + v : v * stored.width() + u;
                for (int c = 0; c < channels; c++) pixels[o++] = stored.pixels()[from * channels + c];
            }
        }
        return new Picture(width, height, channels, pixels);
    }
}
