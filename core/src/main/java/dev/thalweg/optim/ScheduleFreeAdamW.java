package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Require;
import java.lang.foreign.Arena;
import java.util.List;

/// Schedule-free AdamW (Defazio et al., 2024, arXiv:2405.15682, algorithm 1).
///
///     v ← β₂ v + (1 − β₂) g²
///     d = g / (√(v / (1 − β₂ᵗ)) + ε) + λ y
///     z ← z − α d
///     x ← (1 − c) x + c z          c = α² / Σ α², with the largest α so far
///     y = (1 − β) z + β x
///
/// [AdamW] with the average in place of the velocity; [ScheduleFree] says what that is for. Rates are up to ten
/// times AdamW's.
///
/// Equals the authors' `AdamWScheduleFree` with its defaults, but for the warm-up, which is a schedule's here.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta β, the share of the average in what is trained
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record ScheduleFreeAdamW(double beta, double beta2, double epsilon) implements ScheduleFree {
    private static final List<String> SLOTS = List.of("z", "v");

    public ScheduleFreeAdamW {
        Require.that(0 < beta && beta < 1, "ScheduleFreeAdamW.beta must be in (0, 1), got %s", beta);
        Check.decayRate("ScheduleFreeAdamW.beta2", beta2);
        Check.epsilon("ScheduleFreeAdamW.epsilon", epsilon);
    }

    /// The paper's settings.
    public ScheduleFreeAdamW() {
        this(0.9, 0.999, 1e-8);
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
        return 2;
    }

    @Override
    public Usual usual() {
        return new Usual(2.5e-3, Decay.decoupled(0.01));
    }

    @Override
    public String name() {
        return "schedule-free-adamw";
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        double z = terms.step == 1 ? theta : slots[0], c = share(memory);
        double v = slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
        double d = g / (Math.sqrt(v / (1 - terms.power(beta2))) + epsilon) + terms.decoupledDecay * theta;
        slots[0] = z - terms.learningRate * d;
        return (1 - c) * theta + c * z + stride(memory, terms) * d;
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Wide.update(this, memory, theta, gradient, from, to, terms);
    }

    private static final class Wide {
        static void update(
                ScheduleFreeAdamW rule,
                Memory memory,
                FlatVector theta,
                FlatVector gradient,
                long from,
                long to,
                Terms terms) {
            var descending = memory.vector(Z);
            var second = memory.vector(1);
            float alpha = (float) terms.learningRate, decay = (float) terms.decoupledDecay;
            float share = (float) rule.share(memory), stride = (float) rule.stride(memory, terms);
            float past = terms.step == 1 ? 0 : 1, start = 1 - past;
            float beta2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2), epsilon = (float) rule.epsilon;
            float correction = (float) (1 / Math.sqrt(1 - terms.power(rule.beta2)));
            for (long i = from; i < to; i += Lanes.WIDTH) {
                long own = i + terms.shift;
                var t = Lanes.load(theta, i);
                var g = Lanes.load(gradient, i + terms.ahead);
                var v = Lanes.fade(second, own, beta2, g.mul(g), fresh2);
                var d = g.div(v.sqrt().mul(correction).add(epsilon)).add(t.mul(decay));
                var z = Lanes.load(descending, own).mul(past).add(t.mul(start));
                Lanes.store(z.sub(d.mul(alpha)), descending, own);
                Lanes.store(t.add(z.sub(t).mul(share)).add(d.mul(stride)), theta, i);
            }
        }
    }
}
