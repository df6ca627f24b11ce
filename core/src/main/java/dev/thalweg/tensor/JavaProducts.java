package dev.thalweg.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [MatrixProducts] in Java. The right matrix is copied in panels of a few columns, so that what is multiplied
/// next lies next to it; each element is summed in float32 along the inner extent, in order. With the
/// Vector API by fused multiplications and additions, without it by separate ones, which round once more.
final class JavaProducts implements MatrixProducts {

    @Override
    public Product prepare(Form form, Arena arena) {
        return Simd.AVAILABLE ? wide(form) : plain(form);
    }

    static Product plain(Form form) {
        return new Panels(form, Plain.COLUMNS, Plain::tile);
    }

    /// Only where `Simd.AVAILABLE`.
    static Product wide(Form form) {
        return new Panels(form, Wide.COLUMNS, Wide::tile);
    }

    /// Sums of [#ROWS] rows from row `row` on, or of fewer at the end, over all of the panel's columns.
    private interface Tile {
        void sum(Form form, FlatVector left, long at, int row, float[] panel, float[] sums);
    }

    /// Rows that are summed together.
    private static final int ROWS = 4;

    private static final class Panels implements Product {
        private final Form form;
        private final int columns;
        private final Tile tile;
        private final float[] panel;
        private final float[] sums;

        Panels(Form form, int columns, Tile tile) {
            this.form = form;
            this.columns = columns;
            this.tile = tile;
            panel = new float[Math.multiplyExact(form.inner(), columns)];
            sums = new float[ROWS * columns];
        }

        @Override
        public void apply(
                FlatVector left, long leftAt, FlatVector right, long rightAt, FlatVector target, long targetAt) {
            form.check(left, leftAt, right, rightAt, target, targetAt);
            for (int column = 0; column < form.columns(); column += columns) {
                int width = Math.min(columns, form.columns() - column);
                if (width < columns) Arrays.fill(panel, 0);
                pack(right, rightAt, column, width);
                for (int row = 0; row < form.rows(); row += ROWS) {
                    tile.sum(form, left, leftAt, row, panel, sums);
                    int height = Math.min(ROWS, form.rows() - row);
                    for (int i = 0; i < height; i++)
                        place(target, targetAt + (long) (row + i) * form.columns() + column, width, i * columns);
                }
            }
        }

        private void pack(FlatVector right, long at, int column, int width) {
            int inner = form.inner();
            if (form.rightTurned())
                for (int j = 0; j < width; j++)
                    for (int k = 0; k < inner; k++)
                        panel[k * columns + j] = right.get(at + (long) (column + j) * inner + k);
            else
                for (int k = 0; k < inner; k++) {
                    long from = at + (long) k * form.columns() + column;
                    MemorySegment.copy(right.segment(), JAVA_FLOAT, from * Float.BYTES, panel, k * columns, width);
                }
        }

        private void place(FlatVector target, long at, int width, int from) {
            float alpha = (float) form.alpha(), beta = (float) form.beta();
            for (int j = 0; j < width; j++) {
                float product = alpha * sums[from + j];
                target.set(at + j, beta == 0 ? product : product + beta * target.get(at + j));
            }
        }
    }

    private static long down(Form form) {
        return form.leftTurned() ? 1 : form.inner();
    }

    private static long across(Form form) {
        return form.leftTurned() ? form.rows() : 1;
    }

    /// One element at a time: the documentation, and the form without the Vector API.
    private static final class Plain {
        static final int COLUMNS = 16;

        static void tile(Form form, FlatVector left, long at, int row, float[] panel, float[] sums) {
            long down = down(form), across = across(form);
            int height = Math.min(ROWS, form.rows() - row);
            Arrays.fill(sums, 0);
            for (int i = 0; i < height; i++)
                for (int k = 0; k < form.inner(); k++) {
                    float a = left.get(at + (row + i) * down + k * across);
                    for (int j = 0; j < COLUMNS; j++) sums[i * COLUMNS + j] += a * panel[k * COLUMNS + j];
                }
        }
    }

    /// The same in registers, two a row.
    private static final class Wide {
        private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
        private static final int WIDTH = SPECIES.length();
        static final int COLUMNS = 2 * WIDTH;

        static void tile(Form form, FlatVector left, long at, int row, float[] panel, float[] sums) {
            if (row + ROWS <= form.rows()) four(form, left, at, row, panel, sums);
            else for (int i = 0; row + i < form.rows(); i++) one(form, left, at, row + i, panel, sums, i * COLUMNS);
        }

        private static void four(Form form, FlatVector left, long at, int row, float[] panel, float[] sums) {
            long down = down(form), across = across(form);
            long a0 = at + row * down, a1 = a0 + down, a2 = a1 + down, a3 = a2 + down;
            var zero = FloatVector.zero(SPECIES);
            FloatVector s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero, s30 = zero, s31 = zero;
            for (int k = 0; k < form.inner(); k++) {
                var b0 = FloatVector.fromArray(SPECIES, panel, k * COLUMNS);
                var b1 = FloatVector.fromArray(SPECIES, panel, k * COLUMNS + WIDTH);
                long step = k * across;
                var a = FloatVector.broadcast(SPECIES, left.get(a0 + step));
                s00 = b0.fma(a, s00);
                s01 = b1.fma(a, s01);
                a = FloatVector.broadcast(SPECIES, left.get(a1 + step));
                s10 = b0.fma(a, s10);
                s11 = b1.fma(a, s11);
                a = FloatVector.broadcast(SPECIES, left.get(a2 + step));
                s20 = b0.fma(a, s20);
                s21 = b1.fma(a, s21);
                a = FloatVector.broadcast(SPECIES, left.get(a3 + step));
                s30 = b0.fma(a, s30);
                s31 = b1.fma(a, s31);
            }
            s00.intoArray(sums, 0);
            s01.intoArray(sums, WIDTH);
            s10.intoArray(sums, COLUMNS);
            s11.intoArray(sums, COLUMNS + WIDTH);
            s20.intoArray(sums, 2 * COLUMNS);
            s21.intoArray(sums, 2 * COLUMNS + WIDTH);
            s30.intoArray(sums, 3 * COLUMNS);
            s31.intoArray(sums, 3 * COLUMNS + WIDTH);
        }

        private static void one(Form form, FlatVector left, long at, int row, float[] panel, float[] sums, int target) {
            long across = across(form), first = at + row * down(form);
            var zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero, s1 = zero;
            for (int k = 0; k < form.inner(); k++) {
                var a = FloatVector.broadcast(SPECIES, left.get(first + k * across));
                s0 = FloatVector.fromArray(SPECIES, panel, k * COLUMNS).fma(a, s0);
                s1 = FloatVector.fromArray(SPECIES, panel, k * COLUMNS + WIDTH).fma(a, s1);
            }
            s0.intoArray(sums, target);
            s1.intoArray(sums, target + WIDTH);
        }
    }
}
