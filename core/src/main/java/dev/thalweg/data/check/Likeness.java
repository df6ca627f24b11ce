package dev.thalweg.data.check;

import dev.thalweg.data.Dimensions;
import dev.thalweg.data.Picture;
import dev.thalweg.data.Resize;
import org.jspecify.annotations.Nullable;

/// A picture as 16 × 16 grey pixels, for telling look-alikes from duplicates where hashes are near.
///
/// The measure is 1 − r, r being the correlation of the pixels (Pearson's): 0 for pictures that are the
/// same up to brightness and contrast, about 1 for unrelated ones. With pixels p centred on their mean
/// and divided by their norm, it is ½‖p − q‖².
///
/// @param pixels grey levels − 128, row by row
/// @param sum of the pixels
/// @param scale 1 over the norm of the centred pixels
/// @param blocks the means of 4 × 4 blocks of the normed pixels, times 4: the norm of a difference of
///     these is never above that of the pixels', so that most pairs are told apart by them alone
record Likeness(byte[] pixels, float sum, float scale, float[] blocks) {
    private static final int SIDE = 16;
    private static final int PIXELS = SIDE * SIDE;

    /// Null where the picture has less contrast than a likeness can be judged by:
    /// [DifferenceHash#CONTRAST].
    static @Nullable Likeness of(Picture grey) {
        var small = Resize.to(grey, new Dimensions(SIDE, SIDE));
        if (DifferenceHash.deviation(small) < DifferenceHash.CONTRAST) return null;
        var pixels = new byte[PIXELS];
        int sum = 0, squares = 0;
        for (int i = 0; i < PIXELS; i++) {
            int v = (small.pixels()[i] & 0xff) - 128;
            pixels[i] = (byte) v;
            sum += v;
            squares += v * v;
        }
        double mean = (double) sum / PIXELS;
        double scale = 1 / Math.sqrt(squares - sum * mean);
        var blocks = new float[16];
        for (int i = 0; i < PIXELS; i++)
            blocks[i / SIDE / 4 * 4 + i % SIDE / 4] += (float) ((pixels[i] - mean) * scale / 4);
        return new Likeness(pixels, sum, (float) scale, blocks);
    }

    /// 1 − r, or something above `bound` if it is above that.
    float distance(Likeness other, float bound) {
        float coarse = 0;
        for (int i = 0; i < 16; i++) {
            float d = blocks[i] - other.blocks[i];
            coarse += d * d;
        }
        // Single precision may take the bound by a hair too high: then the exact value decides.
        if (coarse / 2 > bound + 1e-5f) return coarse / 2;
        int dot = 0;
        for (int i = 0; i < PIXELS; i++) dot += pixels[i] * other.pixels[i];
        return (float) (1 - (dot - (double) sum * other.sum / PIXELS) * scale * other.scale);
    }
}
