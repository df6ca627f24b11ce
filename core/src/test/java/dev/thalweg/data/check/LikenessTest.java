package dev.thalweg.data.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.RandomKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LikenessTest {
    private static Likeness of(Picture picture) {
        return Objects.requireNonNull(Likeness.of(picture.withChannels(1)));
    }

    /// 16 × 16 pixels of random levels in [from, to).
    private static Picture noise(long seed, int from, int to) {
        var key = RandomKey.of(seed);
        var pixels = new byte[256];
        for (int i = 0; i < 256; i++) pixels[i] = (byte) (from + key.below(i, to - from));
        return new Picture(16, 16, 1, pixels);
    }

    private static Picture map(Picture picture, java.util.function.IntUnaryOperator level) {
        var pixels = picture.pixels().clone();
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) level.applyAsInt(pixels[i] & 0xff);
        return new Picture(picture.width(), picture.height(), picture.channels(), pixels);
    }

    /// Pearson's correlation, the long way.
    private static double correlation(Picture a, Picture b) {
        double ma = 0, mb = 0;
        for (int i = 0; i < 256; i++) {
            ma += (a.pixels()[i] & 0xff) / 256.0;
            mb += (b.pixels()[i] & 0xff) / 256.0;
        }
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < 256; i++) {
            double u = (a.pixels()[i] & 0xff) - ma, v = (b.pixels()[i] & 0xff) - mb;
            ab += u * v;
            aa += u * u;
            bb += v * v;
        }
        return ab / Math.sqrt(aa * bb);
    }

    @Test
    void isOneLessTheCorrelation() {
        for (long seed = 0; seed < 50; seed++) {
            var a = noise(seed, 0, 256);
            var b = noise(seed + 1000, 100, 140);
            assertThat(of(a).distance(of(b))).isCloseTo((float) (1 - correlation(a, b)), within(1e-5f));
            assertThat(of(a).distance(of(a))).isCloseTo(0, within(1e-6f));
        }
    }

    @Test
    void brightnessAndContrastDoNotMatterAndANegativeIsFar() {
        var picture = noise(3, 20, 100);
        assertThat(of(picture).distance(of(map(picture, v -> 2 * v + 30)))).isCloseTo(0, within(1e-6f));
        assertThat(of(picture).distance(of(map(picture, v -> 255 - v)))).isCloseTo(2, within(1e-6f));
    }

    @Test
    void blocksNeverTellMoreThanThePixels() {
        var blocks = new float[32];
        for (long seed = 0; seed < 200; seed++) {
            java.util.Arrays.fill(blocks, 0);
            var a = of(Folders.scene(16, 16, seed % 10));
            var b = of(Folders.scene(16, 16, seed));
            a.blocks(blocks, 0);
            b.blocks(blocks, 16);
            assertThat(Likeness.coarse(blocks, 0, 16)).isLessThanOrEqualTo(a.distance(b));
        }
        // Soft pictures differ in their blocks already.
        assertThat(Likeness.coarse(blocks, 0, 16)).isGreaterThan(0.1f);
    }

    @Test
    void flatPicturesHaveNone() {
        assertThat(Likeness.of(Folders.flat(30, 20, 77))).isNull();
        assertThat(Likeness.of(noise(1, 100, 108))).isNull();
        assertThat(Likeness.of(noise(1, 100, 130))).isNotNull();
    }
}
