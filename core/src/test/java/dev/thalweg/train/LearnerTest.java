package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.Views;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.optim.Sgd;
import dev.thalweg.optim.Sophia;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a step does besides the rule's own arithmetic, held to softmax regression in float64.
class LearnerTest {
    private static final int BATCH = 16, SIZE = 4, FEATURES = SIZE * SIZE;
    private static final long SEED = 5;

    private final Arena arena = Arena.ofShared();
    private final DataSet data = DataSets.open("shapes:200", SplitOptions.DEFAULT);
    private final int classes = data.classes().size();
    private final Network network = Network.build(
            "regression",
            Shape.of(FEATURES),
            x -> x.then("fc", Layers.linear(classes).withoutBias()));
    private final Model model = Model.initialise(network, 3, arena);

    LearnerTest() throws IOException {}

    @AfterEach
    void close() {
        data.close();
        arena.close();
    }

    private static Recipe recipe() throws IOException {
        var base = Defaults.forData("shapes:200");
        var t = base.training();
        return base.withLoss(CrossEntropy.PLAIN)
                .withTraining(new Recipe.Training(1, BATCH, 1, Precision.FP32, 1, SEED, t.checkpointSeconds(), null));
    }

    private static Recipe.Optimization by(dev.thalweg.optim.FirstOrder rule) {
        return new Recipe.Optimization(rule, 1, new Schedule.Constant(), Decay.NONE, List.of(), new Clip.None());
    }

    /// A batch in float64.
    private record Seen(double[][] x, int[] y) {}

    /// One step at `rate`, and what it saw.
    private Seen step(Learner learner, double rate) throws IOException {
        var seen = new Seen[1];
        var preprocessing = new Preprocessing(1, SIZE, SIZE, new float[] {0.5f}, new float[] {0.2f}, 1);
        try (var loader = new Loader(
                data.train(),
                preprocessing,
                Views.PLAIN,
                LoaderOptions.of(BATCH, SEED).withCacheBytes(0))) {
            learner.watch(batch -> {
                var x = new double[BATCH][FEATURES];
                var y = new int[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    y[i] = batch.labels().getAtIndex(ValueLayout.JAVA_INT, i);
                    for (int j = 0; j < FEATURES; j++)
                        x[i][j] = batch.images().getAtIndex(ValueLayout.JAVA_FLOAT, (long) i * FEATURES + j);
                }
                seen[0] = new Seen(x, y);
            });
            learner.step(loader, 0, 1, rate, new Learner.Tally(), false);
        }
        return seen[0];
    }

    private double[] theta() {
        return doubles(model.parameters());
    }

    private static double[] doubles(FlatVector vector) {
        var values = new double[(int) vector.length()];
        for (int i = 0; i < values.length; i++) values[i] = vector.get(i);
        return values;
    }

