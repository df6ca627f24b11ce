package dev.thalweg.step;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The three transforms of Winograd's minimal filtering F(4×4, 3×3) on channels-last float32 pictures, with
/// the Vector API along the channels (Lavin & Gray, 2016, arXiv:1509.09308, equations 8 and 15):
///
///     Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A
///
/// d is a tile of 6×6 places of the input, g the 3×3 kernel, Y 4×4 places of the output, of which neighbours
/// have their own. The products ⊙, summed over the channels, are 36 products of matrices, which take a
/// quarter of the multiplications of the convolution.
///
/// Memory is addressed absolutely, so that a place outside the picture can be a row of zeros elsewhere.
/// Only reached where `Simd.AVAILABLE`.
final class WinogradKernels {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();
    /// Places of the output in a tile's row, of the input, and products of a tile.
    static final int OUT = 4;

    static final int IN = 6;
    static final int PRODUCTS = IN * IN;

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private WinogradKernels() {}

    /// Memory of one worker between two passes over a tile, and the addresses of its places.
    static final class Tile {
        final float[] half = new float[PRODUCTS * WIDTH];
        final long[] places = new long[PRODUCTS];
    }

    /// A picture and where its tiles lie in it.
    ///
    /// @param top by how much the first tile reaches over the upper edge, and `left` over the left one
    record Grid(int height, int width, int channels, int top, int left, int rows, int columns) {
        int tiles() {
            return rows * columns;
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, LITTLE_ENDIAN);
    }

    private static FloatVector half(Tile tile, int i, int j) {
        return FloatVector.fromArray(SPECIES, tile.half, (i * IN + j) * WIDTH);
    }

    private static void half(Tile tile, int i, int j, FloatVector value) {
        value.intoArray(tile.half, (i * IN + j) * WIDTH);
    }

    /// Bᵀ d B of every tile of `pictures` pictures at `source`, into 36 matrices (tile, channel) at `target`,
    /// `plane` bytes apart.
    static void input(Grid grid, long source, int pictures, long zeros, long target, long plane, Tile tile) {
        long row = grid.channels * 4L;
        for (int n = 0; n < pictures; n++)
            for (int ty = 0; ty < grid.rows; ty++)
                for (int tx = 0; tx < grid.columns; tx++) {
                    for (int i = 0; i < IN; i++) {
                        int y = ty * OUT + i - grid.top;
                        for (int j = 0; j < IN; j++) {
                            int x = tx * OUT + j - grid.left;
                            boolean inside = 0 <= y && y < grid.height && 0 <= x && x < grid.width;
                            tile.places[i * IN + j] =
                                    inside ? source + (((long) n * grid.height + y) * grid.width + x) * row : zeros;
                        }
                    }
                    for (long c = 0; c < row; c += 4L * WIDTH) input(tile, c, target + c, plane);
                    target += row;
                }
    }

    private static void input(Tile tile, long c, long target, long plane) {
        long[] places = tile.places;
        for (int j = 0; j < IN; j++) {
            var d0 = load(places[j] + c);
            var d1 = load(places[IN + j] + c);
            var d2 = load(places[2 * IN + j] + c);
            var d3 = load(places[3 * IN + j] + c);
            var d4 = load(places[4 * IN + j] + c);
            var d5 = load(places[5 * IN + j] + c);
            var even = d4.sub(d2.mul(4));
            var odd = d3.sub(d1.mul(4));
            var difference = d4.sub(d2);
            var twice = d3.sub(d1).mul(2);
            half(tile, 0, j, d0.mul(4).sub(d2.mul(5)).add(d4));
            half(tile, 1, j, even.add(odd));
            half(tile, 2, j, even.sub(odd));
            half(tile, 3, j, difference.add(twice));
            half(tile, 4, j, difference.sub(twice));
            half(tile, 5, j, d1.mul(4).sub(d3.mul(5)).add(d5));
        }
        for (int i = 0; i < IN; i++) {
            var d0 = half(tile, i, 0);
            var d1 = half(tile, i, 1);
            var d2 = half(tile, i, 2);
            var d3 = half(tile, i, 3);
            var d4 = half(tile, i, 4);
            var d5 = half(tile, i, 5);
            var even = d4.sub(d2.mul(4));
            var odd = d3.sub(d1.mul(4));
            var difference = d4.sub(d2);
            var twice = d3.sub(d1).mul(2);
            long at = target + i * IN * plane;
            store(d0.mul(4).sub(d2.mul(5)).add(d4), at);
            store(even.add(odd), at + plane);
            store(even.sub(odd), at + 2 * plane);
            store(difference.add(twice), at + 3 * plane);
            store(difference.sub(twice), at + 4 * plane);
            store(d1.mul(4).sub(d3.mul(5)).add(d5), at + 5 * plane);
        }
    }

    private static void store(FloatVector value, long address) {
        value.intoMemorySegment(ALL, address, LITTLE_ENDIAN);
    }

    /// What follows the output transform in the same pass. Addresses; 0 for none.
    ///
    /// @param bias one number a channel
    /// @param addend a picture like the output, which may be the output itself
    record After(long bias, long addend, boolean relu) {}

