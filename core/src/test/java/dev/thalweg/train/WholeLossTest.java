package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.Views;
import dev.thalweg.minimize.Differences;
import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Schedule;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loss of all examples as a function of the parameters, held to a network with one hidden layer in float64.
class WholeLossTest {
    private static final int BATCH = 16, SIZE = 4, FEATURES = SIZE * SIZE, HIDDEN = 3;

    private final Arena arena = Arena.ofShared();
    private final DataSet data = DataSets.open("shapes:123", SplitOptions.DEFAULT);
    private final int classes = data.classes().size();
    private final int examples = data.train().size();
    private final Preprocessing preprocessing =
            new Preprocessing(1, SIZE, SIZE, new float[] {0.5f}, new float[] {0.2f}, 1);
    private final Network network = Network.build(
            "net",
            Shape.of(FEATURES),
            x -> x.then("fc1", Layers.linear(HIDDEN)).then(Layers.tanh()).then("fc2", Layers.linear(classes)));
    private final Model model = Model.initialise(network, 3, arena);
    private final Loader loader = new Loader(
            data.train(),
            preprocessing,
            Views.PLAIN,
            LoaderOptions.of(BATCH, 0).withDropLast(false).withCacheBytes(0));

    WholeLossTest() throws IOException {}

    @AfterEach
    void close() {
        loader.close();
        data.close();
        arena.close();
    }

    private static Recipe recipe(CrossEntropy loss, Decay decay) throws IOException {
        var base = Defaults.forData("shapes:123");
        return base.withLoss(loss)
                .withTraining(new Recipe.Training(1, BATCH, 1, Precision.FP32, 2, 5, 60))
                .withOptimization(new Recipe.Optimization(
                        new Lbfgs(), 1, new Schedule.Constant(), decay, List.of(), new Clip.None()));
    }

    /// Reads everything, to be kept.
    private WholeLoss whole(Recipe recipe, Set<String> frozen, long bytes) {
        var whole = new WholeLoss(recipe, model, frozen, examples, new TimeAccount.Clock(), () -> false);
        whole.read(loader, bytes);
        return whole;
    }

    /// The examples in float64.
    private record Oracle(List<double[]> x, List<Integer> y, int classes, CrossEntropy loss, double lambda) {

        /// θ: fc1's weights by unit and its biases, then fc2's.
        double at(double[] theta, double[] gradient) {
            int w2 = FEATURES * HIDDEN + HIDDEN, b2 = w2 + HIDDEN * classes;
            java.util.Arrays.fill(gradient, 0);
            double sum = 0, weights = 0;
            for (int n = 0; n < x.size(); n++) {
                var in = x.get(n);
                var hidden = new double[HIDDEN];
                for (int h = 0; h < HIDDEN; h++) {
                    hidden[h] = theta[FEATURES * HIDDEN + h];
                    for (int j = 0; j < FEATURES; j++) hidden[h] += theta[h * FEATURES + j] * in[j];
                    hidden[h] = Math.tanh(hidden[h]);
                }
                var p = new double[classes];
                double total = 0;
                for (int c = 0; c < classes; c++) {
                    double score = theta[b2 + c];
                    for (int h = 0; h < HIDDEN; h++) score += theta[w2 + c * HIDDEN + h] * hidden[h];
                    total += p[c] = Math.exp(score);
                }
                double weight = loss.weights().isEmpty() ? 1 : loss.weights().get(y.get(n));
                weights += weight;
                sum -= weight * Math.log(p[y.get(n)] / total);
                var back = new double[HIDDEN];
                for (int c = 0; c < classes; c++) {
                    double d = weight * (p[c] / total - (c == y.get(n) ? 1 : 0));
                    gradient[b2 + c] += d;
                    for (int h = 0; h < HIDDEN; h++) {
                        gradient[w2 + c * HIDDEN + h] += d * hidden[h];
                        back[h] += d * theta[w2 + c * HIDDEN + h];
                    }
                }
                for (int h = 0; h < HIDDEN; h++) {
                    double d = back[h] * (1 - hidden[h] * hidden[h]);
                    gradient[FEATURES * HIDDEN + h] += d;
                    for (int j = 0; j < FEATURES; j++) gradient[h * FEATURES + j] += d * in[j];
                }
            }
            double penalty = 0;
            for (int i = 0; i < theta.length; i++) {
                gradient[i] /= weights;
                boolean bias = i >= FEATURES * HIDDEN && i < w2 || i >= b2;
                if (bias) continue;
                gradient[i] += lambda * theta[i];
                penalty += lambda * theta[i] * theta[i] / 2;
            }
            return sum / weights + penalty;
        }
    }

    private Oracle oracle(CrossEntropy loss, double lambda) throws IOException {
        var x = new ArrayList<double[]>();
        var y = new ArrayList<Integer>();
        try (var all = new Loader(
                data.train(),
                preprocessing,
                Views.PLAIN,
                LoaderOptions.of(examples, 0).withCacheBytes(0))) {
            var batch = all.next();
            for (int n = 0; n < examples; n++) {
                y.add(batch.labels().getAtIndex(ValueLayout.JAVA_INT, n));
                var in = new double[FEATURES];
                for (int j = 0; j < FEATURES; j++)
                    in[j] = batch.images().getAtIndex(ValueLayout.JAVA_FLOAT, (long) n * FEATURES + j);
                x.add(in);
            }
            batch.release();
        }
        return new Oracle(x, y, classes, loss, lambda);
    }