    private double[][] probabilities(double[] theta, double[][] x) {
        var p = new double[BATCH][classes];
        for (int i = 0; i < BATCH; i++) {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double score = 0;
                for (int j = 0; j < FEATURES; j++) score += theta[c * FEATURES + j] * x[i][j];
                sum += p[i][c] = Math.exp(score);
            }
            for (int c = 0; c < classes; c++) p[i][c] /= sum;
        }
        return p;
    }

    /// Of the mean loss.
    private double[] gradient(double[] theta, double[][] x, int[] y) {
        var p = probabilities(theta, x);
        var g = new double[theta.length];
        for (int i = 0; i < BATCH; i++)
            for (int c = 0; c < classes; c++)
                for (int j = 0; j < FEATURES; j++)
                    g[c * FEATURES + j] += (p[i][c] - (c == y[i] ? 1 : 0)) * x[i][j] / BATCH;
        return g;
    }

    private static void close(double[] got, double[] expected, double tolerance) {
        for (int i = 0; i < got.length; i++)
            assertThat(got[i]).as("element %s", i).isCloseTo(expected[i], within(tolerance));
    }

    /// θ − α ∇L(θ + ρ g / ‖g‖), g = ∇L(θ).
    private double[] uphill(double[] theta, Seen seen, double rho, double rate) {
        double[] g = gradient(theta, seen.x, seen.y);
        double norm = 0;
        for (double value : g) norm += value * value;
        var worst = theta.clone();
        for (int i = 0; i < g.length; i++) worst[i] += rho * g[i] / Math.sqrt(norm);
        double[] there = gradient(worst, seen.x, seen.y);
        var next = theta.clone();
        for (int i = 0; i < g.length; i++) next[i] -= rate * there[i];
        return next;
    }

    /// The step is from θ, along the gradient at the worst point nearby.
    @Test
    void sharpnessTakesTheGradientUphill() throws IOException {
        double rho = 0.5, rate = 0.7;
        var recipe = recipe().withOptimization(by(new Sgd()).withSharpness(new Sharpness(rho)));
        try (var learner = new StochasticLearner(recipe, model, 1, new TimeAccount.Clock(), arena)) {
            double[] before = theta();
            var seen = step(learner, rate);
            close(theta(), uphill(before, seen, rho, rate), 1e-5);
            // Not what the plain rule would have done.
            assertThat(Math.abs(theta()[0] - uphill(before, seen, 0, rate)[0])).isGreaterThan(1e-4);
        }
    }

    /// What a group freezes neither moves nor counts when the worst point nearby is looked for.
    @Test
    void sharpnessSparesWhatIsFrozen() throws IOException {
        var two = Network.build(
                "two",
                Shape.of(FEATURES),
                x -> x.then("first", Layers.linear(FEATURES).withoutBias())
                        .then("fc", Layers.linear(classes).withoutBias()));
        var deep = Model.initialise(two, 3, arena);
        // The first layer hands on what comes, so that the rest is a regression.
        var first = two.parameters().get("first.weight");
        for (long i = 0; i < first.size(); i++)
            deep.parameters().set(first.offset() + i, i / FEATURES == i % FEATURES ? 1 : 0);
        var rest = deep.parameters().slice(two.parameters().get("fc.weight"));
        double rho = 0.5, rate = 0.7;
        var o = by(new Sgd()).withSharpness(new Sharpness(rho));
        var frozen = new Recipe.Optimization(
                o.rule(),
                o.learningRate(),
                o.schedule(),
                o.decay(),
                List.of(Group.frozen(new Selector.ByName("first.*"))),
                o.clip(),
                false,
                o.sharpness());
        try (var learner =
                new StochasticLearner(recipe().withOptimization(frozen), deep, 1, new TimeAccount.Clock(), arena)) {
            double[] before = doubles(rest);
            var seen = step(learner, rate);
            close(doubles(rest), uphill(before, seen, rho, rate), 1e-5);
        }
    }

    /// h = (1 − β₂) B ĝ², ĝ the gradient by labels drawn from the predictions; the step itself is by the true labels.
    @Test
    void curvatureComesFromDrawnLabels() throws IOException {
        double rate = 0.01;
        var rule = new Sophia();
        try (var learner =
                new StochasticLearner(recipe().withOptimization(by(rule)), model, 1, new TimeAccount.Clock(), arena)) {
            double[] before = theta();
            var seen = step(learner, rate);
            var p = probabilities(before, seen.x);
            var drawn = new int[BATCH];
            var key = RandomKey.of(SEED).fold("curvature").fold(0);
            for (int i = 0; i < BATCH; i++) {
                double left = key.uniform(i);
                while (drawn[i] < classes - 1 && (left -= p[i][drawn[i]]) >= 0) drawn[i]++;
            }
            assertThat(drawn).isNotEqualTo(seen.y);
            double[] estimate = gradient(before, seen.x, drawn), g = gradient(before, seen.x, seen.y);
            var curvature = new double[g.length];
            var expected = before.clone();
            for (int i = 0; i < g.length; i++) {
                curvature[i] = (1 - rule.beta2()) * BATCH * estimate[i] * estimate[i];
                double ratio = (1 - rule.beta1()) * g[i] / Math.max(rule.gamma() * curvature[i], rule.epsilon());
                expected[i] -= rate * Math.clamp(ratio, -1, 1);
            }
            var slots = learner.vectors();
            close(doubles(slots.get("optimizer.sophia.curvature")), curvature, 1e-6);
            close(theta(), expected, 2e-4 * rate);
        }
    }
}
