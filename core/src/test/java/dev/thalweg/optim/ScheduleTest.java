package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.optim.Schedule.Constant;
import dev.thalweg.optim.Schedule.Cosine;
import dev.thalweg.optim.Schedule.CosineRestarts;
import dev.thalweg.optim.Schedule.Exponential;
import dev.thalweg.optim.Schedule.InverseTime;
import dev.thalweg.optim.Schedule.MultiStep;
import dev.thalweg.optim.Schedule.OneCycle;
import dev.thalweg.optim.Schedule.PerEpoch;
import dev.thalweg.optim.Schedule.Polynomial;
import dev.thalweg.optim.Schedule.StepDecay;
import dev.thalweg.optim.Schedule.Triangle;
import dev.thalweg.optim.Schedule.Warmup;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {

    static Stream<Object[]> schedulesThatPyTorchHas() {
        return Stream.of(
                new Object[] {"step", new StepDecay(3, 0.5), 12},
                new Object[] {"multistep", new MultiStep(List.of(2L, 5L, 6L), 0.1), 12},
                new Object[] {"exponential", new Exponential(0.8), 12},
                new Object[] {"polynomial", new Polynomial(2, 0), 10},
                new Object[] {"cosine", new Cosine(0.1), 10},
                new Object[] {"restarts", new CosineRestarts(3, 2, 0.05), 24},
                new Object[] {"restarts-even", new CosineRestarts(4, 1, 0), 12},
                new Object[] {"onecycle", OneCycle.PYTORCH, 17},
                new Object[] {"warmup-cosine", new Warmup(4, 0.25, new Cosine(0)), 12});
    }

    @ParameterizedTest
    @MethodSource("schedulesThatPyTorchHas")
    void agreesWithPyTorch(String name, Schedule schedule, long total) {
        var expected = Golden.PYTORCH.get(name);
        for (int step = 0; step < expected.length; step++)
            assertThat(schedule.factor(step, total)).as("step %s", step).isCloseTo(expected[step], within(1e-12));
    }

    static Stream<Schedule> everySchedule() {
        return Stream.of(
                new Constant(),
                new StepDecay(7, 0.1),
                new MultiStep(List.of(), 0.1),
                new MultiStep(List.of(50L, 75L), 0.1),
                new Exponential(0.97),
                new InverseTime(0.01),
                new Polynomial(1, 0),
                new Polynomial(0.5, 0.1),
                new Cosine(0),
                new CosineRestarts(1, 1, 0),
                new CosineRestarts(10, 2, 0.01),
                OneCycle.PYTORCH,
                new OneCycle(0, 0.5, 0),
                new OneCycle(1, 0.5, 0),
                Triangle.AIRBENCH,
                new Triangle(0, 0, 0),
                new Triangle(0, 1, 0),
                new Warmup(5, new Cosine(0)),
                new Warmup(1000, 0, OneCycle.PYTORCH),
                new PerEpoch(7, new Cosine(0)));
    }

    /// Within [0, 1], whatever the length of the run, up to its end and past it.
    @ParameterizedTest
    @MethodSource("everySchedule")
    void isAFactor(Schedule schedule) {
        for (long total : new long[] {1, 2, 3, 10, 97, 1021})
            for (long step = 0; step <= 2 * total; step++)
                assertThat(schedule.factor(step, total))
                        .as("step %s of %s", step, total)
                        .isBetween(0.0, 1.0);
    }

    @ParameterizedTest
    @MethodSource("everySchedule")
    void refusesStepsBeforeTheFirst(Schedule schedule) {
        refused(() -> schedule.factor(-1, 10), "a schedule's step must be at least 0, got -1");
        refused(() -> schedule.factor(0, 0), "a run must have at least 1 step, got 0");
    }

    /// 9.9 epochs of 48 batches: 475 steps, of which ⌊0.23 · 475⌋ = 109 rise.
    @Test
    void triangleIsAirbenchs() {
        check(Triangle.AIRBENCH, 475, 0, 0.2);
        check(Triangle.AIRBENCH, 475, 54, 0.2 + 0.8 * 54 / 109);
        check(Triangle.AIRBENCH, 475, 109, 1);
        check(Triangle.AIRBENCH, 475, 292, 0.535);
        check(Triangle.AIRBENCH, 475, 475, 0.07);
        check(Triangle.AIRBENCH, 475, 1000, 0.07);
    }

    @Test
    void inverseTimeByHand() {
        check(new InverseTime(0.5), 10, 0, 1);
        check(new InverseTime(0.5), 10, 2, 0.5);
        check(new InverseTime(0.5), 10, 18, 0.1);
    }

    /// Four steps of warm-up in fifths: the first is not lost to rate 0, and the fifth has the full rate.
    @Test
    void warmupByHand() {
        var warmup = new Warmup(4, new Polynomial(1, 0));
        check(warmup, 14, 0, 0.2);
        check(warmup, 14, 3, 0.8);
        check(warmup, 14, 4, 1);
        check(warmup, 14, 9, 0.5);
        check(warmup, 14, 14, 0);
    }

    /// The ramp leads to where the inner schedule begins.
    @Test
    void warmupMeetsItsSchedule() {
        check(new Warmup(2, 0.5, Triangle.AIRBENCH), 102, 0, 0.1);
        check(new Warmup(2, 0.5, Triangle.AIRBENCH), 102, 2, 0.2);
    }

    /// ResNet's drops at epochs 2 and 3 of 4, with 10 steps an epoch.
    @Test
    void perEpochKeepsTheRateWithinAnEpoch() {
        var schedule = new PerEpoch(10, new MultiStep(List.of(2L, 3L), 0.1));
        check(schedule, 40, 0, 1);
        check(schedule, 40, 19, 1);
        check(schedule, 40, 20, 0.1);
        check(schedule, 40, 29, 0.1);
        check(schedule, 40, 30, 0.01);
    }

    /// A part of an epoch at the end counts as one.
    @Test
    void perEpochCountsTheLastPart() {
        check(new PerEpoch(10, new Polynomial(1, 0)), 31, 30, 0.25);
    }

    @Test
    void descentsEndBeforeRestarts() {
        var restarts = new CosineRestarts(3, 2, 1);
        assertThat(Stream.iterate(0L, s -> s + 1).limit(22).filter(restarts::endsAt))
                .containsExactly(2L, 8L, 20L);
        var even = new CosineRestarts(4, 1, 0);
        assertThat(Stream.iterate(0L, s -> s + 1).limit(13).filter(even::endsAt))
                .containsExactly(3L, 7L, 11L);
    }

    private static void check(Schedule schedule, long total, long step, double expected) {
        assertThat(schedule.factor(step, total)).isCloseTo(expected, within(1e-12));
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new StepDecay(0, 0.1), "Schedule.StepDecay.every must be at least 1, got 0");
        refused(() -> new StepDecay(1, Double.NaN), "Schedule.StepDecay.gamma must be in (0, ∞), got NaN");
        refused(
                () -> new MultiStep(List.of(5L, 5L), 0.1),
                "Schedule.MultiStep.milestones must rise from at least 1, got [5, 5]");
        refused(() -> new MultiStep(List.of(5L), 0), "Schedule.MultiStep.gamma must be in (0, ∞), got 0.0");
        refused(() -> new Exponential(-1), "Schedule.Exponential.gamma must be in (0, ∞), got -1.0");
        refused(() -> new InverseTime(0), "Schedule.InverseTime.decay must be in (0, ∞), got 0.0");
        refused(() -> new Polynomial(0, 0), "Schedule.Polynomial.power must be in (0, ∞), got 0.0");
        refused(() -> new Polynomial(1, 2), "Schedule.Polynomial.end must be in [0, 1], got 2.0");
        refused(() -> new Cosine(Double.NaN), "Schedule.Cosine.minimum must be in [0, 1], got NaN");
        refused(() -> new CosineRestarts(0, 1, 0), "Schedule.CosineRestarts.first must be at least 1, got 0");
        refused(() -> new CosineRestarts(1, 0, 0), "Schedule.CosineRestarts.multiplier must be at least 1, got 0");
        refused(() -> new OneCycle(1.5, 0, 0), "Schedule.OneCycle.peak must be in [0, 1], got 1.5");
        refused(() -> new Triangle(-1, 0, 0), "Schedule.Triangle.start must be in [0, 1], got -1.0");
        refused(() -> new Warmup(0, new Constant()), "Schedule.Warmup.length must be at least 1, got 0");
        refused(() -> new PerEpoch(0, new Constant()), "Schedule.PerEpoch.length must be at least 1, got 0");
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
