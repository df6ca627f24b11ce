package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import java.io.ByteArrayOutputStream;

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
/// @param ordinary whether all decoders agree on what the file means: grey or colour in 8 bits, baseline
///     or progressive, Huffman-coded, and colours told by a JFIF or Adobe marker or by components
///     numbered 1, 2, 3
record JpegHeader(int width, int height, int components, boolean progressive, int orientation, boolean ordinary) {

    static JpegHeader read(byte[] file, String where) throws MalformedFile {
        int orientation = 1;
        boolean coloursTold = false;
        int at = 2;
        while (at + 4 <= file.length) {
            if ((file[at] & 0xff) != 0xff)
                throw new MalformedFile(where, at, "expected a JPEG marker, ff, found %02x".formatted(file[at]));
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
                boolean progressive = (marker & 3) == 2;
                int components = file[at + 9] & 0xff;
                boolean ordinary = marker <= 0xc2
                        && file[at + 4] == 8
                        && (components == 1
                                || (components == 3 && (coloursTold || numbered(file, at + 10, components))));
                return new JpegHeader(width, height, components, progressive, orientation, ordinary);
            }
            if (marker == 0xd9 || marker == 0xda)
                throw new MalformedFile(where, at, "expected a JPEG frame header before the pixels, found none");
            if (length < 2)
                throw new MalformedFile(where, at + 2, "expected a segment length of 2 or more, found " + length);
            if (marker == 0xe1)
                orientation = Orientation.ofApp1(file, at + 4, Math.min(at + 2 + length, file.length), orientation);
            if (marker == 0xe0) coloursTold |= begins(file, at + 4, "JFIF");
            if (marker == 0xee) coloursTold |= begins(file, at + 4, "Adobe");
            at += 2 + length;
        }
        throw new MalformedFile(where, file.length, "expected a JPEG frame header, found the end of the file");
    }

    PictureHeader whole() {
        return new PictureHeader(PictureKind.JPEG, width, height, orientation);
    }

    /// The file without the segments of a colour profile (APP2, `e2`) before its pixels; the file itself
    /// if there are none.
    static byte[] withoutProfile(byte[] file) {
        var kept = new ByteArrayOutputStream(0);
        int copied = 0;
        int at = 2;
        while (at + 4 <= file.length && (file[at] & 0xff) == 0xff && (file[at + 1] & 0xff) != 0xda) {
            int marker = file[at + 1] & 0xff;
            boolean bare = marker == 0xff || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
            int next = at + (marker == 0xff ? 1 : bare ? 2 : 2 + u16(file, at + 2));
            if (next > file.length) break;
            if (marker == 0xe2 && begins(file, at + 4, "ICC_PROFILE")) {
                kept.write(file, copied, at - copied);
                copied = next;
            }
            at = next;
        }
        if (copied == 0) return file;
        kept.write(file, copied, file.length - copied);
        return kept.toByteArray();
    }

    private static boolean begins(byte[] file, int at, String text) {
        if (file.length - at < text.length()) return false;
        for (int i = 0; i < text.length(); i++) if (file[at + i] != text.charAt(i)) return false;
        return true;
    }

    /// Whether the frame's components, three bytes each, are numbered from 1.
    private static boolean numbered(byte[] file, int at, int components) {
        if (file.length - at < 3 * components) return false;
        for (int c = 0; c < components; c++) if (file[at + 3 * c] != c + 1) return false;
        return true;
    }

    private static int u16(byte[] file, int at) {
        return ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
    }
}
