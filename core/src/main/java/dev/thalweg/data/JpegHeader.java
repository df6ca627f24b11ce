package dev.thalweg.data;

/// What a JPEG file says of itself before its pixels.
///
/// A JPEG file is a row of segments: `ff`, a marker byte and, for most markers, a length (two
/// bytes, most significant first, itself included). The frame header, one of SOF0 … SOF15 (`c0` …
/// `cf` without `c4`, `c8`, `cc`), holds precision (1), height (2), width (2) and number of
/// components (1). EXIF data is a TIFF file in an APP1 segment (`e1`) after `Exif\0\0`.
///
/// @param components 1 grey, 3 colour, 4 CMYK
/// @param progressive whether the pixels come in scans of rising quality
/// @param orientation of EXIF, 1–8; 1 (upright) where there is none
record JpegHeader(int width, int height, int components, boolean progressive, int orientation) {

    static JpegHeader read(byte[] file, String where) throws MalformedData {
        int orientation = 1;
        int at = 2;
        while (at + 4 <= file.length) {
            if ((file[at] & 0xff) != 0xff)
                throw new MalformedData(where, at, "expected a JPEG marker, ff, found %02x".formatted(file[at]));
            int marker = file[at + 1] & 0xff;
            if (marker == 0xff) {
                at++; // a fill byte
                continue;
            }
            if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
                at += 2; // markers without a segment
                continue;
            }
            int length = u16(file, at + 2);
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                if (at + 10 > file.length) break;
                int height = u16(file, at + 5);
                int width = u16(file, at + 7);
                PictureHeader.checkSize(width, height, at + 5, where);
                // Of each four kinds, coded in either way, the third is progressive.
                return new JpegHeader(width, height, file[at + 9] & 0xff, (marker & 3) == 2, orientation);
            }
            if (marker == 0xd9 || marker == 0xda)
                throw new MalformedData(where, at, "expected a JPEG frame header before the pixels, found none");
            if (length < 2)
                throw new MalformedData(where, at + 2, "expected a segment length of 2 or more, found " + length);
            if (marker == 0xe1)
                orientation = Orientation.ofApp1(file, at + 4, Math.min(at + 2 + length, file.length), orientation);
            at += 2 + length;
        }
        throw new MalformedData(where, file.length, "expected a JPEG frame header, found the end of the file");
    }

    PictureHeader whole() {
        return new PictureHeader(PictureKind.JPEG, width, height, orientation);
    }

    private static int u16(byte[] file, int at) {
        return ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
    }
}
