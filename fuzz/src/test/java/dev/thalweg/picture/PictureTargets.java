package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.fuzz.Target;
import java.io.IOException;
import java.util.List;

/// Readers of pictures.
public final class PictureTargets {
    /// Pictures of more are left out, for time: what they may take is bounded by [ImageDecoder#MOST_PIXELS].
    private static final long PIXELS = 1 << 14;

    public static final List<Target> ALL = List.of(
            Target.of(
                    "jpeg-header",
                    MalformedFile.class,
                    input -> JpegHeader.read(input, "x"),
                    "Exif\0\0",
                    "MM\0*",
                    "II*\0"),
            Target.of(
                    "picture",
                    MalformedFile.class,
                    PictureTargets::picture,
                    "IHDR",
                    "IDAT",
                    "PLTE",
                    "GIF89a",
                    "VP8 ",
                    "RIFF"));

    private PictureTargets() {}

    private static void picture(byte[] input) throws IOException {
        if (ImageDecoder.dimensions(input, "x").pixels() > PIXELS) return;
        ImageDecoder.decode(input, "x");
    }
}
