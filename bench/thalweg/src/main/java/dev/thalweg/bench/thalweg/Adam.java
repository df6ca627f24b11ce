package dev.thalweg.bench.thalweg;

import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Terms;
import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What Adam (Kingma & Ba, 2015, arXiv:1412.6980, algorithm 1) costs: one pass that reads θ, g, m
/// and v and writes θ, m and v. For measuring only: terms other than the learning rate are ignored.
///
///     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
///     θ ← θ − α · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
public record Adam(float beta1, float beta2, float epsilon) implements FirstOrder<Adam.Memory> {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    /// Both moments.
    public record Memory(FlatVector m, FlatVector v) {}

    @Override
    public Memory start(long n, Arena arena) {
        return new Memory(FlatVector.allocate(n, arena), FlatVector.allocate(n, arena));
    }

    @Override
    public void update(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        float rate = (float) (terms.learningRate / (1 - Math.pow(beta1, (double) terms.step)));
        float correction = (float) (1 / (1 - Math.pow(beta2, (double) terms.step)));
        long i = from;
        for (; i <= to - SPECIES.length(); i += SPECIES.length()) {
            var g = load(gradient, i);
            var m = load(memory.m, i).mul(beta1).add(g.mul(1 - beta1));
            var v = load(memory.v, i).mul(beta2).add(g.mul(g).mul(1 - beta2));
            store(m, memory.m, i);
            store(v, memory.v, i);
            store(load(theta, i).sub(m.mul(rate).div(v.mul(correction).sqrt().add(epsilon))), theta, i);
        }
        for (; i < to; i++) {
            float g = gradient.get(i);
            float m = memory.m.get(i) * beta1 + g * (1 - beta1);
            float v = memory.v.get(i) * beta2 + g * g * (1 - beta2);
            memory.m.set(i, m);
            memory.v.set(i, v);
            theta.set(i, theta.get(i) - rate * m / ((float) Math.sqrt(v * correction) + epsilon));
        }
    }

    private static FloatVector load(FlatVector vector, long i) {
        return FloatVector.fromMemorySegment(SPECIES, vector.segment(), i * Float.BYTES, ORDER);
    }

    private static void store(FloatVector values, FlatVector vector, long i) {
        values.intoMemorySegment(vector.segment(), i * Float.BYTES, ORDER);
    }
}
