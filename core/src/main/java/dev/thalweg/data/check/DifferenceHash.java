package dev.thalweg.data.check;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;

/// A picture's look in 64 bits, the same or nearly so after resizing, recompressing, and changes of
/// brightness and contrast: the difference hash, dHash (N. Krawetz, "Kind of Like That", 2013,
/// hackerfactor.com/blog/?/archives/529-Kind-of-Like-That.html).
///
/// The picture becomes grey, and 9 × 8 pixels whatever its shape. Bit 63 − (8·y + x) says whether the
/// pixel at (x + 1, y) is brighter than the one at (x, y): rows from the top, the first bit the most
/// significant, as Python's `imagehash.dhash` prints it (which resizes with another filter).
///
/// Where a picture is flat, the bits are noise: see [#CONTRAST].
public final class DifferenceHash {
    private static final Dimensions GRID = new Dimensions(9, 8);

    /// Grey levels: a picture whose 72 means deviate less from their mean has no hash to speak of.
    static final double CONTRAST = 4;

    private DifferenceHash() {}

    /// The hash of any picture.
    public static long of(Picture picture) {
        return ofGrid(grid(picture.withChannels(1)));
    }

    static Picture grid(Picture grey) {
        return grey.dimensions().equals(GRID) ? grey : Resize.to(grey, GRID);
    }

    static long ofGrid(Picture grid) {
        long hash = 0;
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++) hash = hash << 1 | (grid.at(x + 1, y, 0) > grid.at(x, y, 0) ? 1 : 0);
        return hash;
    }

    /// Standard deviation of the samples, in grey levels.
    static double deviation(Picture grey) {
        long sum = 0, squares = 0;
        for (byte sample : grey.pixels()) {
            int v = sample & 0xff;
            sum += v;
            squares += (long) v * v;
        }
        double n = grey.pixels().length;
        return Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
    }
}
