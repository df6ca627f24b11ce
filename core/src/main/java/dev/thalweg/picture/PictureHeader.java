package dev.thalweg.picture;

import dev.thalweg.format.MalformedFile;

/// What a picture file says of itself before its pixels. Read by us and not by the decoders, so that
/// what cannot be or is too large is refused before a decoder takes memory for it.
///
/// @param width of the stored picture; of GIF and WebP, of the whole canvas
/// @param height likewise
/// @param orientation of EXIF, 1–8; 1 (upright) where there is none, see [Orientation]
record PictureHeader(PictureKind kind, int width, int height, int orientation) {

    /// The header of a file, checked.
    ///
    /// @param where what to call the file in messages
    /// @throws MalformedFile if the file is no picture of a kind that is read, if its header is
    ///     damaged, or if it announces more than [ImageDecoder#MOST_PIXELS]
    static PictureHeader read(byte[] file, String where) throws MalformedFile {
        var kind = PictureKind.of(file);
        if (kind == null)
            throw new MalformedFile(
                    where,
                    0,
                    "expected a %s picture, found %s".formatted(PictureKind.NAMES, PictureKind.nameOther(file)));
        return switch (kind) {
            case JPEG -> JpegHeader.read(file, where).whole();
            case PNG -> PngHeader.read(file, where);
            case GIF -> GifHeader.read(file, where).whole();
            case BMP -> BmpHeader.read(file, where);
            case WEBP -> WebpHeader.read(file, where).whole();
        };
    }

    /// The size of the picture when it has been turned upright.
    Dimensions upright() {
        return Orientation.swapsSides(orientation) ? new Dimensions(height, width) : new Dimensions(width, height);
    }

    /// Refuses sizes of nothing and of more than [ImageDecoder#MOST_PIXELS].
    ///
    /// @param at where in the file the size stands
    static void checkSize(long width, long height, int at, String where) throws MalformedFile {
        if (width < 1 || height < 1)
            throw new MalformedFile(
                    where, at, "expected a size of at least 1×1 pixels, found %s×%s".formatted(width, height));
        if (width * height > ImageDecoder.MOST_PIXELS)
            throw new MalformedFile(
                    where,
                    at,
                    "expected at most %,d pixels, found a header that announces %,d×%,d"
                            .formatted(ImageDecoder.MOST_PIXELS, width, height));
    }

    static MalformedFile endsEarly(String what, byte[] file, String where) {
        return new MalformedFile(where, file.length, "expected " + what + ", found the end of the file");
    }
}
