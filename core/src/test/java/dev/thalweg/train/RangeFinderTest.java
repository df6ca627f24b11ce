package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Flip;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RangeFinderTest {
    private static final String SOURCE = "shapes:300";

    private static DataSet data;

    /// LeNet on 300 pictures, 9 batches of which 4 steps are made: with all that has state or chance.
    private static Recipe small;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() throws IOException {
        data = DataSets.open(SOURCE);
        small = Defaults.forData(SOURCE, data)
                .withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(6, 32, 2, Precision.FP32, 2, 7, 1e9))
                .withOptimization(new Recipe.Optimization(
                        new Nesterov(0.9),
                        0.02,
                        new Schedule.Constant(),
                        Decay.coupled(5e-4),
                        List.of(new Group(new Selector.ByRole(Role.BIAS), 2, Decay.NONE)),
                        new Clip.ByNorm(1),
                        true,
                        new Sharpness(0.05)))
                .withAugmentation(new Augmentation(Flip.RANDOM, 2, null))
                .withFreeze(List.of(new Recipe.Freeze(new Selector.ByName("conv1.bias"), 0)))
                .withLookahead(new Lookahead(4, 0.7, 1))
                .withTest(Averaging.NONE);
    }

    @AfterAll
    static void close() {
        data.close();
    }

    /// What a run is trained with differs in the number alone.
    @Test
    void theRateAloneIsReplaced() {
        var o = small.optimization();
        assertThat(small.withLearningRate(0.3).optimization())
                .isEqualTo(new Recipe.Optimization(
                        o.rule(), 0.3, o.schedule(), o.decay(), o.groups(), o.clip(), true, new Sharpness(0.05)));
        assertThat(small.withLearningRate(0.3).withOptimization(o)).isEqualTo(small);
    }

    /// An MLP, for tests of many sweeps.
    private static Recipe tiny() {
        var o = small.optimization();
        return small.withNetwork(new Recipe.Net("mlp", 3, 8, 8))
                .withOptimization(new Recipe.Optimization(
                        o.rule(), o.learningRate(), o.schedule(), o.decay(), o.groups(), o.clip()))
                .withTraining(new Recipe.Training(6, 32, 1, Precision.FP32, 1, 7, 1e9))
                .withFreeze(List.of())
                .withLookahead(null);
    }

    private static List<Double> losses(RateSweep sweep) {
        return sweep.points().stream().map(RateSweep.Point::loss).toList();
    }

    private Result train(Recipe recipe, String name, DataSet data) throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve(name), data)) {
            return trainer.run();
        }
    }

    /// At one and the same rate, a sweep's losses are those of a run: it has the same weights, batches,
    /// augmentation, accumulation over the ends of epochs, groups, clipping, regard to sharpness and look-ahead.
    @Test
    void isTheBeginningOfARun() throws IOException {
        var sweep = new RangeFinder(0.02, Math.nextUp(0.02), 20).sweep(small, data);
        assertThat(sweep.ended()).isEqualTo(RateSweep.Ended.COMPLETE);
        train(small, "run", DataSets.open(SOURCE));
        var steps = StepSample.read(folder.resolve("run/steps.jsonl"));
        assertThat(steps).hasSize(24);
        for (int i = 0; i < 20; i++)
            assertThat((float) sweep.points().get(i).loss())
                    .as("step %d", i + 1)
                    .isEqualTo(steps.get(i).loss());
        assertThat(steps.get(1).loss()).isNotEqualTo(steps.get(0).loss());
    }

    /// The run after a sweep, on the same open data, has the bytes of a run of the same number.
    @Test
    void leavesNoTrace() throws IOException {
        var plain = small.withLearningRate(0.0123);
        train(plain, "plain", DataSets.open(SOURCE));
        var opened = DataSets.open(SOURCE);
        var sweep = new RangeFinder(1e-3, 10, 30).sweep(small, opened);
        assertThat(sweep.points()).isNotEmpty();
        train(plain, "after", opened);
        for (var file : List.of("model.safetensors", "recipe.json", "steps.jsonl", "predictions.csv"))
            assertThat(folder.resolve("after").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("plain").resolve(file));
        try (var files = Files.list(folder.resolve("after"));
                var others = Files.list(folder.resolve("plain"))) {
            assertThat(files.map(Path::getFileName))
                    .containsExactlyInAnyOrderElementsOf(
                            others.map(Path::getFileName).toList());
        }
    }

    @Test
    void theSameSeedGivesTheSameLosses() throws IOException {
        var range = new RangeFinder(1e-3, 1, 20);
        var once = range.sweep(small, data);
        assertThat(range.sweep(small, data).points()).isEqualTo(once.points());
        assertThat(range.sweep(small, data, 1 << 24, (done, point) -> true).points())
                .as("with decoded pictures kept")
                .isEqualTo(once.points());
        assertThat(losses(range.sweep(small.withSeed(8), data))).isNotEqualTo(losses(once));
        assertThat(range.sweep(small.withLearningRate(3).withEpochs(100), data).points())
                .as("what the recipe's own rate and its length are does not count")
                .hasSameSizeAs(once.points())
                .first()
                .isEqualTo(once.points().getFirst());
    }

    /// 9 steps an epoch.
    @Test
    void goesOverSmallDataAgain() throws IOException {
        var sweep = new RangeFinder(1e-6, 1e-5, 50).sweep(tiny(), data);
        assertThat(sweep.ended()).isEqualTo(RateSweep.Ended.COMPLETE);
        assertThat(sweep.points()).hasSize(50);
        assertThat(sweep.points().getFirst().rate()).isEqualTo(1e-6);
        assertThat(sweep.points().getLast().rate()).isEqualTo(1e-5);
    }

    @Test
    void endsWhenTheLossHasRisen() throws IOException {
        var unclipped = tiny().withOptimization(new Recipe.Optimization(
                new Nesterov(0.9), 0.02, new Schedule.Constant(), Decay.NONE, List.of(), new Clip.None()));
        var sweep = new RangeFinder(1e-3, 10, 100).sweep(unclipped, data);
        assertThat(sweep.ended()).isEqualTo(RateSweep.Ended.RISEN);
        assertThat(sweep.points()).hasSizeLessThan(100);
        double lowest = sweep.points().stream()
                .mapToDouble(RateSweep.Point::smoothed)
                .min()
                .orElseThrow();
        assertThat(sweep.points().getLast().smoothed()).isGreaterThan(RangeFinder.RISEN * lowest);
        assertThat(sweep.points().get(sweep.points().size() - 2).smoothed())
                .isLessThanOrEqualTo(RangeFinder.RISEN * lowest);
    }

    /// At a rate of a million the second loss, or the gradient whose norm is to be clipped, is no number.
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void endsWhenTheLossIsNoNumber(boolean clipped) throws IOException {
        var o = tiny().optimization();
        var recipe = tiny().withOptimization(new Recipe.Optimization(
                o.rule(), 1, o.schedule(), o.decay(), List.of(), clipped ? new Clip.ByNorm(1e30) : new Clip.None()));
        var sweep = new RangeFinder(1e5, 1e6, 20).sweep(recipe, data);
        assertThat(sweep.ended()).isIn(RateSweep.Ended.RISEN, RateSweep.Ended.NOT_FINITE);
        assertThat(sweep.points()).hasSizeLessThan(20).allMatch(point -> Double.isFinite(point.loss()));
        assertThatThrownBy(sweep::suggested)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no learning rate can be suggested: the loss ");
    }

    static Stream<FirstOrder> rules() {
        return Json.RULES.stream();
    }

    /// Each rule over its usual range, in batches that are large enough for little noise.
    @Tag("slow")
    @ParameterizedTest
    @MethodSource("rules")
    void knowsEveryRule(FirstOrder rule) throws IOException {
        var usual = RangeFinder.of(rule);
        assertThat(usual.from()).isLessThan(rule.usual().learningRate());
        assertThat(usual.to()).isGreaterThan(rule.usual().learningRate());
        try (var larger = DataSets.open("shapes:1000")) {
            var recipe = Defaults.withRule(
                    tiny().withTraining(new Recipe.Training(6, 128, 1, Precision.FP32, 1, 7, 1e9)), rule);
            var sweep = usual.sweep(recipe, larger);
            assertThat(sweep.rule()).isEqualTo(rule.name());
            assertThat(sweep.recipeRate()).isEqualTo(recipe.optimization().learningRate());
            assertThat(sweep.trouble()).isEmpty();
            assertThat(sweep.suggested().rate()).isBetween(usual.from(), usual.to());
            assertThat(sweep.suggested().loss()).isLessThan(sweep.start());
        }
    }

    @Test
    void canBeStopped() throws IOException {
        var sweep = new RangeFinder(1e-3, 1, 20).sweep(tiny(), data, 0, (done, point) -> done < 5);
        assertThat(sweep.ended()).isEqualTo(RateSweep.Ended.STOPPED);
        assertThat(sweep.points()).hasSize(5);
    }

    /// m ← β m + (1 − β) L over its weight, with 20 steps β = 1/2.
    @Test
    void smoothsTheLoss() throws IOException {
        var range = new RangeFinder(1e-3, 1e-2, 20);
        assertThat(range.smoothing()).isEqualTo(0.5);
        var points = range.sweep(tiny(), data).points();
        double a = points.get(0).loss(),
                b = points.get(1).loss(),
                c = points.get(2).loss();
        assertThat(points.get(0).smoothed()).isEqualTo(a);
        assertThat(points.get(1).smoothed()).isEqualTo((b / 2 + a / 4) / (3 / 4.0));
        assertThat(points.get(2).smoothed()).isEqualTo((c / 2 + b / 4 + a / 8) / (7 / 8.0));
    }

    @Test
    void ratesRiseByOneFactor() {
        var range = new RangeFinder(1e-3, 10, 41);
        assertThat(range.rate(0)).isEqualTo(1e-3);
        assertThat(range.rate(10)).isCloseTo(1e-2, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(range.rate(40)).isEqualTo(10);
    }

    @Test
    void refusesRangesThatAreNone() {
        assertThatThrownBy(() -> new RangeFinder(0, 1, 100))
                .hasMessage("the range must begin above 0 and below its end, got 0.0 to 1.0");
        assertThatThrownBy(() -> new RangeFinder(1, 1, 100))
                .hasMessage("the range must begin above 0 and below its end, got 1.0 to 1.0");
        assertThatThrownBy(() -> new RangeFinder(Double.NaN, 1, 100))
                .hasMessage("the range must begin above 0 and below its end, got NaN to 1.0");
        assertThatThrownBy(() -> new RangeFinder(1, 1e7, 100))
                .hasMessage("the range must end at 1000000.0 at most, got 1.0E7");
        assertThatThrownBy(() -> new RangeFinder(1e-3, 1, 19))
                .hasMessage("the sweep must have 20 to 10,000 steps, got 19");
    }

    @Test
    void refusesDataThatIsTooSmall() {
        var t = small.training();
        var large = small.withTraining(
                new Recipe.Training(1, 512, 1, t.precision(), t.threads(), t.seed(), t.checkpointSeconds()));
        assertThatThrownBy(() -> new RangeFinder(1e-3, 1, 20).sweep(large, data))
                .hasMessage("the training part has 300 examples, fewer than one batch of 512; choose a smaller batch");
    }
}
