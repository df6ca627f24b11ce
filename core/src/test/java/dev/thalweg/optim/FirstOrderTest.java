package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.optim.Rules.Row;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
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

    static Stream<Row> everyRule() {
        return Rules.every();
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void followsItsPaper(Row row) {
        for (var gradients : SEQUENCES) follow(row, gradients, new Terms(), 0);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void coupledDecayIsPartOfTheGradient(Row row) {
        var terms = new Terms();
        terms.coupledDecay = 0.3;
        // A step of one length may pass 0 in float32 and not in float64, where the force of L1 turns.
        terms.coupledL1 = row.rule() instanceof Lion ? 0 : 0.05;
        terms.gradientScale = 0.25;
        terms.gradientLimit = 0.2;
        follow(row, NOISY, terms, 0);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void decoupledDecayShrinksBesideTheRule(Row row) {
        var terms = new Terms();
        terms.decoupledDecay = 0.3;
        // An oracle that keeps earlier parameters (Polyak's form) would take the decay for movement; schedule-free
        // rules have decay of their own.
        if (!(row.oracle().get() instanceof Rules.HeavyBall) && !(row.rule() instanceof ScheduleFree))
            follow(row, NOISY, terms, 0.3);
    }

    private interface Gradients {
        double at(int step, int i);
    }

    private static final Gradients NOISY =
            (step, i) -> RandomKey.of(7).fold(step).uniform(i) * 2 - 1;
    private static final Gradients FLIPPING = (step, i) -> (step % 2 == 0 ? 1 : -1) * Math.scalb(1.0, i % 20 - 10);
    private static final Gradients MOSTLY_ZERO = (step, i) -> (step + i) % 9 == 0 ? 3 : 0;
    private static final Gradients FADING = (step, i) -> (i + 1) * Math.pow(0.7, step);
    private static final List<Gradients> SEQUENCES = List.of(NOISY, FLIPPING, MOSTLY_ZERO, FADING);

    /// Forty steps; the learning rate drops to a tenth in the middle and rises again. In float64 the rule
    /// must be where its paper is, and in float32 and registers where it is in float64.
    private void follow(Row row, Gradients gradients, Terms terms, double decoupled) {
        var rule = row.rule();
        int n = 37;
        var memory = rule.start(vector(n), arena);
        var exactMemory = rule.start(vector(n), arena);
        var slots = new double[n][rule.slots().size()];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < slots[i].length; k++)
                slots[i][k] = memory.vector(k).get(i);
        var theta = FlatVector.allocate(n, arena);
        var gradient = FlatVector.allocate(n, arena);
        var exact = new double[n];
        var expected = new double[n];
        var oracles = Stream.generate(row.oracle()).limit(n).toList();
        for (int i = 0; i < n; i++) {
            theta.set(i, i % 5 - 2);
            expected[i] = exact[i] = i % 5 - 2;
        }
        for (int step = 1; step <= 40; step++) {
            double rate = row.rate() * (step < 15 || step > 30 ? 1 : 0.125);
            terms.step = step;
            terms.learningRate = rate;
            rule.begin(memory, terms);
            rule.begin(exactMemory, terms);
            for (int i = 0; i < n; i++) {
                gradient.set(i, (float) gradients.at(step, i));
                double raw = gradient.get(i);
                exact[i] =
                        terms.sparse(rule.step(exact[i], terms.gradient(raw, exact[i]), slots[i], exactMemory, terms));
                double clipped = Math.clamp(terms.gradientScale * raw, -terms.gradientLimit, terms.gradientLimit);
                double g = clipped + terms.coupledDecay * expected[i] + terms.coupledL1 * Math.signum(expected[i]);
                double shrink = rate * decoupled * expected[i];
                expected[i] = oracles.get(i).next(expected[i], g, rate) - shrink;
                assertThat(exact[i])
                        .as("float64: parameter %s after step %s", i, step)
                        .isCloseTo(expected[i], within(1e-9 * Math.max(1, Math.abs(expected[i]))));
            }
            rule.update(memory, theta, gradient, 0, n, terms);
            for (int i = 0; i < n; i++)
                assertThat((double) theta.get(i))
                        .as("float32: parameter %s after step %s", i, step)
                        .isCloseTo(exact[i], within(1e-5 * Math.max(1, Math.abs(exact[i]))));
        }
    }

    /// The layout of one tensor of `n` elements.
    private static Layout vector(int n) {
        var builder = new Layout.Builder();
        builder.add("weight", Shape.of(n), Role.WEIGHT);
        return builder.build();
    }

    /// What lies between two multiples of the grid may be updated in any number of calls; what is outside a
    /// range stays as it is, and what does not fill a register comes out as in one, but for rounding.
    @ParameterizedTest
    @MethodSource("everyRule")
    void bitsDoNotDependOnHowRangesAreCut(Row row) {
        var rule = row.rule();
        for (int length : new int[] {0, 1, 2, 15, 16, 17, 31, 33, 64, 257, 1021})
            for (int offset : new int[] {0, 1, 3, 16, 29}) {
                int n = offset + length + 5, end = offset + length;
                var whole = rule.start(vector(n), arena);
                var cut = rule.start(vector(n), arena);
                var single = rule.start(vector(n), arena);
                var thetaWhole = noise(n, 1);
                var thetaCut = noise(n, 1);
                var thetaSingle = noise(n, 1);
                var before = thetaWhole.toArray();
                for (int step = 1; step <= 3; step++) {
                    var gradient = noise(n, 2 + step);
                    var terms = terms(step);
                    for (var memory : List.of(whole, cut, single)) rule.begin(memory, terms);
                    rule.update(whole, thetaWhole, gradient, offset, end, terms);
                    for (int from = offset, to; from < end; from = to) {
                        to = Math.min(end, (from / Elementwise.GRID + 1) * Elementwise.GRID);
                        rule.update(cut, thetaCut, gradient, from, to, terms);
                    }
                    for (int i = offset; i < end; i++) rule.update(single, thetaSingle, gradient, i, i + 1, terms);
                }
                assertThat(thetaWhole.toArray())
                        .as("length %s at offset %s", length, offset)
                        .isEqualTo(thetaCut.toArray());
                assertThat(memory(whole)).isEqualTo(memory(cut));
                assertThat(thetaWhole.toArray()).containsExactly(thetaSingle.toArray(), within(1e-5f));
                for (int i = 0; i < n; i++)
                    if (i < offset || i >= end)
                        assertThat(thetaWhole.get(i))
                                .as("element %s, outside", i)
                                .isEqualTo(before[i]);
            }
    }

    /// What is remembered may lie elsewhere than the parameters do.
    @ParameterizedTest
    @MethodSource("everyRule")
    void memoryMayBeShifted(Row row) {
        var rule = row.rule();
        int n = 100, shift = 7;
        var plain = rule.start(vector(n), arena);
        var shifted = rule.start(vector(n + shift), arena);
        var theta = noise(n, 1);
        var same = noise(n, 1);
        for (int step = 1; step <= 3; step++) {
            var terms = terms(step);
            rule.begin(plain, terms);
            rule.begin(shifted, terms);
            rule.update(plain, theta, noise(n, 2 + step), 0, n, terms);
            terms.shift = shift;
            rule.update(shifted, same, noise(n, 2 + step), 0, n, terms);
        }
        assertThat(same.toArray()).isEqualTo(theta.toArray());
    }

    private static Terms terms(int step) {
        var terms = new Terms();
        terms.step = step;
        terms.learningRate = 0.1f / step;
        terms.gradientScale = 0.7f;
        terms.gradientLimit = step == 1 ? Float.POSITIVE_INFINITY : 0.4f;
        terms.coupledDecay = 0.05f;
        terms.decoupledDecay = 0.02f;
        terms.coupledL1 = 0.01;
        terms.decoupledL1 = 0.03;
        return terms;
    }

    private FlatVector noise(int n, long seed) {
        var vector = FlatVector.allocate(n, arena);
        var key = RandomKey.of(seed);
        for (int i = 0; i < n; i++) vector.set(i, key.uniform(i) * 2 - 1);
        return vector;
    }

    private static List<List<Float>> memory(Memory memory) {
        var vectors = new ArrayList<List<Float>>();
        memory.named().values().forEach(vector -> {
            var values = new ArrayList<Float>();
            for (float value : vector.toArray()) values.add(value);
            vectors.add(values);
        });
        return vectors;
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void withoutGradientOrMemoryNothingMoves(Row row) {
        var rule = row.rule();
        var theta = noise(100, 3);
        var before = theta.toArray();
        var terms = new Terms();
        terms.learningRate = 0.1f;
        var memory = rule.start(vector(100), arena);
        rule.begin(memory, terms);
        rule.update(memory, theta, FlatVector.allocate(100, arena), 0, 100, terms);
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
                new Object[] {"nesterov-decay", new Nesterov(0.9), 0.3f},
                new Object[] {"adagrad", new AdaGrad(), 0f},
                new Object[] {"adagrad-decay", new AdaGrad(1e-2, 0.5, EpsilonPlace.OUTSIDE_ROOT), 0.3f},
                new Object[] {"adadelta", new AdaDelta(0.9, 1e-6), 0f},
                new Object[] {"adadelta-decay", new AdaDelta(0.9, 1e-2), 0.3f},
                new Object[] {"rmsprop", new RmsProp(), 0f},
                new Object[] {"rmsprop-centred", rmsProp(1e-2).withCentred(true), 0.3f},
                new Object[] {"rmsprop-momentum", rmsProp(1e-2).withMomentum(0.9), 0f},
                new Object[] {"rmsprop-both", rmsProp(1e-2).withCentred(true).withMomentum(0.9), 0.3f},
                new Object[] {"adam", new Adam(), 0f},
                new Object[] {"adam-decay", new Adam(0.8, 0.95, 1e-2), 0.3f},
                new Object[] {"amsgrad", new AmsGrad(0.8, 0.95, 1e-2), 0.3f},
                new Object[] {"adamw", new AdamW(0.8, 0.95, 1e-2), 0.3f},
                new Object[] {"adamax", new AdaMax(0.8, 0.95, 1e-2), 0.3f},
                new Object[] {"nadam", new NAdam(0.8, 0.95, 1e-2, 0.004), 0.3f},
                new Object[] {"radam", new RAdam(0.8, 0.95, 1e-2, 5), 0.3f});
    }

    private static RmsProp rmsProp(double epsilon) {
        return new RmsProp(0.9, epsilon, EpsilonPlace.OUTSIDE_ROOT, false, 0, Velocity.RATE_OUTSIDE);
    }

    @ParameterizedTest
    @MethodSource("rulesThatPyTorchHas")
    void agreesWithPyTorch(String name, Elementwise rule, float decay) {
        var theta = FlatVector.of(PyTorch.START, arena);
        var gradient = FlatVector.allocate(5, arena);
        var memory = rule.start(vector(5), arena);
        var terms = new Terms();
        if (rule instanceof AdamW) terms.decoupledDecay = decay;
        else terms.coupledDecay = decay;
        for (int t = 0; t < PyTorch.STEPS; t++) {
            gradient.copyFrom(PyTorch.gradient(t));
            terms.step = t + 1L;
            terms.learningRate = PyTorch.rate(t);
            rule.begin(memory, terms);
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

    private float coasting(Elementwise rule) {
        var memory = rule.start(vector(1), arena);
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

    private float[] path(Elementwise rule, float rate, float... gradients) {
        var memory = rule.start(vector(1), arena);
        var theta = FlatVector.allocate(1, arena);
        var terms = new Terms();
        terms.learningRate = rate;
        var path = new float[gradients.length];
        for (int t = 0; t < gradients.length; t++) {
            terms.step = t + 1L;
            rule.begin(memory, terms);
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

    private float lowest(Elementwise rule, float h) {
        var memory = rule.start(vector(1), arena);
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
        new Sgd().update(Memory.none(), theta, FlatVector.of(new float[] {1}, arena), 0, 1, terms);
        assertThat(theta.get(0)).isEqualTo(2.5f);
    }

    /// α = ½, λ₁ = ½: after the gradient's ½ what is left comes ¼ nearer to 0, and no further.
    @Test
    void decoupledL1EndsAtZero() {
        var theta = FlatVector.of(new float[] {4, -4, 0.6f, -0.7f, 0}, arena);
        var terms = new Terms();
        terms.learningRate = 0.5;
        terms.decoupledL1 = 0.5;
        new Sgd().update(Memory.none(), theta, FlatVector.of(new float[] {1, 1, 1, -1, 0.25f}, arena), 0, 5, terms);
        assertThat(theta.toArray()).containsExactly(3.25f, -4.25f, 0, 0, 0);
    }

    /// λ₁ = ½ is a force of ½ towards 0, and none at 0.
    @Test
    void coupledL1IsAForce() {
        var terms = new Terms();
        terms.coupledL1 = 0.5;
        assertThat(terms.gradient(1, 4)).isEqualTo(1.5);
        assertThat(terms.gradient(1, -0.001)).isEqualTo(0.5);
        assertThat(terms.gradient(1, 0)).isEqualTo(1);
    }

    /// Whatever the gradients' sizes, Adam's first step is α for each parameter, since both corrections
    /// cancel.
    @Test
    void adamsFirstStepIsTheLearningRate() {
        for (float g : new float[] {1e-3f, -7, 400})
            for (var rule : List.of(new Adam(), new AdamW(), new AmsGrad(), new AdaMax()))
                assertThat(path(rule, 0.5f, g)[0]).as("%s", rule).isCloseTo(-0.5f * Math.signum(g), within(1e-4f));
    }

    /// With ε = 1, β₁ = ½, β₂ = ¾ and gradients 2, 0: m̂ = 2, v̂ = 4, so 2/3; then m = ½, m̂ = ⅔,
    /// v = ¾, v̂ = 12/7.
    @Test
    void adamByHand() {
        double second = 2.0 / 3 / (Math.sqrt(12.0 / 7) + 1);
        assertThat(path(new Adam(0.5, 0.75, 1), 1, 2, 0))
                .containsExactly(new float[] {-2f / 3, (float) (-2.0 / 3 - second)}, within(1e-6f));
    }

    /// The same with Keras's ε: √(1 − β₂) / (1 − β₁) · m / (√v + ε) = ½ / ½ · 1 / (1 + 1).
    @Test
    void kerasesEpsilonStandsBeforeTheCorrection() {
        assertThat(path(new Adam(0.5, 0.75, 1, Adam.Form.EPSILON_HAT), 1, 2)[0]).isEqualTo(-0.5f);
    }

    /// G = 4, then 8: 2/2 and 2/√8. With gradients that stay the same, steps shrink as 1/√t.
    @Test
    void adaGradByHandStalls() {
        assertThat(path(new AdaGrad(), 1, 2, 2))
                .containsExactly(new float[] {-1, (float) (-1 - Math.sqrt(0.5))}, within(1e-6f));
        var steady = new float[101];
        java.util.Arrays.fill(steady, 3);
        float[] adaGrad = path(new AdaGrad(), 1, steady), rmsProp = path(new RmsProp(0.9), 1, steady);
        assertThat(adaGrad[99] - adaGrad[100]).isCloseTo((float) (1 / Math.sqrt(101)), within(1e-5f));
        assertThat(rmsProp[99] - rmsProp[100]).isCloseTo(1, within(1e-4f));
    }

    /// Directions +, then 0.9 · 0.01 + 0.1 · (−0.05) > 0: the velocity outweighs a small gradient.
    @Test
    void lionByHand() {
        assertThat(path(new Lion(), 1, 1, -0.05f, -1)).containsExactly(-1, -2, -1);
        assertThat(path(new Lion(), 1, 0, 0)).containsExactly(0, 0);
    }

    /// ρ∞ = 1999. ρ is 5.00 at step 6, the first above 4 is step 5: before, steps are α m̂.
    @Test
    void rAdamBeginsAsMomentum() {
        var path = path(new RAdam(), 1, 3, 3, 3, 3, 3, 3);
        assertThat(path).startsWith(-3);
        assertThat(path[4]).isCloseTo(-15, within(1e-4f));
        assertThat(path[4] - path[5]).isLessThan(0.1f);
        var earlier = path(new RAdam(0.9, 0.999, 1e-8, 4), 1, 3, 3, 3, 3, 3);
        assertThat(earlier[3] - earlier[4]).isLessThan(0.1f);
    }

    @Test
    void gradientIsScaledThenLimitedThenDecayed() {
        var terms = new Terms();
        terms.gradientScale = 0.5f;
        terms.gradientLimit = 2;
        terms.coupledDecay = 0.25f;
        assertThat(terms.gradient(3, 4)).isEqualTo(2.5);
        assertThat(terms.gradient(100, 4)).isEqualTo(3);
        assertThat(terms.gradient(-100, 4)).isEqualTo(-1);
        assertThat(terms.gradient(Float.NaN, 4)).isNaN();
    }

    @Test
    void names() {
        assertThat(everyRule().map(row -> row.rule().name()).distinct())
                .containsExactly(
                        "sgd",
                        "momentum",
                        "nesterov",
                        "adagrad",
                        "adadelta",
                        "rmsprop",
                        "adam",
                        "amsgrad",
                        "adamw",
                        "adamax",
                        "nadam",
                        "radam",
                        "lion",
                        "adan",
                        "schedule-free-sgd",
                        "schedule-free-adamw",
                        "sophia");
    }

    /// β = ½, α = 1, λ = ½ from y = z = x = 4, and no gradient: d = 2, z = 2, c = 1, so x = 2 and y = 2. Then d = 1,
    /// z = 1, c = ½, x = 1½, y = 1¼.
    @Test
    void scheduleFreeDecayActsOnTheDescendingPoint() {
        var rule = new ScheduleFreeSgd(0.5);
        var memory = rule.start(vector(1), arena);
        var theta = FlatVector.of(new float[] {4}, arena);
        var terms = new Terms();
        terms.learningRate = 1;
        terms.decoupledDecay = 0.5;
        for (float y : new float[] {2, 1.25f}) {
            rule.begin(memory, terms);
            rule.update(memory, theta, FlatVector.allocate(1, arena), 0, 1, terms);
            assertThat(theta.get(0)).isEqualTo(y);
            terms.step++;
        }
        assertThat(memory.vector(0).get(0)).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBe() {
        refused(() -> new ScheduleFreeSgd(1), "ScheduleFreeSgd.beta must be in (0, 1), got 1.0");
        refused(() -> new ScheduleFreeAdamW(0, 0.9, 1), "ScheduleFreeAdamW.beta must be in (0, 1), got 0.0");
        refused(() -> new Sophia(0.9, 0.9, 0, 1, 1), "Sophia.gamma must be in (0, ∞), got 0.0");
        refused(() -> new Sophia(0.9, 0.9, 1, 1, 0), "Sophia.every must be at least 1, got 0");
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
        refused(() -> new Adam(1, 0.999, 1e-8), "Adam.beta1 must be in [0, 1), got 1.0");
        refused(() -> new Adam(0.9, -1, 1e-8), "Adam.beta2 must be in [0, 1), got -1.0");
        refused(() -> new Adam(0.9, 0.999, 0), "Adam.epsilon must be in (0, ∞), got 0.0");
        refused(() -> new AdaGrad(Double.NaN), "AdaGrad.epsilon must be in (0, ∞), got NaN");
        refused(() -> new AdaGrad(1, -1, EpsilonPlace.INSIDE_ROOT), "AdaGrad.initial must be in [0, ∞), got -1.0");
        refused(() -> new RAdam(0.9, 0.5, 1e-8, 5), "RAdam.beta2 must be in (0.6, 1), got 0.5");
        refused(() -> new RAdam(0.9, 0.9, 1e-8, 3), "RAdam.threshold must be in [4, ∞), got 3.0");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String message) {
        assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
