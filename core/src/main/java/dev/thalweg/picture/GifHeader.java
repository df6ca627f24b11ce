package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;

/// The header of a GIF file up to its first frame. All numbers have the least significant byte first.
///
/// After `GIF89a` come width (2) and height (2) of the canvas and a byte whose lowest 3 bits say how
/// large the global palette is, if its highest says that there is one: 3 · 2ⁿ⁺¹ bytes. Then come
/// blocks: `21` an extension, a label and its data in pieces of at most 255 bytes, each after its
/// length; `2c` a frame, with left, top, width and height (2 each). Label `f9` of 4 bytes holds in
/// its first byte's lowest bit whether there is a transparent colour, and in its fourth which.
///
/// @param left of the first frame on the canvas
/// @param top likewise
/// @param frameWidth likewise
/// @param frameHeight likewise
/// @param ground the palette's index of what the frame leaves free
record GifHeader(PictureHeader whole, int left, int top, int frameWidth, int frameHeight, int ground) {
    /// LZW's highest rate: a code of 12 bits for 4,096 pixels.
    private static final long MOST_INFLATION = 2731;

    static GifHeader read(byte[] file, String where) throws MalformedFile {
        if (file.length < 13) throw PictureHeader.endsEarly("a GIF header of 13 bytes", file, where);
        long at = 13 + paletteBytes(file[10]);
        int ground = 0;
        while (at < file.length) {
            int block = file[(int) at] & 0xff;
            if (block == 0x2c) return frame(file, (int) at, ground, where);
            if (block == 0x3b) throw new MalformedFile(where, at, "expected a frame, found the end of the GIF data");
            if (block != 0x21)
                throw new MalformedFile(where, at, "expected a GIF block, 21, 2c or 3b, found %02x".formatted(block));
            if (at + 7 < file.length && file[(int) at + 1] == (byte) 0xf9 && (file[(int) at + 3] & 1) == 1)
                ground = file[(int) at + 6] & 0xff;
            at += 2;
            while (at < file.length && file[(int) at] != 0) at += 1 + (file[(int) at] & 0xff);
            at++;
        }
        throw PictureHeader.endsEarly("a frame", file, where);
    }

    private static GifHeader frame(byte[] file, int at, int ground, String where) throws MalformedFile {
        if (at + 11 > file.length) throw PictureHeader.endsEarly("a frame's header of 10 bytes", file, where);
        int left = u16(file, at + 1);
        int top = u16(file, at + 3);
        int width = u16(file, at + 5);
        int height = u16(file, at + 7);
        PictureHeader.checkSize(width, height, at + 5, where);
        int canvasWidth = Math.max(u16(file, 6), left + width);
        int canvasHeight = Math.max(u16(file, 8), top + height);
        PictureHeader.checkSize(canvasWidth, canvasHeight, 6, where);
        long stored = file.length - (at + 10L);
        if ((long) width * height > stored * MOST_INFLATION)
            throw new MalformedFile(
                    where,
                    at + 5,
                    "expected at least %,d bytes of pixels for a frame of %,d×%,d, found %,d"
                            .formatted((long) width * height / MOST_INFLATION, width, height, stored));
        return new GifHeader(
                new PictureHeader(PictureKind.GIF, canvasWidth, canvasHeight, 1), left, top, width, height, ground);
    }

    boolean fillsCanvas() {
        return frameWidth == whole.width() && frameHeight == whole.height();
    }

    private static int paletteBytes(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (1 + (flags & 7));
    }

    private static int u16(byte[] file, int at) {
        return (file[at] & 0xff) | (file[at + 1] & 0xff) << 8;
    }
}
