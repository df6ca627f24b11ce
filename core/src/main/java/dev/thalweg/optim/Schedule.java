package dev.thalweg.optim;

import dev.thalweg.tensor.Require;
import java.util.List;

/// How the learning rate changes over a run: a pure function of the step, so that there is nothing
/// to save and nothing to resume. The learning rate is `base × factor(step, total)`.
///
/// Steps are counted from 0, as PyTorch's schedulers count epochs: `factor(t, T)` is what a
/// scheduler there has after t calls of its `step()`, divided by the base rate. Past its end a
/// schedule keeps its last value. To change the rate once an epoch, wrap a schedule in [PerEpoch].
public sealed interface Schedule {

    /// What the base rate is multiplied with.
    ///
    /// @param step steps already taken: 0 for the first step
    /// @param total steps of the whole run
    double factor(long step, long total);

    private static void check(long step, long total) {
        Require.that(step >= 0, "a schedule's step must be at least 0, got %s", step);
        Require.that(total >= 1, "a run must have at least 1 step, got %s", total);
    }

    /// step / total, 1 past the end.
    private static double progress(long step, long total) {
        check(step, total);
        return Math.min(1, (double) step / total);
    }

    /// From `start` at p = 0 to `end` at p = 1, along half a cosine wave.
    private static double cosine(double start, double end, double p) {
        return end + (start - end) * (1 + Math.cos(Math.PI * p)) / 2;
    }

    private static void fraction(String name, double value) {
        Require.that(0 <= value && value <= 1, "Schedule.%s must be in [0, 1], got %s", name, value);
    }

    private static void positive(String name, double value) {
        Require.that(0 < value && value < Double.MAX_VALUE, "Schedule.%s must be in (0, ∞), got %s", name, value);
    }

    private static void atLeastOne(String name, long value) {
        Require.that(value >= 1, "Schedule.%s must be at least 1, got %s", name, value);
    }

    /// The base rate throughout.
    ///
    ///     f(t) = 1
    record Constant() implements Schedule {
        @Override
        public double factor(long step, long total) {
            check(step, total);
            return 1;
        }
    }

    /// Drops at equal distances.
    ///
    ///     f(t) = γ^⌊t / every⌋
    ///
    /// PyTorch's `StepLR`.
    ///
    /// @param every steps between drops
    /// @param gamma γ, what each drop multiplies by
    record StepDecay(long every, double gamma) implements Schedule {
        public StepDecay {
            atLeastOne("StepDecay.every", every);
            positive("StepDecay.gamma", gamma);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            return Math.pow(gamma, (double) Math.floorDiv(step, every));
        }
    }

    /// Drops where told.
    ///
    ///     f(t) = γ^(number of milestones ≤ t)
    ///
    /// PyTorch's `MultiStepLR`: the step whose number is a milestone is the first with the new rate.
    ///
    /// @param milestones steps, in rising order
    /// @param gamma γ, what each milestone multiplies by
    record MultiStep(List<Long> milestones, double gamma) implements Schedule {
        public MultiStep {
            milestones = List.copyOf(milestones);
            long last = 0;
            for (long milestone : milestones) {
                Require.that(
                        milestone > last,
                        "Schedule.MultiStep.milestones must rise from at least 1, got %s",
                        milestones);
                last = milestone;
            }
            positive("MultiStep.gamma", gamma);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            int passed = 0;
            for (long milestone : milestones) if (milestone <= step) passed++;
            return Math.pow(gamma, passed);
        }
    }

    /// Shrinks by the same factor at every step.
    ///
    ///     f(t) = γᵗ
    ///
    /// PyTorch's `ExponentialLR`. With γ > 1 the rate rises, as a search for a learning rate wants.
    record Exponential(double gamma) implements Schedule {
        public Exponential {
            positive("Exponential.gamma", gamma);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            return Math.pow(gamma, (double) step);
        }
    }

    /// Falls as one over time.
    ///
    ///     f(t) = 1 / (1 + k t)
    ///
    /// Satisfies the conditions of Robbins & Monro (1951): the rates sum to infinity, their squares do
    /// not. Keras's `InverseTimeDecay(decay_steps, decay_rate)` with k = decay_rate / decay_steps.
    ///
    /// @param decay k, per step
    record InverseTime(double decay) implements Schedule {
        public InverseTime {
            positive("InverseTime.decay", decay);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            return 1 / (1 + decay * step);
        }
    }

    /// Falls along a power of the time left.
    ///
    ///     f(t) = end + (1 − end) (1 − t/T)^power
    ///
    /// PyTorch's `PolynomialLR(total_iters=T, power)` with end 0; Keras's `PolynomialDecay`. The run's
    /// last step is T − 1, one short of the end.
    ///
    /// @param power 1 is linear
    /// @param end the factor at t = T
    record Polynomial(double power, double end) implements Schedule {
        public Polynomial {
            positive("Polynomial.power", power);
            fraction("Polynomial.end", end);
        }

        @Override
        public double factor(long step, long total) {
            return end + (1 - end) * Math.pow(1 - progress(step, total), power);
        }
    }

    /// Falls along half a cosine wave.
    ///
    ///     f(t) = min + (1 − min) (1 + cos(π t/T)) / 2
    ///
    /// Loshchilov & Hutter (2017, arXiv:1608.03983) without restarts. PyTorch's
    /// `CosineAnnealingLR(T_max=T, eta_min=min·base)`. The run's last step is T − 1, one short of the
    /// minimum.
    ///
    /// @param minimum the factor at t = T
    record Cosine(double minimum) implements Schedule {
        public Cosine {
            fraction("Cosine.minimum", minimum);
        }

