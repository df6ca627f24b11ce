package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Require;
import java.lang.foreign.Arena;
import java.util.List;

/// Schedule-free SGD (Defazio et al., 2024, arXiv:2405.15682, equations 5 to 7).
///
///     d = g + λ y
///     z ← z − α d
///     x ← (1 − c) x + c z          c = α² / Σ α²
///     y = (1 − β) z + β x
///
/// Momentum without a velocity: y follows the average instead of coasting. [ScheduleFree] says what that is
/// for. Decoupled decay acts on z at y, as in the authors' program. x is not stored, since x = (y − (1 − β) z) / β.
///
/// Equals the authors' `SGDScheduleFree` with its defaults, but for the warm-up, which is a schedule's here.
///
/// Memory: 4 bytes per parameter. Traffic: 20 bytes per parameter and step.
///
/// @param beta β, the share of the average in what is trained
public record ScheduleFreeSgd(double beta) implements ScheduleFree {
    private static final List<String> SLOTS = List.of("z");

    public ScheduleFreeSgd {
        Require.that(0 < beta && beta < 1, "ScheduleFreeSgd.beta must be in (0, 1), got %s", beta);
    }

    /// The paper's settings.
    public ScheduleFreeSgd() {
        this(0.9);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        var builder = new Memory.Builder();
        for (var slot : slots()) builder.add(slot, FlatVector.allocate(layout.length(), arena));
        return builder.numbers("progress", 3, arena).build();
    }

    @Override
    public int progress() {
        return 1;
    }

    @Override
    public Usual usual() {
        return new Usual(1);
    }

    @Override
    public String name() {
        return "schedule-free-sgd";
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double z = terms.step == 1 ? theta : slots[0], c = share(memory), d = g + terms.decoupledDecay * theta;
        slots[0] = z - terms.learningRate * d;
        return (1 - c) * theta + c * z + stride(memory, terms) * d;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                ScheduleFreeSgd rule,
                Memory memory,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            var descending = memory.vector(Z);
            float alpha = (float) terms.learningRate, decay = (float) terms.decoupledDecay;
            float share = (float) rule.share(memory), stride = (float) rule.stride(memory, terms);
            float past = terms.step == 1 ? 0 : 1, start = 1 - past;
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var d = Lanes.load(gradient, i + terms.ahead).add(t.mul(decay));
                var z = Lanes.load(descending, own).mul(past).add(t.mul(start));
                Lanes.store(z.sub(d.mul(alpha)), descending, own);
                Lanes.store(t.add(z.sub(t).mul(share)).add(d.mul(stride)), theta, i);
            }
        }
    }
}
