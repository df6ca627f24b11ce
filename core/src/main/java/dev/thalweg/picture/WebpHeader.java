package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The header of a WebP file up to its first frame. All numbers have the least significant byte first.
///
/// After `RIFF`, a length (4) and `WEBP` come chunks: a type (4), a length (4) and the data, padded to
/// even length. The pixels are in a chunk `VP8 ` (lossy; width and height of 14 bits each after
/// `9d 01 2a` at 3) or `VP8L` (lossless; 14 bits each of width − 1 and height − 1 after `2f`). Where
/// there is more, a chunk `VP8X` comes first, with width − 1 and height − 1 of the canvas in 3 bytes
/// each at 4; then chunks `ANMF` hold frames: left/2, top/2, width − 1, height − 1 (3 each), 4 bytes
/// of other things, and such chunks as a still picture has. `EXIF` holds EXIF data.
///
/// @param left of the first frame on the canvas
/// @param top likewise
/// @param frameWidth likewise
/// @param frameHeight likewise
/// @param from where the chunk `VP8 ` or `VP8L` of the first frame begins, its head included
/// @param to where it ends
record WebpHeader(PictureHeader whole, int left, int top, int frameWidth, int frameHeight, int from, int to) {
    private static final int VP8 = 0x20385056;
    private static final int VP8L = 0x4c385056;
    private static final int VP8X = 0x58385056;
    private static final int ANMF = 0x464d4e41;
    private static final int EXIF = 0x46495845;

    static WebpHeader read(byte[] file, String where) throws MalformedFile {
        var data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        Dimensions canvas = null;
        WebpHeader frame = null;
        int orientation = 1;
        for (long at = 12; at + 8 <= file.length; ) {
            int type = data.getInt((int) at);
            long length = data.getInt((int) at + 4) & 0xffffffffL;
            int content = (int) at + 8;
            if (length > file.length - content) {
                if (frame != null) break; // what follows the pixels does no harm
                throw cutShort(at, length, file.length - content, where);
            }
            switch (type) {
                case VP8X -> {
                    if (length < 10)
                        throw new MalformedFile(where, at + 4, "expected a VP8X chunk of 10 bytes, found " + length);
                    long width = 1L + u24(file, content + 4);
                    long height = 1L + u24(file, content + 7);
                    PictureHeader.checkSize(width, height, content + 4, where);
                    canvas = new Dimensions((int) width, (int) height);
                }
                case VP8, VP8L -> {
                    if (frame == null) frame = still(data, (int) at, (int) (content + length), 0, 0, where);
                }
                case ANMF -> {
                    if (frame == null) frame = animated(data, content, (int) (content + length), where);
                }
                case EXIF -> orientation = Orientation.ofExif(file, content, (int) (content + length), orientation);
                default -> {}
            }
            at = content + length + (length & 1);
        }
        if (frame == null) throw PictureHeader.endsEarly("pixels of a WebP file", file, where);
        return frame.on(canvas, orientation, where);
    }

    private static WebpHeader animated(ByteBuffer data, int from, int to, String where) throws MalformedFile {
        byte[] file = data.array();
        for (long at = from + 16L; at + 8 <= to; ) {
            int type = data.getInt((int) at);
            long length = data.getInt((int) at + 4) & 0xffffffffL;
            if (length > to - at - 8) throw cutShort(at, length, to - at - 8, where);
            if (type == VP8 || type == VP8L)
                return still(
                        data, (int) at, (int) (at + 8 + length), 2 * u24(file, from), 2 * u24(file, from + 3), where);
            at += 8 + length + (length & 1);
        }
        throw new MalformedFile(where, from, "expected pixels in the first frame of a WebP file, found none");
    }

    private static WebpHeader still(ByteBuffer data, int at, int to, int left, int top, String where)
            throws MalformedFile {
        boolean lossless = data.getInt(at) == VP8L;
        int content = at + 8;
        // Of a header of lossy pixels and nothing behind it, the decoder takes other bytes for the size.
        if (to - content < (lossless ? 5 : 11))
            throw new MalformedFile(where, to, "expected pixels behind their header, found the end of their chunk");
        byte[] file = data.array();
        if (!PictureKind.begins(
                file, content + (lossless ? 0 : 3), lossless ? new int[] {0x2f} : new int[] {0x9d, 1, 0x2a}))
            throw new MalformedFile(
                    where, content, "expected " + (lossless ? "lossless" : "a key frame of lossy") + " WebP pixels");
        int sizes = data.getInt(content + (lossless ? 1 : 6));
        int width = lossless ? 1 + (sizes & 0x3fff) : sizes & 0x3fff;
        int height = lossless ? 1 + (sizes >> 14 & 0x3fff) : sizes >> 16 & 0x3fff;
        PictureHeader.checkSize(width, height, content, where);
        return new WebpHeader(new PictureHeader(PictureKind.WEBP, width, height, 1), left, top, width, height, at, to);
    }

    private WebpHeader on(@Nullable Dimensions canvas, int orientation, String where) throws MalformedFile {
        int width = canvas == null ? frameWidth : canvas.width();
        int height = canvas == null ? frameHeight : canvas.height();
        if (left + frameWidth > width || top + frameHeight > height)
            throw new MalformedFile(
                    where,
                    from,
                    "expected a frame inside the canvas of %s×%s, found one of %s×%s at (%s, %s)"
                            .formatted(width, height, frameWidth, frameHeight, left, top));
        var turned = new PictureHeader(PictureKind.WEBP, width, height, orientation);
        return new WebpHeader(turned, left, top, frameWidth, frameHeight, from, to);
    }

    /// The first frame as a file of its own: without transparency, profile or other frames.
    byte[] frame(byte[] file) {
        int length = to - from;
        var alone = ByteBuffer.allocate(12 + length + (length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        alone.put(file, 0, 4).putInt(alone.capacity() - 8).put(file, 8, 4).put(file, from, length);
        return alone.array();
    }

    boolean fillsCanvas() {
        return frameWidth == whole.width() && frameHeight == whole.height();
    }

    private static MalformedFile cutShort(long at, long length, long left, String where) {
        return new MalformedFile(
                where, at, "expected a chunk of %,d bytes, found %,d bytes before the end".formatted(length, left));
    }

    private static int u24(byte[] file, int at) {
        return (file[at] & 0xff) | (file[at + 1] & 0xff) << 8 | (file[at + 2] & 0xff) << 16;
    }
}