        @Override
        public double factor(long step, long total) {
            return cosine(1, minimum, progress(step, total));
        }
    }

    /// Warm restarts, SGDR (Loshchilov & Hutter, 2017, arXiv:1608.03983, equation 5): cosine descents
    /// of length first, first·multiplier, first·multiplier², … one after the other, each from 1.
    ///
    ///     f = min + (1 − min) (1 + cos(π t_cur/T_i)) / 2
    ///
    /// PyTorch's `CosineAnnealingWarmRestarts(T_0, T_mult, eta_min)`. The run's length plays no part: choose
    /// it so that a descent ends there (first · (mⁿ − 1)/(m − 1) steps for n descents).
    ///
    /// @param first T₀: steps of the first descent
    /// @param multiplier T_mult: how much longer each next one is
    /// @param minimum the factor that each descent approaches
    record CosineRestarts(long first, int multiplier, double minimum) implements Schedule {
        public CosineRestarts {
            atLeastOne("CosineRestarts.first", first);
            atLeastOne("CosineRestarts.multiplier", multiplier);
            fraction("CosineRestarts.minimum", minimum);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            long since = step, length = first;
            if (multiplier == 1) since %= length;
            while (since >= length) {
                since -= length;
                length *= multiplier;
            }
            return cosine(1, minimum, (double) since / length);
        }

        /// Whether `step` is the last of a descent, after which a snapshot is worth taking.
        public boolean endsAt(long step) {
            if (multiplier == 1) return step % first == first - 1;
            long length = first, end = first;
            while (end <= step) {
                length *= multiplier;
                end += length;
            }
            return step == end - 1;
        }
    }

    /// One cycle (Smith & Topin, 2018, arXiv:1708.07120), in the form that fastai made popular: half a cosine
    /// wave up, one down to almost nothing. PyTorch's `OneCycleLR(max_lr=base)`, of which [#PYTORCH]
    /// has the defaults: f is `start` at the first step, 1 at t = peak·T − 1, and `end` at the last,
    /// t = T − 1. Unlike PyTorch's default it leaves momentum alone.
    ///
    /// @param peak share of the run that rises
    /// @param start the first factor, PyTorch's 1 / div_factor
    /// @param end the last factor, PyTorch's 1 / (div_factor · final_div_factor)
    record OneCycle(double peak, double start, double end) implements Schedule {
        public static final OneCycle PYTORCH = new OneCycle(0.3, 1 / 25.0, 1 / 25e4);

        public OneCycle {
            fraction("OneCycle.peak", peak);
            fraction("OneCycle.start", start);
            fraction("OneCycle.end", end);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            double top = Math.max(0, peak * total - 1), last = total - 1;
            if (step < top) return cosine(start, 1, step / top);
            return step < last ? cosine(1, end, (step - top) / (last - top)) : end;
        }
    }

    /// Straight up, straight down.
    ///
    ///     up = ⌊peak · T⌋
    ///     f(t) = start + (1 − start) t / up              for t < up
    ///     f(t) = 1 − (1 − end) (t − up) / (T − up)       from there on
    ///
    /// [#AIRBENCH] is airbench94's (Jordan, 2024, arXiv:2404.00498). The run's last step is T − 1, one short
    /// of the end.
    ///
    /// @param start the first factor
    /// @param peak share of the run that rises
    /// @param end the factor at t = T
    record Triangle(double start, double peak, double end) implements Schedule {
        public static final Triangle AIRBENCH = new Triangle(0.2, 0.23, 0.07);

        public Triangle {
            fraction("Triangle.start", start);
            fraction("Triangle.peak", peak);
            fraction("Triangle.end", end);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            long up = (long) (total * peak);
            if (step < up) return start + (1 - start) * step / up;
            return step < total ? 1 - (1 - end) * (step - up) / (total - up) : end;
        }
    }

    /// Rises in a straight line before another schedule begins (Goyal et al., 2017,
    /// arXiv:1706.02677, section 2.2).
    ///
    ///     f(t) = (start + (1 − start) t / length) · inner(0)     for t < length
    ///     f(t) = inner(t − length, T − length)                   from there on
    ///
    /// PyTorch's `SequentialLR([LinearLR(start, total_iters=length), inner], [length])`, for an inner
    /// schedule that begins at 1. The inner schedule starts counting after the warm-up: Goyal's drops
    /// at 30, 60, 80 of 90 epochs with 5 of warm-up are milestones 25, 55 and 75 here.
    ///
    /// @param length steps that rise
    /// @param start the first factor; 1/(length + 1) unless given, so that no step is lost to rate 0
    record Warmup(long length, double start, Schedule inner) implements Schedule {
        public Warmup {
            atLeastOne("Warmup.length", length);
            fraction("Warmup.start", start);
        }

        public Warmup(long length, Schedule inner) {
            this(length, 1 / (Math.max(length, 0) + 1.0), inner);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            long rest = Math.max(1, total - length);
            if (step >= length) return inner.factor(step - length, rest);
            return (start + (1 - start) * step / length) * inner.factor(0, rest);
        }
    }

    /// Another schedule that counts epochs, as most published recipes do: the rate changes between
    /// epochs and stays the same within each.
    ///
    ///     f(t, T) = inner(⌊t / length⌋, ⌈T / length⌉)
    ///
    /// @param length steps of an epoch
    record PerEpoch(long length, Schedule inner) implements Schedule {
        public PerEpoch {
            atLeastOne("PerEpoch.length", length);
        }

        @Override
        public double factor(long step, long total) {
            check(step, total);
            return inner.factor(step / length, Math.ceilDiv(total, length));
        }
    }
}