    private double[] point() {
        var key = RandomKey.of(9);
        // Numbers that float32 has, so that rounding changes nothing.
        return IntStream.range(0, (int) network.parameters().length())
                .mapToDouble(i -> (float) (key.uniform(i) - 0.5))
                .toArray();
    }

    /// 98 examples are six batches and two examples over, which a plan of their own takes.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isTheMeanOverAllExamples(boolean weighted) throws IOException {
        assertThat(examples % BATCH).isNotZero();
        var weights = IntStream.range(0, classes).mapToObj(c -> 0.5f + c % 3).toList();
        var loss = weighted ? new CrossEntropy(0, weights) : CrossEntropy.PLAIN;
        var oracle = oracle(loss, 0.01);
        var theta = point();
        var expected = new double[theta.length];
        double value = oracle.at(theta, expected);
        for (long bytes : new long[] {0, 1 << 20})
            try (var whole = whole(recipe(loss, Decay.coupled(0.01)), Set.of(), bytes)) {
                assertThat(whole.length()).isEqualTo(theta.length);
                var gradient = new double[theta.length];
                // Twice: from the loader, then from what was kept, or from the loader again.
                for (int round = 0; round < 2; round++) {
                    assertThat(whole.at(theta, gradient)).isCloseTo(value, within(1e-6));
                    for (int i = 0; i < gradient.length; i++)
                        assertThat(gradient[i]).as("element %s", i).isCloseTo(expected[i], within(1e-6));
                }
                assertThat(whole.data().isKept()).isEqualTo(bytes > 0);
            }
    }

    /// The same bits at the same point, whatever was evaluated in between.
    @Test
    void isAFunction() throws IOException {
        try (var whole = whole(recipe(CrossEntropy.PLAIN, Decay.NONE), Set.of(), 0)) {
            var theta = point();
            var first = new double[theta.length];
            double value = whole.at(theta, first);
            var elsewhere = theta.clone();
            elsewhere[0] += 1;
            assertThat(whole.at(elsewhere, new double[theta.length])).isNotEqualTo(value);
            var again = new double[theta.length];
            assertThat(whole.at(theta, again)).isEqualTo(value);
            assertThat(again).isEqualTo(first);
        }
    }

    /// Products and matrices of second derivatives by differences, against those of float64: the error is of the order
    /// of ε⅔ = 2·10⁻⁵ of the greatest, as [Differences] says.
    @Test
    void secondDerivativesAreAsExactAsSaid() throws IOException {
        var oracle = oracle(CrossEntropy.PLAIN, 0.01);
        var theta = point();
        int n = theta.length;
        var exact = new double[n * n];
        new Differences(oracle::at).hessian(theta, exact);
        double greatest = 0;
        for (double h : exact) greatest = Math.max(greatest, Math.abs(h));
        try (var whole = whole(recipe(CrossEntropy.PLAIN, Decay.coupled(0.01)), Set.of(), 1 << 20)) {
            var differences = new Differences(whole);
            var hessian = new double[n * n];
            differences.hessian(theta, hessian);
            for (int i = 0; i < n * n; i++)
                assertThat(hessian[i]).as("element %s", i).isCloseTo(exact[i], within(3e-4 * greatest));
            var direction = new double[n];
            for (int i = 0; i < n; i++) direction[i] = i % 3 - 1;
            var product = new double[n];
            differences.product(theta, direction, product);
            double square = 0, error = 0;
            for (int i = 0; i < n; i++) {
                double expected = 0;
                for (int j = 0; j < n; j++) expected += exact[i * n + j] * direction[j];
                square += expected * expected;
                error += (product[i] - expected) * (product[i] - expected);
            }
            assertThat(Math.sqrt(error / square)).isLessThan(1e-3);
        }
    }

    @Test
    void whatIsFrozenIsNoVariable() throws IOException {
        try (var whole = whole(recipe(CrossEntropy.PLAIN, Decay.NONE), Set.of("fc1.weight", "fc1.bias"), 1 << 20)) {
            assertThat(whole.length()).isEqualTo(HIDDEN * classes + classes);
            var before = model.parameters()
                    .slice(network.parameters().parameters().getFirst())
                    .toArray();
            var gradient = new double[whole.length()];
            var x = whole.point();
            x[0] += 1;
            whole.at(x, gradient);
            assertThat(whole.point()[0]).isCloseTo(x[0], within(1e-6));
            assertThat(model.parameters()
                            .slice(network.parameters().parameters().getFirst())
                            .toArray())
                    .isEqualTo(before);
        }
        var all = Set.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
        var recipe = recipe(CrossEntropy.PLAIN, Decay.NONE);
        assertThatThrownBy(() -> whole(recipe, all, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("every parameter is frozen: there is nothing to learn");
    }
}
