package dev.thalweg.train;

import dev.thalweg.nn.Network;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Measures a step: the gradient's norm, and by what part of themselves the weights change, ‖Δθ‖ / ‖θ‖,
/// for each weight and over all. Biases and normalizations are left out: they begin at zero, or are of another scale.
///
/// Of a large weight only [#PART] blocks of [#BLOCK] elements, spread evenly, are looked at: ratios of
/// norms over thousands of elements are estimated to about a hundredth, at a fraction of the cost.
/// Measuring changes nothing and allocates nothing.
final class StepProbe {
    private static final int BLOCK = 1 << 12;
    private static final int PART = 4;

    private final List<Parameter> weights;
    private final FlatVector before;
    private final float[] layers;
    private double update = Double.NaN;
    private double gradientNorm = Double.NaN;

    StepProbe(Network network, Arena arena) {
        weights = network.parameters().parameters().stream()
                .filter(p -> p.role() == Role.WEIGHT)
                .toList();
        layers = new float[weights.size()];
        before = FlatVector.allocate(
                weights.stream().mapToLong(StepProbe::looked).sum(), arena);
    }

    /// Names of the weights, in the order of [#layers].
    List<String> names() {
        return weights.stream().map(Parameter::name).toList();
    }

    private static int blocks(Parameter p) {
        return p.size() <= PART * BLOCK ? 1 : PART;
    }

    private static long blockSize(Parameter p) {
        return p.size() <= PART * BLOCK ? p.size() : BLOCK;
    }

    /// Elements of `p` that are looked at.
    private static long looked(Parameter p) {
        return blocks(p) * blockSize(p);
    }

    /// Where block `b` of `p` begins in the parameters: the first at its begin, the last at its end.
    private static long begin(Parameter p, int b) {
        int n = blocks(p);
        return p.offset() + (n == 1 ? 0 : (p.size() - BLOCK) * b / (n - 1));
    }

    /// Remembers the weights as they are.
    void before(FlatVector theta) {
        long at = 0;
        for (int k = 0; k < weights.size(); k++) {
            var p = weights.get(k);
            long size = blockSize(p);
            for (int b = 0; b < blocks(p); b++, at += size)
                MemorySegment.copy(
                        theta.segment(),
                        begin(p, b) * Float.BYTES,
                        before.segment(),
                        at * Float.BYTES,
                        size * Float.BYTES);
        }
    }

    /// Compares them with what they are now.
    ///
    /// @param gradientNorm of the step, which is kept beside
    void after(FlatVector theta, double gradientNorm) {
        this.gradientNorm = gradientNorm;
        double moved = 0, length = 0;
        long at = 0;
        for (int k = 0; k < weights.size(); k++) {
            var p = weights.get(k);
            long size = blockSize(p);
            double movedHere = 0, lengthHere = 0;
            for (int b = 0; b < blocks(p); b++, at += size) {
                movedHere += Vectors.squaredDistance(theta, begin(p, b), before, at, size);
                lengthHere += Vectors.squaredNorm(before, at, at + size);
            }
            layers[k] = ratio(movedHere, lengthHere);
            double share = (double) p.size() / looked(p);
            moved += share * movedHere;
            length += share * lengthHere;
        }
        update = ratio(moved, length);
    }

    /// Weights that are all zero have no ratio.
    private static float ratio(double moved, double length) {
        return length == 0 ? Float.NaN : (float) Math.sqrt(moved / length);
    }

    /// Of the last step that was measured: over all trained parameters, before clipping.
    double gradientNorm() {
        return gradientNorm;
    }

    /// Of the last step that was measured, over all weights.
    double update() {
        return update;
    }

    /// Of the last step that was measured, for each weight.
    float layer(int k) {
        return layers[k];
    }
}
