package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.Allocated;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.JavaWorkers;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private static final Group PLAIN = Group.everything(Decay.NONE);

    /// Two layers of two elements per tensor, for hand calculation.
    private static final Layout SMALL = small();

    private static Layout small() {
        var builder = new Layout.Builder();
        builder.add("conv.weight", Shape.of(2), Role.WEIGHT);
        builder.add("bn.weight", Shape.of(2), Role.NORM_SCALE);
        builder.add("bn.bias", Shape.of(2), Role.NORM_SHIFT);
        builder.add("bn.running_mean", Shape.of(2), Role.RUNNING_MEAN);
        builder.add("fc.weight", Shape.of(2), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(2), Role.BIAS);
        return builder.build();
    }

    private Optimizer sgd(Clip clip, Group... groups) {
        return new Optimizer(new Sgd(), SMALL, List.of(groups), clip, Workers.SERIAL, arena);
    }

    private FlatVector vector(float... values) {
        return FlatVector.of(values, arena);
    }

    private FlatVector filled(float value) {
        var vector = FlatVector.allocate(SMALL.length(), arena);
        vector.fill(value);
        return vector;
    }

    /// λ = ½, α = 1, no gradient: what decays is halved.
    @Test
    void decayPassesOverNormsBiasesAndStatistics() {
        for (var decay : List.of(Decay.coupled(0.5), Decay.decoupled(0.5))) {
            var theta = filled(8);
            sgd(new Clip.None(), Group.everything(decay)).step(theta, filled(0), 1, 1);
            assertThat(theta.toArray()).containsExactly(4, 4, 8, 8, 8, 8, 8, 8, 4, 4, 8, 8);
        }
    }

    @Test
    void decayEverywhereStillSparesStatistics() {
        var theta = filled(8);
        sgd(new Clip.None(), Group.everything(Decay.coupled(0.5).everywhere())).step(theta, filled(0), 1, 1);
        assertThat(theta.toArray()).containsExactly(4, 4, 4, 4, 4, 4, 8, 8, 4, 4, 4, 4);
    }

    @Test
    void firstGroupThatSelectsWins() {
        var theta = filled(0);
        sgd(
                        new Clip.None(),
                        Group.frozen(new Selector.ByName("conv.*")),
                        new Group(new Selector.ByRole(Role.NORM_SHIFT), 64, Decay.NONE),
                        new Group(new Selector.ByName("fc.*", "bn.*"), 10, 0),
                        Group.everything(Decay.NONE))
                .step(theta, filled(-1), 1, 0.5);
        assertThat(theta.toArray()).containsExactly(0, 0, 5, 5, 32, 32, 0, 0, 5, 5, 5, 5);
    }

    /// Bits that arithmetic would not keep: a signalling NaN and −0; the gradient is NaN there.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void frozenMeansEveryBit(boolean byRate) {
        var frozen = byRate
                ? new Group(new Selector.ByName("conv.weight", "fc.bias"), 0, Decay.coupled(1))
                : Group.frozen(new Selector.ByName("conv.weight", "fc.bias"));
        var optimizer = new Optimizer(
                new Momentum(0.9), SMALL, List.of(frozen, PLAIN), new Clip.ByNorm(1), Workers.SERIAL, arena);
        var theta = filled(1);
        var gradient = filled(1);
        var velocity = optimizer.memory().get("momentum.velocity");
        for (int i : new int[] {0, 1, 10, 11}) {
            theta.set(i, i % 2 == 0 ? Float.intBitsToFloat(0x7f80dead) : -0f);
            gradient.set(i, Float.NaN);
            velocity.set(i, -0f);
        }
        var before = theta.toArray();
        for (int step = 1; step <= 3; step++) optimizer.step(theta, gradient, step, 0.1);
        for (int i : new int[] {0, 1, 10, 11}) {
            assertThat(Float.floatToRawIntBits(theta.get(i))).isEqualTo(Float.floatToRawIntBits(before[i]));
            assertThat(Float.floatToRawIntBits(velocity.get(i))).isEqualTo(Float.floatToRawIntBits(-0f));
        }
        assertThat(theta.get(2)).isLessThan(1);
        assertThat(optimizer.gradientNorm()).isEqualTo(Math.sqrt(6));
    }

    @Test
    void regroupingThawsAndKeepsTheMemory() {
        var optimizer = new Optimizer(new Momentum(0.5), SMALL, List.of(PLAIN), new Clip.None(), Workers.SERIAL, arena);
        var theta = filled(0);
        optimizer.step(theta, filled(1), 1, 1);
        optimizer.regroup(List.of(Group.frozen(new Selector.ByName("conv.*")), PLAIN));
        optimizer.step(theta, filled(1), 2, 1);
        assertThat(theta.get(0)).isEqualTo(-1);
        assertThat(theta.get(8)).isEqualTo(-2.5f);
        optimizer.regroup(List.of(PLAIN));
        optimizer.step(theta, filled(1), 3, 1);
        assertThat(theta.get(0)).isEqualTo(-2.5f);
        assertThat(theta.get(8)).isEqualTo(-4.25f);
    }

    /// ‖(3, 4)‖ = 5; limit 1 leaves a fifth.
    @Test
    void clippingByNormShortens() {
        var optimizer = sgd(new Clip.ByNorm(1), PLAIN);
        var theta = filled(0);
        optimizer.step(theta, vector(3, 0, 0, 4, 0, 0, 99, 99, 0, 0, 0, 0), 1, 1);
        assertThat(theta.toArray()).containsExactly(-0.6f, 0, 0, -0.8f, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(optimizer.gradientNorm()).isEqualTo(5);
        optimizer.step(theta, vector(0.6f, 0, 0, 0.8f, 0, 0, 0, 0, 0, 0, 0, 0), 2, 0);
        assertThat(optimizer.gradientNorm()).isEqualTo(1, org.assertj.core.api.Assertions.within(1e-7));
    }

    /// Two micro-batches summed to (6, 8) are (3, 4) on average.
    @Test
    void clippingSeesTheAverageOfAccumulatedGradients() {
        var optimizer = sgd(new Clip.ByNorm(2.5), PLAIN);
        var theta = filled(0);
        optimizer.step(theta, vector(6, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1, 1, 0.5);
        assertThat(theta.get(0)).isEqualTo(-1.5f);
        assertThat(theta.get(1)).isEqualTo(-2);
        assertThat(optimizer.gradientNorm()).isEqualTo(5);
    }

    @Test
    void clippingByValueBends() {
        var theta = filled(0);
        sgd(new Clip.ByValue(2), PLAIN).step(theta, vector(3, -4, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0), 1, 1);
        assertThat(theta.toArray()).containsExactly(-2, 2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void clippingAgreesWithPyTorch() {
        clipped("nesterov-by-value", new Clip.ByValue(0.375));
        clipped("nesterov-by-norm", new Clip.ByNorm(0.75));
    }

    private void clipped(String name, Clip clip) {
        var builder = new Layout.Builder();
        builder.add("weight", Shape.of(5), Role.WEIGHT);
        var optimizer = new Optimizer(new Nesterov(0.9), builder.build(), List.of(PLAIN), clip, Workers.SERIAL, arena);
        var theta = vector(PyTorch.START);
        for (int t = 0; t < PyTorch.STEPS; t++) {
            optimizer.step(theta, vector(PyTorch.gradient(t)), t + 1, PyTorch.rate(t));
            PyTorch.check(name, t, theta);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void refusesToStepByANormThatIsNotFinite(float value) {
        var optimizer =
                new Optimizer(new Momentum(0.9), SMALL, List.of(PLAIN), new Clip.ByNorm(1), Workers.SERIAL, arena);
        var theta = filled(1);
        var gradient = filled(1);
        gradient.set(9, value);
        assertThatThrownBy(() -> optimizer.step(theta, gradient, 12, 0.1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("the norm of the gradient at step 12 is %s; nothing was changed", value);
        assertThat(theta.toArray()).containsOnly(1);
        assertThat(optimizer.memory().get("momentum.velocity").toArray()).containsOnly(0);
    }

    /// Large enough that every worker has several ranges and blocks, and none ends on a round number.
    private static Layout large() {
        var builder = new Layout.Builder();
        for (int i = 0; i < 30; i++) {
            builder.add("layer" + i + ".conv.weight", Shape.of(17 + i, 331), Role.WEIGHT);
            builder.add("layer" + i + ".bn.weight", Shape.of(17 + i), Role.NORM_SCALE);
            builder.add("layer" + i + ".bn.running_var", Shape.of(17 + i), Role.RUNNING_VARIANCE);
        }
        return builder.build();
    }

    @Test
    void bitsDoNotDependOnTheNumberOfWorkers() {
        var layout = large();
        var groups = List.of(
                Group.frozen(new Selector.ByName("layer3.*", "layer1?.bn.*")),
                new Group(new Selector.ByName("layer2*"), 3, Decay.decoupled(0.1)),
                Group.everything(Decay.coupled(0.01)));
        var alone = run(layout, groups, Workers.SERIAL);
        for (int count : new int[] {1, 2, 3, 7})
            try (var workers = new JavaWorkers(count)) {
                assertThat(run(layout, groups, workers)).as("%s workers", count).isEqualTo(alone);
            }
    }

    private float[] run(Layout layout, List<Group> groups, Workers workers) {
        var optimizer = new Optimizer(new Nesterov(0.9), layout, groups, new Clip.ByNorm(2), workers, arena);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 5; step++) optimizer.step(theta, noise(layout.length(), 1 + step), step, 0.1 / step);
        return theta.toArray();
    }

    private FlatVector noise(long n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (long i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    @Test
    void resumesFromItsNamedMemory() {
        var layout = large();
        var straight = new Optimizer(new Nesterov(0.9), layout, List.of(PLAIN), new Clip.None(), Workers.SERIAL, arena);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 3; step++) straight.step(theta, noise(layout.length(), step), step, 0.1);

        var resumed = new Optimizer(new Nesterov(0.9), layout, List.of(PLAIN), new Clip.None(), Workers.SERIAL, arena);
        assertThat(resumed.memory().keySet()).containsExactly("nesterov.velocity");
        resumed.memory()
                .forEach((name, vector) -> vector.copyFrom(straight.memory().get(name)));
        var copy = vector(theta.toArray());
        for (int step = 4; step <= 6; step++) {
            straight.step(theta, noise(layout.length(), step), step, 0.1);
            resumed.step(copy, noise(layout.length(), step), step, 0.1);
        }
        assertThat(copy.toArray()).isEqualTo(theta.toArray());
    }

    @Test
    void accumulatedMicroBatchesActAsTheirMean() {
        var accumulator = new Accumulator(SMALL.length(), Workers.SERIAL, arena);
        var theta = filled(0);
        for (int batch = 0; batch < 2; batch++) {
            accumulator.clear();
            for (float g : new float[] {1, 2, 6}) accumulator.add(filled(g));
            assertThat(accumulator.scale()).isEqualTo(1 / 3.0);
            sgd(new Clip.None(), PLAIN).step(theta, accumulator.sum(), 1, 1, accumulator.scale());
            assertThat(theta.get(0)).isEqualTo(-3f * (batch + 1));
        }
    }

    /// Means over 3 and 1 examples: (3·2 + 1·10) / 4 = 4.
    @Test
    void microBatchesOfDifferentSizesCountByTheirWeight() {
        var accumulator = new Accumulator(SMALL.length(), Workers.SERIAL, arena);
        accumulator.add(filled(2), 3);
        accumulator.add(filled(10), 1);
        assertThat(accumulator.sum().get(5) * accumulator.scale()).isEqualTo(4);
    }

    @Test
    void anEmptyAccumulatorHasNoScale() {
        var accumulator = new Accumulator(SMALL.length(), Workers.SERIAL, arena);
        refused(accumulator::scale, "no gradient has been added");
        refused(() -> accumulator.add(filled(1), 0), "the weight of a micro-batch must be in (0, ∞), got 0.0");
    }

    /// Until the loops are compiled, registers are objects; after that there must be none. The
    /// question itself costs some bytes, so two hundred steps may cost no more than none.
    @ParameterizedTest
    @MethodSource("dev.thalweg.optim.Rules#kinds")
    void aStepDoesNotAllocate(FirstOrder rule) {
        var builder = new Layout.Builder();
        builder.add("weight", Shape.of(61, 331), Role.WEIGHT);
        builder.add("bn.weight", Shape.of(61), Role.NORM_SCALE);
        var layout = builder.build();
        var optimizer = new Optimizer(
                rule,
                layout,
                List.of(Group.everything(Decay.coupled(5e-4))),
                new Clip.ByNorm(1e-3),
                Workers.SERIAL,
                arena);
        var theta = noise(layout.length(), 1);
        var gradient = noise(layout.length(), 2);
        assertThat(Allocated.soonBy(() -> {
                    for (int step = 1; step <= 200; step++) optimizer.step(theta, gradient, step, 1e-3);
                }))
                .isZero();
    }

    @Test
    void saysWhatTrainsHow() {
        var optimizer = sgd(
                new Clip.None(),
                Group.frozen(new Selector.ByName("conv.*")),
                new Group(new Selector.ByName("fc.*"), 10, Decay.decoupled(0.01)),
                Group.everything(Decay.coupled(5e-4)));
        assertThat(optimizer.describe()).isEqualTo("""
                        Sgd[] on 6 tensors, 12 elements
                          everything: learning rate × 1.0, no decay: 2 tensors, 4 elements
                          'fc.*': learning rate × 10.0, decay 0.01 decoupled: 1 tensors, 2 elements
                          'fc.*': learning rate × 10.0, no decay: 1 tensors, 2 elements
                          untouched: 2 tensors, 4 elements""");
    }

    @Test
    void refusesParametersThatNoGroupSelects() {
        refused(
                () -> sgd(new Clip.None(), new Group(new Selector.ByRole(Role.WEIGHT), 1, 0)),
                "no group selects 'bn.weight'; end the list with Group.everything(…) or Group.frozen(…)");
    }

    @Test
    void refusesAMisspeltName() {
        refused(
                () -> sgd(new Clip.None(), Group.frozen(new Selector.ByName("conv.*", "cls.*")), PLAIN),
                "no parameter is named like 'cls.*'; "
                        + "there are conv.weight, bn.weight, bn.bias, bn.running_mean, fc.weight, fc.bias");
        assertThatThrownBy(() -> new Optimizer(
                        new Sgd(),
                        large(),
                        List.of(Group.frozen(new Selector.ByName("fc.*")), PLAIN),
                        new Clip.None(),
                        Workers.SERIAL,
                        arena))
                .hasMessage("no parameter is named like 'fc.*'; there are layer0.conv.weight, layer0.bn.weight, "
                        + "layer0.bn.running_var, layer1.conv.weight, …, "
                        + "layer29.conv.weight, layer29.bn.weight, layer29.bn.running_var");
    }

    @Test
    void refusesImpossibleSteps() {
        var optimizer = sgd(new Clip.None(), PLAIN);
        refused(() -> optimizer.step(vector(1), filled(0), 1, 1), "expected parameters of 12 elements, got 1");
        refused(() -> optimizer.step(filled(0), vector(1), 1, 1), "expected a gradient of 12 elements, got 1");
        refused(() -> optimizer.step(filled(0), filled(0), 0, 1), "the step must be at least 1, got 0");
        refused(
                () -> optimizer.step(filled(0), filled(0), 1, Double.NaN),
                "the learning rate must be in [0, ∞), got NaN");
        refused(() -> optimizer.step(filled(0), filled(0), 1, -0.1), "the learning rate must be in [0, ∞), got -0.1");
        refused(() -> optimizer.step(filled(0), filled(0), 1, 1, 0), "the gradient's scale must be in (0, ∞), got 0.0");
    }

    @Test
    void refusesImpossibleSettings() {
        refused(() -> Decay.coupled(-1), "Decay.lambda must be in [0, ∞), got -1.0");
        refused(() -> Decay.coupled(Double.NaN), "Decay.lambda must be in [0, ∞), got NaN");
        refused(() -> new Clip.ByNorm(0), "Clip.ByNorm.limit must be in (0, ∞), got 0.0");
        refused(() -> new Clip.ByValue(Double.NaN), "Clip.ByValue.limit must be in (0, ∞), got NaN");
        refused(() -> new Group(new Selector.Everything(), -1, 0), "Group.rateMultiplier must be in [0, ∞), got -1.0");
        refused(() -> new Selector.ByName(), "Selector.ByName.patterns must hold at least one pattern");
        refused(() -> new Selector.ByRole(), "Selector.ByRole.roles must name at least one role");
    }

    /// The mean of (1, 3) is 2 and of (4, 8) is 6; biases and normalizations are left alone.
    @Test
    void centralisedGradientsSumToZero() {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(2, 2), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(2), Role.BIAS);
        var optimizer =
                new Optimizer(new Sgd(), builder.build(), List.of(PLAIN), new Clip.None(), true, Workers.SERIAL, arena);
        var theta = vector(0, 0, 0, 0, 0, 0);
        optimizer.step(theta, vector(1, 3, 4, 8, 5, 6), 1, 1);
        assertThat(theta.toArray()).containsExactly(1, -1, 2, -2, -5, -6);
    }

    /// Units of norm 5 and 0, which counts as 1; limit ½. The gradients of norm 10 and 1 are cut to 2.5 and ½, the
    /// bias's
    /// of norm 13 to ½ · 26 not at all.
    @Test
    void adaptiveClippingGoesByUnits() {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(2, 2), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(2), Role.BIAS);
        var optimizer = new Optimizer(
                new Sgd(), builder.build(), List.of(PLAIN), new Clip.Adaptive(0.5, 1), Workers.SERIAL, arena);
        var theta = vector(3, 4, 0, 0, 10, 24);
        optimizer.step(theta, vector(12, 16, 0, 2, 10, 24), 1, 1, 0.5);
        assertThat(theta.toArray()).containsExactly(1.5f, 2, 0, -0.5f, 5, 12);
    }

    /// After the first step x = z = θ − g, which is y as well; after the second z = −3, x = −2 and y = −2.1 for β =
    /// 0.9.
    @Test
    void settlingGivesTheAverage() {
        var optimizer = new Optimizer(
                new ScheduleFreeSgd(0.9),
                SMALL,
                List.of(Group.frozen(new Selector.ByName("conv.*")), PLAIN),
                new Clip.None(),
                Workers.SERIAL,
                arena);
        var theta = filled(0);
        optimizer.settle(theta);
        assertThat(theta.toArray()).containsOnly(0);
        optimizer.step(theta, filled(1), 1, 1);
        assertThat(theta.get(2)).isEqualTo(-1);
        optimizer.step(theta, filled(2), 2, 1);
        assertThat(theta.get(2)).isCloseTo(-2.1f, org.assertj.core.api.Assertions.within(1e-6f));
        optimizer.settle(theta);
        assertThat(theta.get(2)).isCloseTo(-2, org.assertj.core.api.Assertions.within(1e-6f));
        assertThat(theta.get(0)).isZero();
    }

    /// B ĝ² = 4 · ½² = 1, so h = 0.1 · 1; γ = 2: the direction is ½ g / 0.2, cut at 1.
    @Test
    void sophiaDividesByTheCurvature() {
        var optimizer = new Optimizer(
                new Sophia(0.5, 0.9, 2, 1e-12, 3), SMALL, List.of(PLAIN), new Clip.None(), Workers.SERIAL, arena);
        assertThat(java.util.stream.LongStream.rangeClosed(1, 7).filter(optimizer::wantsCurvature))
                .containsExactly(1L, 4L, 7L);
        optimizer.curvature(filled(0.5f), 4);
        var theta = filled(0);
        optimizer.step(theta, filled(0.1f), 1, 1);
        assertThat(theta.get(0)).isCloseTo(-0.25f, org.assertj.core.api.Assertions.within(1e-6f));
        optimizer.step(theta, filled(9), 2, 1);
        assertThat(theta.get(0)).isCloseTo(-1.25f, org.assertj.core.api.Assertions.within(1e-6f));
        // The next estimate: h = 0.9 · 0.1 + 0.1 · 4 = 0.49; m = ½ · 4.525 − ½ · 4.329 = 0.098, a tenth of γh.
        optimizer.curvature(filled(1), 4);
        optimizer.step(theta, filled(-4.329f), 3, 1);
        assertThat(theta.get(0)).isCloseTo(-1.35f, org.assertj.core.api.Assertions.within(1e-5f));
    }

    @Test
    void elasticNetIsBothPenalties() {
        var theta = filled(8);
        sgd(new Clip.None(), Group.everything(Decay.decoupled(0.25).withL1(1))).step(theta, filled(0), 1, 1);
        assertThat(theta.toArray()).containsExactly(5, 5, 8, 8, 8, 8, 8, 8, 5, 5, 8, 8);
        theta = filled(8);
        sgd(new Clip.None(), Group.everything(Decay.coupled(0.25).withL1(1))).step(theta, filled(0), 1, 1);
        assertThat(theta.toArray()).containsExactly(5, 5, 8, 8, 8, 8, 8, 8, 5, 5, 8, 8);
    }

    @Test
    void patternsFitWholeNames() {
        assertThat(Selector.ByName.fits("layer4.0.conv1.weight", "layer4.*")).isTrue();
        assertThat(Selector.ByName.fits("layer40.conv1.weight", "layer4.*")).isFalse();
        assertThat(Selector.ByName.fits("layer4.0.conv1.weight", "conv1")).isFalse();
        assertThat(Selector.ByName.fits("layer4.0.conv1.weight", "*.conv?.weight"))
                .isTrue();
        assertThat(Selector.ByName.fits("fcXweight", "fc.weight")).isFalse();
        assertThat(Selector.ByName.fits("a\\Eb", "a\\Eb")).isTrue();
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
