package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What the rules' loops for the Vector API share. Only reached where `Simd.AVAILABLE`: the class
/// must not be loaded in a JVM without the module.
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /// Elements in one register.
    static final int WIDTH = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    static FloatVector load(FlatVector vector, long i) {
        return FloatVector.fromMemorySegment(SPECIES, vector.segment(), i * Float.BYTES, ORDER);
    }

    static void store(FloatVector values, FlatVector vector, long i) {
        values.intoMemorySegment(vector.segment(), i * Float.BYTES, ORDER);
    }

    /// slot ← keep · slot + fresh · x, which is also returned.
    static FloatVector fade(FlatVector slot, long i, float keep, FloatVector x, float fresh) {
        var mixed = load(slot, i).mul(keep).add(x.mul(fresh));
        store(mixed, slot, i);
        return mixed;
    }

    /// [Terms#gradient] of element `i`.
    static FloatVector gradient(Terms terms, FlatVector gradient, long i, FloatVector theta) {
        return gradient(terms, load(gradient, i), theta);
    }

    /// [Terms#gradient].
    static FloatVector gradient(Terms terms, FloatVector g, FloatVector theta) {
        float limit = (float) terms.gradientLimit;
        return g.mul((float) terms.gradientScale)
                .max(-limit)
                .min(limit)
                .add(theta.mul((float) terms.coupledDecay))
                .add(sign(theta).mul((float) terms.coupledL1));
    }

    /// −1, 0 or 1.
    static FloatVector sign(FloatVector x) {
        var zero = FloatVector.zero(SPECIES);
        return zero.blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    }

    /// Stores new parameters as [Terms#sparse] leaves them.
    static void place(Terms terms, FloatVector theta, FlatVector vector, long i) {
        float threshold = (float) (terms.learningRate * terms.decoupledL1);
        store(theta.sub(theta.max(-threshold).min(threshold)), vector, i);
    }
}
