package dev.thalweg.picture;

import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The passes of [Resize] with the Vector API: the same numbers, bit for bit.
final class ResizeSimd {
    /// Floats in the vector that holds one pixel; the fourth is the next one's red, and left over.
    static final int PIXEL = 4;

    private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> B =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, I.length() * Byte.SIZE)));
    private static final int WIDTH = F.length();

    private ResizeSimd() {}

    static void mixRows(Resize.Taps rows, int y, byte[] pixels, int at, int stride, float[] mixed, int span) {
        int w = y * rows.width();
        int count = rows.count()[y];
        float[] weights = rows.weights();
        int x = 0;
        // Loads of bytes may be wider than what is used of them.
        int last = Math.min(span - WIDTH, pixels.length - at - (count - 1) * stride - B.length());
        for (; x <= last; x += WIDTH) {
            var sum = load(pixels, at + x).mul(weights[w]);
            for (int k = 1; k < count; k++)
                sum = sum.add(load(pixels, at + k * stride + x).mul(weights[w + k]));
            sum.intoArray(mixed, x);
        }
        Resize.mixRows(rows, y, pixels, at, stride, mixed, x, span);
    }

    private static FloatVector load(byte[] pixels, int at) {
        return (FloatVector) ByteVector.fromArray(B, pixels, at)
                .convertShape(ZERO_EXTEND_B2I, I, 0)
                .convertShape(I2F, F, 0);
    }

    /// With as many taps for each pixel as any has, so that the loop's length can be foreseen: weights
    /// beyond a pixel's own are 0, and change nothing.
    static void mixColours(Resize.Taps columns, int left, float[] mixed, float[] filtered) {
        int[] first = columns.first();
        float[] weights = columns.weights();
        int width = columns.width();
        int most = columns.most();
        for (int x = 0; x < first.length; x++) {
            int at = (first[x] - left) * 3;
            int w = x * width;
            var sum = FloatVector.broadcast(FloatVector.SPECIES_128, 0.5f);
            for (int k = 0; k < most; k++)
                sum = sum.add(FloatVector.fromArray(FloatVector.SPECIES_128, mixed, at + 3 * k)
                        .mul(weights[w + k]));
            sum.intoArray(filtered, 3 * x);
        }
    }

    static void round(float[] filtered, int length, byte[] result, int at) {
        int i = 0;
        int last = Math.min(length - WIDTH, result.length - at - B.length());
        for (; i <= last; i += WIDTH)
            ((IntVector) FloatVector.fromArray(F, filtered, i).convertShape(F2I, I, 0))
                    .min(255)
                    .convertShape(I2B, B, 0)
                    .reinterpretAsBytes()
                    .intoArray(result, at + i);
        Resize.round(filtered, i, length, result, at);
    }
}
