package dev.thalweg.minimize;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/// [Dense]'s sums with the Vector API, to the same bits: the eight places are the lanes of two registers. The JIT
/// compiler makes no registers of sums in plain loops, whose order it would change.
///
/// Places that are four apart are added first. That is written out at each sum, since what is given to
/// another method becomes an object where the compiler does not inline the method.
///
/// Only reached where the Vector API's module is there.
final class DenseSimd {
    private static final VectorSpecies<Double> D = DoubleVector.SPECIES_256;

    /// Whether the machine has such registers.
    static final boolean WIDE = DoubleVector.SPECIES_PREFERRED.length() >= D.length();

    private DenseSimd() {}

    /// The sum of aᵢbᵢ over whole eights of `b`, `a` from `from` on.
    static double dot(double[] a, int from, double[] b) {
        var low = DoubleVector.zero(D);
        var high = DoubleVector.zero(D);
        for (int i = 0, k = from; i + 8 <= b.length; i += 8, k += 8) {
            low = low.add(DoubleVector.fromArray(D, a, k).mul(DoubleVector.fromArray(D, b, i)));
            high = high.add(DoubleVector.fromArray(D, a, k + 4).mul(DoubleVector.fromArray(D, b, i + 4)));
        }
        var fours = low.add(high);
        return fours.lane(0) + fours.lane(2) + (fours.lane(1) + fours.lane(3));
    }

    /// y ← y + αx, and the sum of yᵢzᵢ, over whole eights.
    static double addAndDot(double alpha, double[] x, double[] y, double[] z) {
        var low = DoubleVector.zero(D);
        var high = DoubleVector.zero(D);
        for (int i = 0; i + 8 <= y.length; i += 8) {
            var first = DoubleVector.fromArray(D, y, i)
                    .add(DoubleVector.fromArray(D, x, i).mul(alpha));
            var second = DoubleVector.fromArray(D, y, i + 4)
                    .add(DoubleVector.fromArray(D, x, i + 4).mul(alpha));
            first.intoArray(y, i);
            second.intoArray(y, i + 4);
            low = low.add(first.mul(DoubleVector.fromArray(D, z, i)));
            high = high.add(second.mul(DoubleVector.fromArray(D, z, i + 4)));
        }
        var fours = low.add(high);
        return fours.lane(0) + fours.lane(2) + (fours.lane(1) + fours.lane(3));
    }
}
