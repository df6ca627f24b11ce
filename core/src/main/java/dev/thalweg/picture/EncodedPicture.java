package dev.thalweg.picture;

import java.io.IOException;

/// A picture whose size is known, to be decoded when it is known what for.
public interface EncodedPicture {
    /// The most that a picture is reduced while it is decoded.
    int MOST = 8;

    /// Of the whole picture, upright.
    Dimensions dimensions();

    /// Whether [#decode] may return less than the whole picture.
    boolean reducible();

    /// The picture at its size, or at 1/`reduction` of it, sides rounded up, where its decoder can do
    /// that: what comes back says which. Pixel x of a reduced picture stands for the pixels from
    /// `reduction` · x to `reduction` · (x + 1).
    ///
    /// @param reduction 1, 2, 4 or 8
    Picture decode(int reduction) throws IOException;

    /// A part of the picture at another size, as [Resize#part] has it, decoded no larger than that needs
    /// (see [Resize#reduction]) and with `channels` of them. The picture itself need not be made for it.
    ///
    /// @param from the part, in pixels of the whole picture
    /// @param size that the part is resized to
    /// @param window of the result that is wanted
    default Picture resized(Box from, Dimensions size, Box window, int channels) throws IOException {
        var decoded = decode(Resize.reduction(from, size)).withChannels(channels);
        return Resize.part(decoded, dimensions(), from, size, window);
    }

    /// A picture that is decoded already.
    static EncodedPicture of(Picture picture) {
        return new EncodedPicture() {
            @Override
            public Dimensions dimensions() {
                return picture.dimensions();
            }

            @Override
            public boolean reducible() {
                return false;
            }

            @Override
            public Picture decode(int reduction) {
                return picture;
            }
        };
    }
}
