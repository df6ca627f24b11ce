package dev.thalweg.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DifferenceHashTest {
    /// Eight rows of nine levels, which need no resizing.
    private static Picture grid(int[]... rows) {
        var pixels = new byte[72];
        for (int y = 0; y < 8; y++) for (int x = 0; x < 9; x++) pixels[9 * y + x] = (byte) rows[y % rows.length][x];
        return new Picture(9, 8, 1, pixels);
    }

    @Test
    void oneBitForEachStepToTheRightFromTheTop() {
        assertThat(DifferenceHash.of(grid(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8})))
                .isEqualTo(-1L);
        assertThat(DifferenceHash.of(grid(new int[] {8, 7, 6, 5, 4, 3, 2, 1, 0})))
                .isZero();
        // Equal is not brighter.
        assertThat(DifferenceHash.of(grid(new int[] {200, 200, 200, 200, 200, 200, 200, 200, 200})))
                .isZero();
        // Up, down, up, up, down, down, up, equal: 1011 0010; and in every other row the reverse.
        assertThat(DifferenceHash.of(
                        grid(new int[] {10, 250, 3, 4, 5, 4, 3, 9, 9}, new int[] {9, 1, 2, 1, 0, 1, 2, 1, 5})))
                .isEqualTo(0xb24d_b24d_b24d_b24dL);
    }

    /// Only the first row rises: the most significant byte.
    @Test
    void theFirstRowIsTheMostSignificantByte() {
        var rows = new int[8][9];
        for (int x = 0; x < 9; x++) rows[0][x] = 20 * x;
        assertThat(DifferenceHash.of(grid(rows))).isEqualTo(0xff00_0000_0000_0000L);
        rows[0] = new int[9];
        rows[7][8] = 1;
        assertThat(DifferenceHash.of(grid(rows))).isEqualTo(1L);
    }

    /// Samples are bytes: 130 is brighter than 120.
    @Test
    void levelsAreUnsigned() {
        assertThat(DifferenceHash.of(grid(new int[] {120, 130, 120, 130, 120, 130, 120, 130, 120})))
                .isEqualTo(0xaaaa_aaaa_aaaa_aaaaL);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 33, 61, 97})
    void isAlmostTheSameAtAnySize(int side) {
        for (long seed = 0; seed < 20; seed++) {
            long hash = DifferenceHash.of(Folders.scene(128, 96, seed));
            var other = Resize.to(Folders.scene(128, 96, seed), new Dimensions(side, side));
            assertThat(Long.bitCount(hash ^ DifferenceHash.of(other))).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void colourCountsAsItsLuma() {
        var scene = Folders.scene(40, 30, 3);
        assertThat(DifferenceHash.of(scene)).isEqualTo(DifferenceHash.of(scene.withChannels(1)));
    }

    @Test
    void deviationOfKnownSamples() {
        assertThat(DifferenceHash.deviation(new Picture(4, 1, 1, new byte[] {0, 10, 0, 10})))
                .isEqualTo(5);
        assertThat(DifferenceHash.deviation(Folders.flat(5, 7, 255))).isZero();
    }
}
