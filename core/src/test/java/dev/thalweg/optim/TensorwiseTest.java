package dev.thalweg.optim;

import static dev.thalweg.optim.Muon.Adjustment.MATCH_RMS_ADAMW;
import static dev.thalweg.optim.Muon.Adjustment.NONE;
import static dev.thalweg.optim.Muon.Adjustment.ORIGINAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every tensorwise rule is held to its paper, written once more over plain arrays of doubles.
class TensorwiseTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    /// One tensor's path as the paper has it.
    interface Oracle {
        /// @param rows 0 for a bias
        double[] next(double[] theta, double[] g, int rows, double rate, double decay);
    }

    record Row(Tensorwise rule, double rate, boolean coupled, Supplier<Oracle> oracle) {
        @Override
        public String toString() {
            return rule.toString();
        }
    }

    static Stream<Row> everyRule() {
        return Stream.of(
                new Row(new Lars(), 3, true, () -> new You(0.9, 0.001)),
                new Row(new Lars(0.5, 0.1), 0.2, true, () -> new You(0.5, 0.1)),
                new Row(new Lamb(), 0.01, false, () -> new Lamb2020(0.9, 0.999, 1e-6)),
                new Row(new Lamb(0.7, 0.8, 1e-2), 0.03, false, () -> new Lamb2020(0.7, 0.8, 1e-2)),
                new Row(new Adafactor(), 0.05, false, () -> new Shazeer(0.8, 1e-30, 1e-3, 1)),
                new Row(new Adafactor(0.5, 1e-2, 0.5, 0.3), 0.05, false, () -> new Shazeer(0.5, 1e-2, 0.5, 0.3)),
                new Row(new Muon(), 0.02, false, () -> muon(0.95, true, 5, 1e-7, ORIGINAL, false, 0.015, adamW())),
                new Row(
                        new Muon(
                                0.5,
                                false,
                                new NewtonSchulz(2, 1e-2),
                                MATCH_RMS_ADAMW,
                                false,
                                new Lion(),
                                0.3,
                                List.of()),
                        0.02,
                        false,
                        () -> muon(0.5, false, 2, 1e-2, MATCH_RMS_ADAMW, false, 0.3, () -> new Rules.Signs(0.9, 0.99))),
                new Row(
                        Muon.airbench().withOther(new NAdam(), 2),
                        0.02,
                        false,
                        () -> muon(
                                0.6,
                                true,
                                3,
                                0.4e-7,
                                NONE,
                                true,
                                2,
                                () -> new Rules.Moments(0.9, 0.999).nAdam(1e-8, 0.004))),
                // Turned on the shorter side alone: on the longer one noise of this length has no axes of its own.
                new Row(
                        new Soap(0.9, 0.95, 0.8, 1e-8, 3, 7),
                        3e-3,
                        false,
                        () -> new SoapOracle(0.9, 0.95, 0.8, 1e-8, 3, 7)),
                new Row(
                        new Soap(0.5, 0.8, 0.7, 1e-2, 1, 7),
                        0.01,
                        false,
                        () -> new SoapOracle(0.5, 0.8, 0.7, 1e-2, 1, 7)),
                new Row(
                        new Soap(0.9, 0.95, 0.95, 1e-8, 10, 0),
                        3e-3,
                        false,
                        () -> new SoapOracle(0.9, 0.95, 0.95, 1e-8, 10, 0)));
    }

    private static Supplier<Rules.Oracle> adamW() {
        return () -> new Rules.Moments(0.9, 0.999).adam(1e-8);
    }

    private static Oracle muon(
            double mu,
            boolean nesterov,
            int steps,
            double epsilon,
            Muon.Adjustment adjustment,
            boolean normalise,
            double otherRate,
            Supplier<Rules.Oracle> other) {
        return new MuonOracle(mu, nesterov, steps, epsilon, adjustment, normalise, otherRate, other);
    }

    /// Also settings whose path in float64 says nothing about that in float32.
    static Stream<Tensorwise> everySetting() {
        return Stream.concat(
                everyRule().map(Row::rule),
                Stream.of(
                        new Soap(0.95, 0.95, 0.95, 1e-8, 2, 1024),
                        new Muon().withOther(new Momentum(0.9), 1, "conv.*")));
    }

    private static double norm(double[] x) {
        double sum = 0;
        for (double value : x) sum += value * value;
        return Math.sqrt(sum);
    }

    private static final class You implements Oracle {
        final double mu, eta;
        double[] v;

        You(double mu, double eta) {
            this.mu = mu;
            this.eta = eta;
        }

        @Override
        public double[] next(double[] theta, double[] g, int rows, double rate, double decay) {
            if (v == null) v = new double[theta.length];
            double local = rows == 0 || norm(theta) == 0 || norm(g) == 0
                    ? eta
                    : eta * norm(theta) / (norm(g) + decay * norm(theta));
            var next = theta.clone();
            for (int i = 0; i < v.length; i++) {
                v[i] = mu * v[i] + rate * local * (g[i] + decay * theta[i]);
                next[i] -= v[i];
            }
            return next;
        }
    }

    private static final class Lamb2020 implements Oracle {
        final double beta1, beta2, epsilon;
        double[] m, v;
        int t;

        Lamb2020(double beta1, double beta2, double epsilon) {
            this.beta1 = beta1;
            this.beta2 = beta2;
            this.epsilon = epsilon;
        }

        @Override
        public double[] next(double[] theta, double[] g, int rows, double rate, double decay) {
            int n = theta.length;
            if (m == null) {
                m = new double[n];
                v = new double[n];
            }
            t++;
            var u = new double[n];
            for (int i = 0; i < n; i++) {
                m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                double mHat = m[i] / (1 - Math.pow(beta1, t)), vHat = v[i] / (1 - Math.pow(beta2, t));
                u[i] = mHat / (Math.sqrt(vHat) + epsilon) + decay * theta[i];
            }
            double ratio = rows == 0 || norm(theta) == 0 || norm(u) == 0 ? 1 : norm(theta) / norm(u);
            var next = theta.clone();
            for (int i = 0; i < n; i++) next[i] -= rate * ratio * u[i];
            return next;
        }
    }

    private static final class Shazeer implements Oracle {
        final double power, epsilon1, epsilon2, d;
        double[][] r, c, v;
        int t;

        Shazeer(double power, double epsilon1, double epsilon2, double d) {
            this.power = power;
            this.epsilon1 = epsilon1;
            this.epsilon2 = epsilon2;
            this.d = d;
        }

        @Override
        public double[] next(double[] theta, double[] g, int rows, double rate, double decay) {
            t++;
            double beta = 1 - Math.pow(t, -power);
            int n = theta.length, height = Math.max(rows, 1), width = n / height;
            if (v == null) {
                v = new double[height][width];
                r = new double[height][1];
                c = new double[1][width];
            }
            var rowMeans = new double[height];
            var columnMeans = new double[width];
            for (int i = 0; i < height; i++)
                for (int j = 0; j < width; j++) {
                    double s = Math.pow(g[i * width + j], 2) + epsilon1;
                    v[i][j] = beta * v[i][j] + (1 - beta) * s;
                    rowMeans[i] += s / width;
                    columnMeans[j] += s / height;
                }
            double mean = 0;
            for (int i = 0; i < height; i++) {
                r[i][0] = beta * r[i][0] + (1 - beta) * rowMeans[i];
                mean += r[i][0] / height;
            }
            for (int j = 0; j < width; j++) c[0][j] = beta * c[0][j] + (1 - beta) * columnMeans[j];
            var u = new double[n];
            for (int i = 0; i < height; i++)
                for (int j = 0; j < width; j++)
                    u[i * width + j] = g[i * width + j] / Math.sqrt(rows == 0 ? v[i][j] : r[i][0] * c[0][j] / mean);
            double rmsU = norm(u) / Math.sqrt(n),
                    alpha = Math.max(epsilon2, norm(theta) / Math.sqrt(n)) * Math.min(rate, 1 / Math.sqrt(t));
            var next = theta.clone();
            for (int i = 0; i < n; i++) next[i] -= alpha * u[i] / Math.max(1, rmsU / d) + rate * decay * theta[i];
            return next;
        }
    }

    /// Matrices wide and tall, a filter bank, a single row, and a bias.
    private static Layout layout() {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(7, 37), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(37), Role.BIAS);
        builder.add("tall.weight", Shape.of(53, 3), Role.WEIGHT);
        builder.add("conv.weight", Shape.of(5, 3, 3, 3), Role.WEIGHT);
        builder.add("bn.running_mean", Shape.of(5), Role.RUNNING_MEAN);
        builder.add("one.weight", Shape.of(1, 17), Role.WEIGHT);
        return builder.build();
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void followsItsPaper(Row row) {
        follow(row, layout(), 30);
    }

    /// Tensors are worked on a strip at a time: rows that strips cut, and strips that hold many rows.
    @ParameterizedTest
    @MethodSource("everyRule")
    void followsItsPaperAcrossStrips(Row row) {
        var builder = new Layout.Builder();
        builder.add("odd.bias", Shape.of(5), Role.BIAS);
        builder.add("wide.weight", Shape.of(29, 601), Role.WEIGHT);
        builder.add("tall.weight", Shape.of(601, 29), Role.WEIGHT);
        follow(row, builder.build(), 4);
    }

    private void follow(Row row, Layout layout, int steps) {
        double decay = 0.05;
        var groups =
                List.of(Group.everything((row.coupled ? Decay.coupled(decay) : Decay.decoupled(decay)).everywhere()));
        var optimizer = new Optimizer(row.rule, layout, groups, new Clip.None(), Workers.SERIAL, arena);
        var theta = noise(layout.length(), 1);
        var expected =
                layout.parameters().stream().map(p -> doubles(theta.slice(p))).toArray(double[][]::new);
        var oracles = layout.parameters().stream().map(p -> row.oracle.get()).toList();
        for (int step = 1; step <= steps; step++) {
            var gradient = noise(layout.length(), 1 + step);
            if (step % 3 == 0) for (long i = 0; i < gradient.length(); i++) gradient.set(i, -gradient.get(i) * 4);
            double rate = step > 10 && step < 20 ? row.rate / 8 : row.rate;
            optimizer.step(theta, gradient, step, rate, 0.5);
            for (int p = 0; p < expected.length; p++) {
                var parameter = layout.parameters().get(p);
                if (!parameter.role().trained()) continue;
                var g = doubles(gradient.slice(parameter));
                for (int i = 0; i < g.length; i++) g[i] *= 0.5;
                int rows = parameter.role() == Role.WEIGHT ? parameter.shape().dim(0) : 0;
                expected[p] = oracles.get(p).next(expected[p], g, rows, rate, decay);
                var got = doubles(theta.slice(parameter));
                for (int i = 0; i < got.length; i++) {
                    double tolerance = 1e-5 * Math.max(1, Math.abs(expected[p][i]));
                    if (Math.abs(got[i] - expected[p][i]) <= tolerance) continue; // most of them, quickly
                    assertThat(got[i])
                            .as("%s[%s] after step %s", parameter.name(), i, step)
                            .isCloseTo(expected[p][i], within(tolerance));
                }
            }
        }
    }

    private static double[] doubles(FlatVector vector) {
        var values = new double[(int) vector.length()];
        for (int i = 0; i < values.length; i++) values[i] = vector.get(i);
        return values;
    }

    private FlatVector noise(long n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (long i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    void bitsDoNotDependOnTheNumberOfWorkers(Tensorwise rule) {
        var alone = run(rule, Workers.SERIAL);
        for (int count : new int[] {2, 3, 7})
            try (var workers = new JavaWorkers(count)) {
                assertThat(run(rule, workers)).as("%s workers", count).isEqualTo(alone);
            }
    }

    private float[] run(FirstOrder rule, Workers workers) {
        var layout = layout();
        var optimizer = new Optimizer(
                rule, layout, List.of(Group.everything(Decay.decoupled(0.1))), new Clip.None(), workers, arena);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 5; step++) optimizer.step(theta, noise(layout.length(), 1 + step), step, 0.1 / step);
        return theta.toArray();
    }

    @ParameterizedTest
    @MethodSource("everySetting")
    void resumesFromItsNamedMemory(Tensorwise rule) {
        var layout = layout();
        var groups = List.of(Group.everything(Decay.NONE));
        var straight = new Optimizer(rule, layout, groups, new Clip.None(), Workers.SERIAL, arena);
        var theta = noise(layout.length(), 1);
        for (int step = 1; step <= 3; step++) straight.step(theta, noise(layout.length(), step), step, 0.1);
        var resumed = new Optimizer(rule, layout, groups, new Clip.None(), Workers.SERIAL, arena);
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
    @MethodSource("everySetting")
    void aStepDoesNotAllocate(Tensorwise rule) {
        var layout = layout();
        var optimizer = new Optimizer(
                rule, layout, List.of(Group.everything(Decay.NONE)), new Clip.None(), Workers.SERIAL, arena);
        var theta = noise(layout.length(), 1);
        var gradient = noise(layout.length(), 2);
        assertThat(Allocated.soonBy(() -> {
                    for (int step = 1; step <= 200; step++) optimizer.step(theta, gradient, step, 1e-3);
                }))
                .isZero();
    }

    /// ‖θ‖ = 5, ‖g‖ = 10, η = ½: λ = ¼, so a step at rate 1 is g/4, half as long as θ. A bias takes half of g.
    @Test
    void larsByHand() {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(1, 2), Role.WEIGHT);
        builder.add("fc.bias", Shape.of(1), Role.BIAS);
        var optimizer = new Optimizer(
                new Lars(0, 0.5),
                builder.build(),
                List.of(Group.everything(Decay.NONE)),
                new Clip.None(),
                Workers.SERIAL,
                arena);
        var theta = FlatVector.of(new float[] {3, 4, 1}, arena);
        optimizer.step(theta, FlatVector.of(new float[] {6, 8, 2}, arena), 1, 1);
        assertThat(theta.toArray()).containsExactly(1.5f, 2, 0);
    }

    /// Adam's first direction is (1, −1): of norm √2, against the weights' 5. A hundredth of 5 is moved.
    @Test
    void lambMovesByAShareOfTheNorm() {
        var builder = new Layout.Builder();
        builder.add("fc.weight", Shape.of(2, 1), Role.WEIGHT);
        var optimizer = new Optimizer(
                new Lamb(0.9, 0.999, 1e-12),
                builder.build(),
                List.of(Group.everything(Decay.NONE)),
                new Clip.None(),
                Workers.SERIAL,
                arena);
        var theta = FlatVector.of(new float[] {3, 4}, arena);
        optimizer.step(theta, FlatVector.of(new float[] {7, -0.01f}, arena), 1, 0.01);
        float moved = (float) (0.05 / Math.sqrt(2));
        assertThat(theta.toArray()).containsExactly(new float[] {3 - moved, 4 + moved}, within(1e-5f));
    }

    /// Rows, columns and biases: what a thousand parameters would otherwise remember one by one.
    @Test
    void adafactorRemembersRowsAndColumns() {
        var memory = new Adafactor().start(layout(), arena);
        assertThat(memory.named().get("rows").length()).isEqualTo(7 + 53 + 5 + 1);
        assertThat(memory.named().get("columns").length()).isEqualTo(37 + 3 + 27 + 17);
        assertThat(memory.named().get("squares").length()).isEqualTo(37);
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new Lars(1, 0.1), "Lars.mu must be in [0, 1), got 1.0");
        refused(() -> new Lars(0.9, 0), "Lars.trust must be in (0, ∞), got 0.0");
        refused(() -> new Lamb(0.9, 1, 1e-6), "Lamb.beta2 must be in [0, 1), got 1.0");
        refused(() -> new Adafactor(0, 1, 1, 1), "Adafactor.decay must be in (0, 1], got 0.0");
        refused(() -> new Adafactor(0.8, 1, Double.NaN, 1), "Adafactor.epsilon2 must be in (0, ∞), got NaN");
        refused(
                () -> new Lamb(0.9, 0.999, 1e-50),
                "Lamb.epsilon must be at least 1.2e-38, float32's least, got 1.0E-50");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
