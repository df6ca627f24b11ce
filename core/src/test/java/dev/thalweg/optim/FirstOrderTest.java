package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every rule in the table is held to its paper, in double precision, and to what every rule owes:
/// the same bits one element at a time and in registers, and nothing touched outside its range.
class FirstOrderTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    /// One parameter's path as the paper or library has it.
    interface Oracle {
        double next(double theta, double gradient, double rate);
    }

    record Row(FirstOrder<?> rule, Supplier<Oracle> oracle) {
        @Override
        public String toString() {
            return rule.toString();
        }
    }

    /// A rule that joins this table inherits the whole suite.
    static Stream<Row> everyRule() {
        return Stream.of(
                new Row(new Sgd(), () -> (theta, g, rate) -> theta - rate * g),
                new Row(new Momentum(0.9), () -> new TorchMomentum(0.9, 0)),
                new Row(new Momentum(0), () -> (theta, g, rate) -> theta - rate * g),
                new Row(new Momentum(0.9, 0.4), () -> new TorchMomentum(0.9, 0.4)),
                new Row(Momentum.keras(0.9), () -> new HeavyBall(0.9)),
                new Row(new Nesterov(0.9), () -> new Sutskever(0.9)),
                new Row(Nesterov.keras(0.9), () -> new Cs231n(0.9)));
    }

    /// `torch.optim.SGD`: the buffer starts as the first gradient.
    private static final class TorchMomentum implements Oracle {
        final double mu, dampening;
        Double buffer;

        TorchMomentum(double mu, double dampening) {
            this.mu = mu;
            this.dampening = dampening;
        }

        @Override
        public double next(double theta, double g, double rate) {
            buffer = buffer == null ? g : mu * buffer + (1 - dampening) * g;
            return theta - rate * buffer;
        }
    }

    /// Polyak (1964): θ₊ = θ − αg + μ(θ − θ₋), which has no velocity at all.
    private static final class HeavyBall implements Oracle {
        final double mu;
        Double before;

        HeavyBall(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double theta, double g, double rate) {
            double next = theta - rate * g + (before == null ? 0 : mu * (theta - before));
            before = theta;
            return next;
        }
    }

    /// Sutskever et al. (2013) with the velocity in units of gradients: φ is what the paper calls θ,
    /// and what we hold is the point φ + μv at which it takes the gradient. Since the paper's rate
    /// stays the same, the look-ahead is made with the present step's.
    private static final class Sutskever implements Oracle {
        final double mu;
        double velocity;

        Sutskever(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double lookedAhead, double g, double rate) {
            double phi = lookedAhead + rate * mu * velocity;
            velocity = mu * velocity + g;
            phi -= rate * velocity;
            return phi - rate * mu * velocity;
        }
    }

    /// CS231n: v_before = v; v = μv − αg; θ += −μ v_before + (1 + μ)v.
    private static final class Cs231n implements Oracle {
        final double mu;
        double v;

        Cs231n(double mu) {
            this.mu = mu;
        }

        @Override
        public double next(double theta, double g, double rate) {
            double before = v;
            v = mu * v - rate * g;
            return theta - mu * before + (1 + mu) * v;
        }
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void followsItsPaper(Row row) {
        for (var gradients : List.of(NOISY, FLIPPING, MOSTLY_ZERO)) follow(row, gradients, new Terms(), 0);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void coupledDecayIsPartOfTheGradient(Row row) {
        var terms = new Terms();
        terms.coupledDecay = 0.3f;
        terms.gradientScale = 0.25f;
        terms.gradientLimit = 0.2f;
        follow(row, NOISY, terms, 0);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void decoupledDecayShrinksBesideTheRule(Row row) {
        var terms = new Terms();
        terms.decoupledDecay = 0.3f;
        // An oracle that keeps earlier parameters (Polyak's form) would take the decay for movement.
        if (!(row.oracle.get() instanceof HeavyBall)) follow(row, NOISY, terms, 0.3);
    }

    private interface Gradients {
        double at(int step, int i);
    }

    private static final Gradients NOISY =
            (step, i) -> RandomKey.of(7).fold(step).uniform(i) * 2 - 1;
    private static final Gradients FLIPPING = (step, i) -> (step % 2 == 0 ? 1 : -1) * Math.scalb(1.0, i % 20 - 10);
    private static final Gradients MOSTLY_ZERO = (step, i) -> (step + i) % 9 == 0 ? 3 : 0;

    /// Forty steps; the learning rate drops to a tenth in the middle and rises again.
    private <M extends Record> void follow(Row row, Gradients gradients, Terms terms, double decoupled) {
        @SuppressWarnings("unchecked")
        var rule = (FirstOrder<M>) row.rule;
        int n = 37;
        var memory = rule.start(n, arena);
        var theta = FlatVector.allocate(n, arena);
        var gradient = FlatVector.allocate(n, arena);
        var expected = new double[n];
        var oracles = Stream.generate(row.oracle).limit(n).toList();
        for (int i = 0; i < n; i++) {
            theta.set(i, i % 5 - 2);
            expected[i] = i % 5 - 2;
        }
        for (int step = 1; step <= 40; step++) {
            float rate = step < 15 || step > 30 ? 0.1f : 0.01f;
            terms.step = step;
            terms.learningRate = rate;
            for (int i = 0; i < n; i++) {
                gradient.set(i, (float) gradients.at(step, i));
                double g = Math.clamp(
                                terms.gradientScale * (double) gradient.get(i),
                                -terms.gradientLimit,
                                terms.gradientLimit)
                        + terms.coupledDecay * expected[i];
                double shrink = rate * decoupled * expected[i];
                expected[i] = oracles.get(i).next(expected[i], g, rate) - shrink;
            }
            rule.update(memory, theta, gradient, 0, n, terms);
            for (int i = 0; i < n; i++)
                assertThat((double) theta.get(i))
                        .as("parameter %s after step %s", i, step)
                        .isCloseTo(expected[i], within(2e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /// A range of one element never fills a register, so it goes through the scalar loop.
    @ParameterizedTest
    @MethodSource("everyRule")
    <M extends Record> void registersAndSingleElementsGiveTheSameBits(Row row) {
        @SuppressWarnings("unchecked")
        var rule = (FirstOrder<M>) row.rule;
        for (int length : new int[] {0, 1, 2, 15, 16, 17, 31, 33, 64, 257, 1021})
            for (int offset : new int[] {0, 1, 3, 16, 29}) {
                int n = offset + length + 5;
                var wide = rule.start(n, arena);
                var single = rule.start(n, arena);
                var thetaWide = noise(n, 1);
                var thetaSingle = noise(n, 1);
                var before = thetaWide.toArray();
                for (int step = 1; step <= 3; step++) {
                    var gradient = noise(n, 2 + step);
                    gradient.set(offset + length / 2, step == 2 ? Float.NEGATIVE_INFINITY : 0);
                    var terms = terms(step);
                    rule.update(wide, thetaWide, gradient, offset, offset + length, terms);
                    for (int i = offset; i < offset + length; i++)
                        rule.update(single, thetaSingle, gradient, i, i + 1, terms);
                }
                assertThat(thetaWide.toArray())
                        .as("length %s at offset %s", length, offset)
                        .isEqualTo(thetaSingle.toArray());
                assertThat(memory(wide)).isEqualTo(memory(single));
                for (int i = 0; i < n; i++)
                    if (i < offset || i >= offset + length)
                        assertThat(thetaWide.get(i))
                                .as("element %s, outside", i)
                                .isEqualTo(before[i]);
            }
    }

    private static Terms terms(int step) {
        var terms = new Terms();
        terms.step = step;
        terms.learningRate = 0.1f / step;
        terms.gradientScale = 0.7f;
        terms.gradientLimit = step == 1 ? Float.POSITIVE_INFINITY : 0.4f;
        terms.coupledDecay = 0.05f;
        terms.decoupledDecay = 0.02f;
        return terms;
    }

    private FlatVector noise(int n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (int i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    private static List<List<Float>> memory(Record memory) {
        var vectors = new ArrayList<List<Float>>();
        for (var component : memory.getClass().getRecordComponents()) {
            try {
                var values = new ArrayList<Float>();
                var vector = (FlatVector) component.getAccessor().invoke(memory);
                for (float value : vector.toArray()) values.add(value);
                vectors.add(values);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
        return vectors;
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    <M extends Record> void withoutGradientOrMemoryNothingMoves(Row row) {
        @SuppressWarnings("unchecked")
        var rule = (FirstOrder<M>) row.rule;
        var theta = noise(100, 3);
        var before = theta.toArray();
        var terms = new Terms();
        terms.learningRate = 0.1f;
        rule.update(rule.start(100, arena), theta, FlatVector.allocate(100, arena), 0, 100, terms);
        assertThat(theta.toArray()).isEqualTo(before);
    }

    static Stream<Object[]> rulesThatPyTorchHas() {
        return Stream.of(
                new Object[] {"sgd", new Sgd(), 0f},
                new Object[] {"sgd-decay", new Sgd(), 0.3f},
                new Object[] {"momentum", new Momentum(0.9), 0f},
                new Object[] {"momentum-decay", new Momentum(0.9), 0.3f},
                new Object[] {"momentum-dampening", new Momentum(0.9, 0.4), 0f},
                new Object[] {"nesterov", new Nesterov(0.9), 0f},
                new Object[] {"nesterov-decay", new Nesterov(0.9), 0.3f});
    }

    @ParameterizedTest
    @MethodSource("rulesThatPyTorchHas")
    <M extends Record> void agreesWithPyTorch(String name, FirstOrder<M> rule, float decay) {
        var theta = FlatVector.of(PyTorch.START, arena);
        var gradient = FlatVector.allocate(5, arena);
        var memory = rule.start(5, arena);
        var terms = new Terms();
        terms.coupledDecay = decay;
        for (int t = 0; t < PyTorch.STEPS; t++) {
            gradient.copyFrom(PyTorch.gradient(t));
            terms.step = t + 1L;
            terms.learningRate = PyTorch.rate(t);
            rule.update(memory, theta, gradient, 0, 5, terms);
            PyTorch.check(name, t, theta);
        }
    }

    /// b = 1, 1.5, 1.75; each step subtracts b.
    @Test
    void momentumByHand() {
        assertThat(path(new Momentum(0.5), 1, 1, 1, 1)).containsExactly(-1, -2.5f, -4.25f);
        assertThat(path(Momentum.keras(0.5), 1, 1, 1, 1)).containsExactly(-1, -2.5f, -4.25f);
    }

    /// b = 1 (all of the first gradient), then 1.25, 1.375 as three quarters of each new one count.
    @Test
    void dampeningSparesTheFirstGradient() {
        assertThat(path(new Momentum(0.5, 0.25), 1, 1, 1, 1)).containsExactly(-1, -2.25f, -3.625f);
    }

    /// b = 1, 1.5, 1.75; each step subtracts 1 + b/2 = 1.5, 1.75, 1.875.
    @Test
    void nesterovByHand() {
        assertThat(path(new Nesterov(0.5), 1, 1, 1, 1)).containsExactly(-1.5f, -3.25f, -5.125f);
        assertThat(path(Nesterov.keras(0.5), 1, 1, 1, 1)).containsExactly(-1.5f, -3.25f, -5.125f);
    }

    /// Gradients that flip cancel: b = 1, −½, ¾ …; the limit is ±2/3, not 2.
    @Test
    void flippingGradientsCancelInTheVelocity() {
        assertThat(path(new Momentum(0.5), 1, 1, -1, 1)).containsExactly(-1, -0.5f, -1.25f);
    }

    /// After one gradient of 1 at rate 1 the slope ends and the rate drops to a tenth. With the rate
    /// outside the next step is 0.1 · μ; with the rate inside the velocity still has its full size.
    @Test
    void formsPartWhenTheRateChanges() {
        assertThat(coasting(new Momentum(0.5))).isEqualTo(-0.05f);
        assertThat(coasting(Momentum.keras(0.5))).isEqualTo(-0.5f);
        assertThat(coasting(new Nesterov(0.5))).isEqualTo(-0.025f);
        assertThat(coasting(Nesterov.keras(0.5))).isEqualTo(-0.25f);
    }

    private <M extends Record> float coasting(FirstOrder<M> rule) {
        var memory = rule.start(1, arena);
        var theta = FlatVector.allocate(1, arena);
        var terms = new Terms();
        terms.learningRate = 1;
        rule.update(memory, theta, FlatVector.of(new float[] {1}, arena), 0, 1, terms);
        theta.set(0, 0);
        terms.step = 2;
        terms.learningRate = 0.1f;
        rule.update(memory, theta, FlatVector.allocate(1, arena), 0, 1, terms);
        return theta.get(0);
    }

    private <M extends Record> float[] path(FirstOrder<M> rule, float rate, float... gradients) {
        var memory = rule.start(1, arena);
        var theta = FlatVector.allocate(1, arena);
        var terms = new Terms();
        terms.learningRate = rate;
        var path = new float[gradients.length];
        for (int t = 0; t < gradients.length; t++) {
            terms.step = t + 1L;
            rule.update(memory, theta, FlatVector.of(new float[] {gradients[t]}, arena), 0, 1, terms);
            path[t] = theta.get(0);
        }
        return path;
    }

    /// In the valley ½hθ² from θ = 1, at the same μ and rate.
    @Test
    void nesterovOvershootsLessThanTheHeavyBall() {
        for (float h : new float[] {1, 4, 9}) {
            float ball = lowest(new Momentum(0.9), h), nesterov = lowest(new Nesterov(0.9), h);
            assertThat(ball).as("h = %s", h).isLessThan(-0.4f);
            assertThat(nesterov).as("h = %s", h).isGreaterThan(0.9f * ball);
        }
    }

    private <M extends Record> float lowest(FirstOrder<M> rule, float h) {
        var memory = rule.start(1, arena);
        var theta = FlatVector.of(new float[] {1}, arena);
        var gradient = FlatVector.allocate(1, arena);
        var terms = new Terms();
        terms.learningRate = 0.05f;
        float lowest = 1;
        for (int t = 0; t < 100; t++) {
            terms.step = t + 1L;
            gradient.set(0, h * theta.get(0));
            rule.update(memory, theta, gradient, 0, 1, terms);
            lowest = Math.min(lowest, theta.get(0));
        }
        return lowest;
    }

    /// α = ½, decoupled λ = ½: θ = 4 shrinks by a quarter to 3, then the gradient takes ½.
    @Test
    void decoupledDecayByHand() {
        var theta = FlatVector.of(new float[] {4}, arena);
        var terms = new Terms();
        terms.learningRate = 0.5f;
        terms.decoupledDecay = 0.5f;
        new Sgd().update(new Sgd.Memory(), theta, FlatVector.of(new float[] {1}, arena), 0, 1, terms);
        assertThat(theta.get(0)).isEqualTo(2.5f);
    }

    @Test
    void gradientIsScaledThenLimitedThenDecayed() {
        var terms = new Terms();
        terms.gradientScale = 0.5f;
        terms.gradientLimit = 2;
        terms.coupledDecay = 0.25f;
        assertThat(terms.gradient(3, 4)).isEqualTo(2.5f);
        assertThat(terms.gradient(100, 4)).isEqualTo(3);
        assertThat(terms.gradient(-100, 4)).isEqualTo(-1);
        assertThat(terms.gradient(Float.NaN, 4)).isNaN();
    }

    @Test
    void names() {
        assertThat(everyRule().map(row -> row.rule.name()).distinct()).containsExactly("sgd", "momentum", "nesterov");
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new Momentum(1), "Momentum.mu must be in [0, 1), got 1.0");
        refused(() -> new Momentum(-0.1), "Momentum.mu must be in [0, 1), got -0.1");
        refused(() -> new Momentum(Double.NaN), "Momentum.mu must be in [0, 1), got NaN");
        refused(() -> new Momentum(0.9, 1.5), "Momentum.dampening must be in [0, 1], got 1.5");
        refused(() -> new Momentum(0.9, Double.NaN), "Momentum.dampening must be in [0, 1], got NaN");
        refused(
                () -> new Momentum(0.9, 0.1, Velocity.RATE_INSIDE),
                "Momentum.dampening must be 0 where the rate is inside the velocity, got 0.1");
        refused(() -> new Nesterov(1), "Nesterov.mu must be in [0, 1), got 1.0");
        refused(() -> new Nesterov(Double.NaN), "Nesterov.mu must be in [0, 1), got NaN");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
