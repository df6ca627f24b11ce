package dev.thalweg.data.check;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
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
record Likeness(byte[] pixels, int sum, float scale) {
    private static final int SIDE = 16;
    static final int PIXELS = SIDE * SIDE;
    /// Blocks of 4 × 4 pixels, see [#blocks].
    static final int BLOCKS = 16;

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
        return new Likeness(pixels, sum, (float) (1 / Math.sqrt(squares - (double) sum * sum / PIXELS)));
    }

    /// 1 − r.
    float distance(Likeness other) {
        int dot = 0;
        for (int i = 0; i < PIXELS; i++) dot += pixels[i] * other.pixels[i];
        return (float) (1 - (dot - (double) sum * other.sum / PIXELS) * scale * other.scale);
    }

    /// Writes the means of the normed pixels' 4 × 4 blocks, times 4, to `into` from `at` on. The norm of
    /// a difference of these is never above that of the pixels', so that most pairs are told apart by
    /// them alone: see [#coarse].
    void blocks(float[] into, int at) {
        double mean = (double) sum / PIXELS;
        for (int i = 0; i < PIXELS; i++)
            into[at + i / SIDE / 4 * 4 + i % SIDE / 4] += (float) ((pixels[i] - mean) * scale / 4);
    }

    /// A lower bound of the distance of likenesses whose blocks begin at `a` and `b`.
    static float coarse(float[] blocks, int a, int b) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int i = 0; i < BLOCKS; i += 4) {
            float d0 = blocks[a + i] - blocks[b + i];
            float d1 = blocks[a + i + 1] - blocks[b + i + 1];
            float d2 = blocks[a + i + 2] - blocks[b + i + 2];
            float d3 = blocks[a + i + 3] - blocks[b + i + 3];
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }
        // Less what single precision may have added.
        return (s0 + s1 + (s2 + s3)) / 2 - 1e-5f;
    }
}
