package dev.thalweg.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.thalweg.nn.Network;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Measures a step: the gradient's norm, and by what part of themselves the weights change, ‖Δθ‖ / ‖θ‖,
/// for each weight and over all. Biases and normalizations are left out of the ratio: they begin at
/// zero, or are of another scale.
///
/// Of a large weight only [#SPREAD] blocks of [#PIECE] elements, spread evenly, are compared: ratios of
/// norms over thousands of elements are estimated to about a hundredth, at a fraction of the cost.
///
/// Measuring changes nothing and allocates nothing. The sums are plain loops over arrays and not
/// [dev.thalweg.tensor.Vectors]: what runs a few hundred times must be fast the first time, when the
/// Vector API's operations are still objects (0.3 s for the first norm of a small network, and
/// seconds on a busy machine).
final class StepProbe {
    /// Elements that one worker adds up at once.
    private static final int BLOCK = 1 << 14;

    private static final int PIECE = 1 << 12;
    private static final int SPREAD = 4;

    private final Workers workers;
    private final Workers.Job normJob = this::sumSquares;
    private final double[] partials;
    private final float[][] scratch;

    private final List<Compared> weights;
    private final float[] before;
    private final float[] layers;
    private double update = Double.NaN;
    private double gradientNorm = Double.NaN;
    private @Nullable FlatVector gradient;

    StepProbe(Network network, Workers workers) {
        this.workers = workers;
        partials = new double[(int) Math.ceilDiv(network.parameters().length(), (long) BLOCK)];
        scratch = new float[workers.count()][BLOCK];
        weights = network.parameters().parameters().stream()
                .filter(p -> p.role() == Role.WEIGHT)
                .map(Compared::of)
                .toList();
        layers = new float[weights.size()];
        before = new float
                [weights.stream().mapToInt(w -> w.begins.length * w.size).sum()];
    }

    /// What of a weight is compared.
    ///
    /// @param begins of its pieces in the parameters: the first at its begin, the last at its end
    /// @param size of each piece
    /// @param share elements that each one compared stands for
    private record Compared(String name, long[] begins, int size, double share) {
        static Compared of(Parameter p) {
            if (p.size() <= SPREAD * PIECE) return new Compared(p.name(), new long[] {p.offset()}, (int) p.size(), 1);
            var begins = new long[SPREAD];
            for (int i = 0; i < SPREAD; i++) begins[i] = p.offset() + (p.size() - PIECE) * i / (SPREAD - 1);
            return new Compared(p.name(), begins, PIECE, (double) p.size() / (SPREAD * PIECE));
        }
    }

    /// Names of the weights, in the order of [#layer].
    List<String> names() {
        return weights.stream().map(Compared::name).toList();
    }

    /// Remembers the weights as they are.
    void before(FlatVector theta) {
        int at = 0;
        for (int k = 0; k < weights.size(); k++) {
            var weight = weights.get(k);
            int size = weight.size;
            for (int i = 0; i < weight.begins.length; i++, at += size) copy(theta, weight.begins[i], before, at, size);
        }
    }

    /// Compares them with what they are now, and measures the gradient that moved them.
    ///
    /// @param scale that the optimizer multiplied the gradient by, clipping left aside
    void after(FlatVector theta, FlatVector gradient, double scale) {
        double moved = 0, length = 0;
        int at = 0;
        var now = scratch[0];
        for (int k = 0; k < weights.size(); k++) {
            var weight = weights.get(k);
            int size = weight.size;
            double movedHere = 0, lengthHere = 0;
            for (int i = 0; i < weight.begins.length; i++, at += size) {
                copy(theta, weight.begins[i], now, 0, size);
                for (int j = 0; j < size; j++) now[j] -= before[at + j];
                movedHere += squaredNorm(now, 0, size);
                lengthHere += squaredNorm(before, at, size);
            }
            layers[k] = ratio(movedHere, lengthHere);
            moved += weight.share * movedHere;
            length += weight.share * lengthHere;
        }
        update = ratio(moved, length);
        gradientNorm = scale * norm(gradient);
    }

    /// Weights that are all zero have no ratio.
    private static float ratio(double moved, double length) {
        return length == 0 ? Float.NaN : (float) Math.sqrt(moved / length);
    }

    /// Over all elements; those of frozen parameters are zero in a plan's gradient.
    private double norm(FlatVector gradient) {
        this.gradient = gradient;
        workers.run(normJob);
        this.gradient = null;
        double sum = 0;
        for (double partial : partials) sum += partial;
        return Math.sqrt(sum);
    }

    private void sumSquares(int worker, int count) {
        var gradient = this.gradient;
        if (gradient == null) return;
        var mine = scratch[worker];
        int to = (int) Workers.begin(partials.length, 1, worker + 1, count);
        for (int b = (int) Workers.begin(partials.length, 1, worker, count); b < to; b++) {
            long from = (long) b * BLOCK;
            int size = (int) Math.min(BLOCK, gradient.length() - from);
            copy(gradient, from, mine, 0, size);
            partials[b] = squaredNorm(mine, 0, size);
        }
    }

    private static void copy(FlatVector from, long at, float[] to, int index, int count) {
        MemorySegment.copy(from.segment(), JAVA_FLOAT, at * Float.BYTES, to, index, count);
    }

    /// Four sums at once, so that none waits for the one before.
    private static double squaredNorm(float[] x, int from, int count) {
        double a = 0, b = 0, c = 0, d = 0;
        int i = from;
        for (int end = from + count - 3; i < end; i += 4) {
            a += (double) x[i] * x[i];
            b += (double) x[i + 1] * x[i + 1];
            c += (double) x[i + 2] * x[i + 2];
            d += (double) x[i + 3] * x[i + 3];
        }
        for (; i < from + count; i++) a += (double) x[i] * x[i];
        return a + b + (c + d);
    }

    /// Of the last step that was measured: over all trained parameters, before clipping by norm or value.
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