    /// Aᵀ m A of every tile of `pictures` pictures, from 36 matrices at `source`, into pictures at `target`.
    static void output(Grid grid, long source, long plane, int pictures, long target, After after, Tile tile) {
        long row = grid.channels * 4L;
        long addend = after.addend - target;
        for (int n = 0; n < pictures; n++)
            for (int ty = 0; ty < grid.rows; ty++)
                for (int tx = 0; tx < grid.columns; tx++) {
                    Arrays.fill(tile.places, 0);
                    for (int i = 0; i < OUT; i++) {
                        int y = ty * OUT + i;
                        for (int j = 0; j < OUT; j++) {
                            int x = tx * OUT + j;
                            if (y < grid.height && x < grid.width)
                                tile.places[i * IN + j] =
                                        target + (((long) n * grid.height + y) * grid.width + x) * row;
                        }
                    }
                    for (long c = 0; c < row; c += 4L * WIDTH) output(tile, source + c, plane, c, after, addend);
                    source += row;
                }
    }

    private static void output(Tile tile, long source, long plane, long c, After after, long addend) {
        for (int j = 0; j < IN; j++) {
            long at = source + j * plane;
            var m0 = load(at);
            var m1 = load(at + 6 * plane);
            var m2 = load(at + 12 * plane);
            var m3 = load(at + 18 * plane);
            var m4 = load(at + 24 * plane);
            var m5 = load(at + 30 * plane);
            var sum = m1.add(m2);
            var difference = m1.sub(m2);
            var sum2 = m3.add(m4);
            var difference2 = m3.sub(m4);
            half(tile, 0, j, m0.add(sum).add(sum2));
            half(tile, 1, j, difference.add(difference2.mul(2)));
            half(tile, 2, j, sum.add(sum2.mul(4)));
            half(tile, 3, j, difference.add(difference2.mul(8)).add(m5));
        }
        for (int i = 0; i < OUT; i++) {
            if (tile.places[i * IN] == 0) return;
            var m0 = half(tile, i, 0);
            var m1 = half(tile, i, 1);
            var m2 = half(tile, i, 2);
            var m3 = half(tile, i, 3);
            var m4 = half(tile, i, 4);
            var m5 = half(tile, i, 5);
            var sum = m1.add(m2);
            var difference = m1.sub(m2);
            var sum2 = m3.add(m4);
            var difference2 = m3.sub(m4);
            put(tile.places[i * IN], c, m0.add(sum).add(sum2), after, addend);
            put(tile.places[i * IN + 1], c, difference.add(difference2.mul(2)), after, addend);
            put(tile.places[i * IN + 2], c, sum.add(sum2.mul(4)), after, addend);
            put(tile.places[i * IN + 3], c, difference.add(difference2.mul(8)).add(m5), after, addend);
        }
    }

    private static void put(long place, long c, FloatVector value, After after, long addend) {
        if (place == 0) return;
        long at = place + c;
        var y = value;
        if (after.bias != 0) y = y.add(load(after.bias + c));
        if (after.addend != 0) y = y.add(load(at + addend));
        if (after.relu) y = y.max(0);
        store(y, at);
    }

    /// G g Gᵀ of `count` kernels at a time, elements [from, to) of them, a multiple of [#WIDTH]: from nine rows of
    /// `count`
    /// elements at `source`, one for each tap, into 36 at `target`, `plane` bytes apart.
    ///
    /// @param turned whether the taps come in the opposite order, as in the gradient by the input
    static void weights(
            long source, long count, boolean turned, long target, long plane, long from, long to, Tile tile) {
        long first = turned ? source + 8 * count * 4 : source;
        long tap = turned ? -count * 4 : count * 4;
        for (long e = from * 4; e < to * 4; e += 4L * WIDTH) {
            for (int s = 0; s < 3; s++) {
                var g0 = load(first + s * tap + e);
                var g1 = load(first + (3 + s) * tap + e);
                var g2 = load(first + (6 + s) * tap + e);
                var outer = g0.add(g2).mul(-1 / 6f);
                var middle = g1.mul(1 / 6f);
                var slope = g0.mul(1 / 24f).add(g2.mul(1 / 6f));
                var twelfth = g1.mul(1 / 12f);
                half(tile, 0, s, g0.mul(0.25f));
                half(tile, 1, s, outer.sub(middle));
                half(tile, 2, s, outer.add(middle));
                half(tile, 3, s, slope.add(twelfth));
                half(tile, 4, s, slope.sub(twelfth));
                half(tile, 5, s, g2);
            }
            for (int i = 0; i < IN; i++) {
                var g0 = half(tile, i, 0);
                var g1 = half(tile, i, 1);
                var g2 = half(tile, i, 2);
                var outer = g0.add(g2).mul(-1 / 6f);
                var middle = g1.mul(1 / 6f);
                var slope = g0.mul(1 / 24f).add(g2.mul(1 / 6f));
                var twelfth = g1.mul(1 / 12f);
                long at = target + e + i * IN * plane;
                store(g0.mul(0.25f), at);
                store(outer.sub(middle), at + plane);
                store(outer.add(middle), at + 2 * plane);
                store(slope.add(twelfth), at + 3 * plane);
                store(slope.sub(twelfth), at + 4 * plane);
                store(g2, at + 5 * plane);
            }
        }
    }
}
