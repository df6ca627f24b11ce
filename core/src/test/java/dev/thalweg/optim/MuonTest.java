package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.optim.Muon.Adjustment;
import dev.thalweg.tensor.FlatVector;
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
import org.junit.jupiter.params.provider.CsvSource;

/// What [TensorwiseTest] does not say of Muon.
class MuonTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private Optimizer optimizer(FirstOrder rule, Layout layout, Decay decay) {
        return new Optimizer(rule, layout, List.of(Group.everything(decay)), new Clip.None(), Workers.SERIAL, arena);
    }

    private static Layout matrix(int rows, int columns) {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(rows, columns), Role.WEIGHT);
        return builder.build();
    }

    private static Muon torch(boolean nesterov, int steps, Adjustment adjustment) {
        return new Muon(0.9, nesterov, new NewtonSchulz(steps, 1e-7), adjustment, false, new AdamW(), 1, List.of());
    }

    /// PyTorch's own loops, with its bf16 left out closely and with it in tenths of a step.
    @ParameterizedTest
    @CsvSource({"'', 5e-6", "-bf16, 2e-2"})
    void agreesWithPyTorch(String arithmetic, double allowed) {
        var decay = Decay.decoupled(0.3);
        PyTorch.follow("muon-3x4" + arithmetic, torch(true, 5, Adjustment.ORIGINAL), decay, 3, 4, allowed);
        PyTorch.follow("muon-5x2" + arithmetic, torch(true, 5, Adjustment.ORIGINAL), decay, 5, 2, allowed);
        PyTorch.follow("muon-1x6" + arithmetic, torch(false, 5, Adjustment.ORIGINAL), decay, 1, 6, allowed);
        PyTorch.follow("muon-4x4" + arithmetic, torch(true, 3, Adjustment.MATCH_RMS_ADAMW), decay, 4, 4, allowed);
    }

    /// With coefficients that converge, a step is the gradient's orthogonal factor, whatever its size: of
    /// diag(3, −½) that is diag(1, −1), and √2 times as long where there are twice as many rows.
    @Test
    void byHand() {
        var exact = new NewtonSchulz(30, 1.875, -1.25, 0.375, 1e-12);
        var rule = new Muon(0, false, exact, Adjustment.ORIGINAL, false, new Sgd(), 1, List.of());
        var theta = FlatVector.allocate(4, arena);
        optimizer(rule, matrix(2, 2), Decay.NONE).step(theta, vector(3, 0, 0, -0.5f), 1, 0.25);
        assertThat(theta.toArray()).containsExactly(new float[] {-0.25f, 0, 0, 0.25f}, within(1e-6f));
        theta = FlatVector.allocate(8, arena);
        optimizer(rule, matrix(4, 2), Decay.NONE).step(theta, vector(5, 0, 0, 0, 0, 7, 0, 0), 1, 1);
        float root = (float) -Math.sqrt(2);
        assertThat(theta.toArray()).containsExactly(new float[] {root, 0, 0, 0, 0, root, 0, 0}, within(1e-6f));
    }

    @Test
    void adjustmentsByHand() {
        assertThat(Adjustment.ORIGINAL.factor(4, 9)).isEqualTo(1);
        assertThat(Adjustment.ORIGINAL.factor(36, 9)).isEqualTo(2);
        assertThat(Adjustment.MATCH_RMS_ADAMW.factor(4, 9)).isCloseTo(0.6, within(1e-15));
        assertThat(Adjustment.MATCH_RMS_ADAMW.factor(100, 9)).isEqualTo(2);
        assertThat(Adjustment.NONE.factor(100, 9)).isEqualTo(1);
    }

    /// ‖(3, 4)‖ = 5 becomes √1, and the step is at a right angle to it.
    @Test
    void normalisingBringsFiltersToOneNorm() {
        var exact = new NewtonSchulz(30, 1.875, -1.25, 0.375, 1e-12);
        var rule = new Muon(0, false, exact, Adjustment.NONE, true, new Sgd(), 1, List.of());
        var theta = vector(3, 4);
        optimizer(rule, matrix(1, 2), Decay.NONE).step(theta, vector(-4, 3), 1, 0.5);
        assertThat(theta.toArray()).containsExactly(new float[] {1, 0.5f}, within(1e-6f));
        var nothing = vector(0, 0);
        optimizer(rule, matrix(1, 2), Decay.NONE).step(nothing, vector(0, 2), 1, 0.5);
        assertThat(nothing.toArray()).containsExactly(new float[] {0, -0.5f}, within(1e-6f));
    }

    /// The other rule does to biases, and to what is excepted, what it does alone at its own rate.
    @Test
    void theOthersAreTrainedAsByTheOtherRuleAlone() {
        var builder = new Layout.Builder();
        builder.add("conv.weight", Shape.of(5, 3, 3, 3), Role.WEIGHT);
        builder.add("bn.weight", Shape.of(5), Role.NORM_SCALE);
        builder.add("bn.running_mean", Shape.of(5), Role.RUNNING_MEAN);
        builder.add("fc.weight", Shape.of(7, 40), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(7), Role.BIAS);
        var layout = builder.build();
        for (var other : List.of(new AdamW(0.8, 0.95, 1e-3), new NAdam(), new Nesterov(0.9), new Sgd())) {
            var muon = optimizer(new Muon().withOther(other, 0.25, "fc.*"), layout, Decay.decoupled(0.1));
            var alone = optimizer(other, layout, Decay.decoupled(0.1));
            FlatVector theta = noise(layout.length(), 1), same = noise(layout.length(), 1);
            for (int step = 1; step <= 6; step++) {
                var g = noise(layout.length(), 1 + step);
                muon.step(theta, g, step, 0.2 / step);
                alone.step(same, g, step, 0.25 * (0.2 / step));
            }
            for (var name : List.of("bn.weight", "bn.running_mean", "fc.weight", "fc.bias"))
                assertThat(theta.slice(layout.get(name)).toArray())
                        .as("%s by %s", name, other)
                        .containsExactly(same.slice(layout.get(name)).toArray(), within(1e-6f));
            assertThat(theta.slice(layout.get("conv.weight")).toArray())
                    .isNotEqualTo(same.slice(layout.get("conv.weight")).toArray());
        }
    }

    /// A number for each element of a matrix, and two for each of the others; nothing for statistics.
    @Test
    void remembersWhatEachNeeds() {
        var builder = new Layout.Builder();
        builder.add("conv.weight", Shape.of(5, 3, 3, 3), Role.WEIGHT);
        builder.add("bn.weight", Shape.of(5), Role.NORM_SCALE);
        builder.add("bn.running_mean", Shape.of(5), Role.RUNNING_MEAN);
        builder.add("fc.weight", Shape.of(7, 40), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(7), Role.BIAS);
        var layout = builder.build();
        var memory = optimizer(new Muon(), layout, Decay.NONE).memory();
        assertThat(memory.keySet()).containsExactly("muon.weights.velocity", "muon.other.m", "muon.other.v");
        assertThat(memory.get("muon.weights.velocity").length()).isEqualTo(135 + 280);
        assertThat(memory.get("muon.other.m").length()).isEqualTo(5 + 7);
        var excepting = optimizer(new Muon().withOther(new Momentum(0.9), 1, "fc.*"), layout, Decay.NONE)
                .memory();
        assertThat(excepting.get("muon.weights.velocity").length()).isEqualTo(135);
        assertThat(excepting.get("muon.other.velocity").length()).isEqualTo(5 + 280 + 7);
    }

    /// How long a gradient is does not matter, so that a sum and an average lead the same way.
    @Test
    void theGradientsScaleDoesNotMatter() {
        var layout = matrix(6, 10);
        var one = optimizer(new Muon(), layout, Decay.NONE);
        var other = optimizer(new Muon(), layout, Decay.NONE);
        FlatVector theta = noise(60, 1), same = noise(60, 1);
        for (int step = 1; step <= 5; step++) {
            one.step(theta, noise(60, 1 + step), step, 0.1);
            other.step(same, noise(60, 1 + step), step, 0.1, 1024);
        }
        assertThat(same.toArray()).containsExactly(theta.toArray(), within(1e-5f));
    }

    @Test
    void penaltiesActOnMatricesToo() {
        var theta = vector(0.5f, -0.5f, 4, 0);
        var rule = new Muon();
        optimizer(rule, matrix(2, 2), Decay.decoupled(0).withL1(1)).step(theta, vector(0, 0, 0, 0), 1, 1);
        assertThat(theta.toArray()).containsExactly(0, 0, 3, 0);
        var coupled = vector(0, 0, 0, 1);
        var exact = new Muon(
                0,
                false,
                new NewtonSchulz(30, 1.875, -1.25, 0.375, 1e-12),
                Adjustment.NONE,
                false,
                new Sgd(),
                1,
                List.of());
        optimizer(exact, matrix(2, 2), Decay.coupled(1)).step(coupled, vector(1, 0, 0, 0), 1, 0.5);
        assertThat(coupled.toArray()).containsExactly(new float[] {-0.5f, 0, 0, 0.5f}, within(1e-6f));
    }

    @Test
    void namedSettings() {
        assertThat(new Muon())
                .isEqualTo(new Muon(
                        0.95,
                        true,
                        new NewtonSchulz(5, 3.4445, -4.7750, 2.0315, 1e-7),
                        Adjustment.ORIGINAL,
                        false,
                        new AdamW(0.9, 0.999, 1e-8),
                        0.015,
                        List.of()));
        var airbench = Muon.airbench("fc.weight");
        assertThat(airbench.iteration().steps()).isEqualTo(3);
        assertThat(airbench.momentum()).isEqualTo(0.6);
        assertThat(airbench.normalise()).isTrue();
        assertThat(airbench.except()).containsExactly("fc.weight");
        assertThat(0.24 * airbench.otherRate()).isCloseTo(0.053, within(1e-15));
        assertThat(new Muon().name()).isEqualTo("muon");
    }

    @Test
    void refusesWhatCannotBe() {
        refused(
                () -> new Muon(1, true, new NewtonSchulz(), Adjustment.NONE, false, new Sgd(), 1, List.of()),
                "Muon.momentum must be in [0, 1), got 1.0");
        refused(() -> new Muon().withOther(new Sgd(), 0), "Muon.otherRate must be in (0, ∞), got 0.0");
        refused(
                () -> new Muon().withOther(new Sophia(), 1),
                "Muon.other must be a rule that goes by the gradient alone, got " + new Sophia());
        refused(
                () -> new Muon().withOther(new ScheduleFreeSgd(), 1),
                "Muon.other must be a rule that goes by the gradient alone, got " + new ScheduleFreeSgd());
        refused(
                () -> optimizer(new Muon().withOther(new Sgd(), 1, "head.*"), matrix(2, 2), Decay.NONE),
                "no parameter is named like 'head.*'; there are fc.weight");
    }

    private static void refused(ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private FlatVector vector(float... values) {
        return FlatVector.of(values, arena);
    }

    private FlatVector noise(long n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (long i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }
}
