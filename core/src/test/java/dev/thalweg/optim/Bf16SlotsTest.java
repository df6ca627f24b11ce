package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import dev.thalweg.tensor.Bf16;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.JavaWorkers;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Bf16SlotsTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    static Stream<Elementwise> rules() {
        return Stream.of(new Momentum(0.9), new Nesterov(0.9), new Adam(), new AdamW(), new Lion());
    }

    /// More than one stretch, and no whole number of registers.
    private static Layout layout() {
        return layout(Elementwise.STRIDE + 1037);
    }

    private static Layout layout(int n) {
        var builder = new Layout.Builder();
        builder.add("a.bias", Shape.of(5), Role.BIAS);
        builder.add("a.weight", Shape.of(n), Role.WEIGHT);
        return builder.build();
    }

    private Optimizer optimizer(FirstOrder rule, Layout layout, Workers workers) {
        return new Optimizer(
                rule, layout, List.of(Group.everything(Decay.decoupled(0.1))), new Clip.None(), workers, arena);
    }

    private FlatVector noise(long n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (long i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    /// Each step is the other rule's, from what was left of its memory.
    @ParameterizedTest
    @MethodSource("rules")
    void stepsAreTheOtherRules(Elementwise rule) {
        var layout = layout();
        long n = layout.length();
        var packed = optimizer(new Bf16Slots(rule), layout, Workers.SERIAL);
        var plain = optimizer(rule, layout, Workers.SERIAL);
        var slots = List.copyOf(plain.memory().values());
        FlatVector a = noise(n, 1), b = noise(n, 1);
        for (int step = 1; step <= 4; step++) {
            var gradient = noise(n, 10 + step);
            packed.step(a, gradient, step, 1e-2);
            plain.step(b, gradient, step, 1e-2);
            assertThat(a.toArray()).as("after step %s", step).isEqualTo(b.toArray());
            var rounded = List.copyOf(packed.memory().values());
            assertThat(rounded).hasSameSizeAs(slots);
            for (int k = 0; k < slots.size(); k++)
                for (long i = 0; i < n; i++) {
                    float was = slots.get(k).get(i), is = Bf16.get(rounded.get(k), i);
                    // bf16 has eight significant bits.
                    assertThat(is).isCloseTo(was, within(Math.abs(was) * 0x1p-7f));
                    slots.get(k).set(i, is);
                }
        }
    }

    /// Steps of v are a thousandth of what is left, neighbours 2⁻⁷ to 2⁻⁸ of v apart: rounded to the nearest, v would
    /// stop at 0.25. Rounded at random, the mean of 1000 gets to 1 − 0.999³⁰⁰⁰.
    @Test
    void anAverageThatFadesSlowlyStillMoves() {
        var layout = layout(1000);
        var optimizer = optimizer(new Bf16Slots(new Adam()), layout, Workers.SERIAL);
        var theta = noise(layout.length(), 1);
        var ones = FlatVector.allocate(layout.length(), arena);
        ones.fill(1);
        for (int step = 1; step <= 3000; step++) optimizer.step(theta, ones, step, 1e-4);
        var v = optimizer.memory().get("bf16-slots.v");
        double sum = 0;
        for (long i = 0; i < layout.length(); i++) sum += Bf16.get(v, i);
        assertThat(sum / layout.length()).isCloseTo(1 - Math.pow(0.999, 3000), within(0.01));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void bitsDoNotDependOnTheNumberOfWorkers(Elementwise rule) {
        var alone = run(rule, Workers.SERIAL);
        for (int count : new int[] {2, 3})
            try (var workers = new JavaWorkers(count)) {
                assertThat(run(rule, workers)).as("%s workers", count).isEqualTo(alone);
            }
    }

    private float[] run(Elementwise rule, Workers workers) {
        var layout = layout();
        var optimizer = optimizer(new Bf16Slots(rule), layout, workers);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 5; step++) optimizer.step(theta, noise(layout.length(), 1 + step), step, 0.1 / step);
        return theta.toArray();
    }

    @Test
    void resumesFromItsNamedMemory() {
        var layout = layout();
        var straight = optimizer(new Bf16Slots(), layout, Workers.SERIAL);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 3; step++) straight.step(theta, noise(layout.length(), step), step, 0.1);
        var resumed = optimizer(new Bf16Slots(), layout, Workers.SERIAL);
        resumed.memory()
                .forEach((name, vector) -> vector.copyFrom(straight.memory().get(name)));
        var copy = FlatVector.of(theta.toArray(), arena);
        for (int step = 4; step <= 6; step++) {
            straight.step(theta, noise(layout.length(), step), step, 0.1);
            resumed.step(copy, noise(layout.length(), step), step, 0.1);
        }
        assertThat(copy.toArray()).isEqualTo(theta.toArray());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aStepDoesNotAllocate(Elementwise rule) {
        var layout = layout();
        var optimizer = optimizer(new Bf16Slots(rule), layout, Workers.SERIAL);
        var theta = noise(layout.length(), 1);
        var gradient = noise(layout.length(), 2);
        assertThat(Allocated.soonBy(() -> {
                    for (int step = 1; step <= 200; step++) optimizer.step(theta, gradient, step, 1e-3);
                }))
                .isZero();
    }

    @Test
    void halvesTheMemory() {
        var layout = layout(1001);
        for (var vector : new Bf16Slots().start(layout, arena).named().values())
            assertThat(vector.length()).isEqualTo(503);
    }

    @Test
    void refusesRulesOfWhichItIsNotKnownToServe() {
        assertThatThrownBy(() -> new Bf16Slots(new AdaGrad()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Bf16Slots.of must be momentum, nesterov, adam, adamw or lion, got adagrad");
    }
}
