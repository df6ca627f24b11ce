package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.Flip;
import dev.thalweg.data.ShuffleBuffer;
import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.minimize.Newton;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MisfitTest {
    private static final Recipe.Training TRAINING = new Recipe.Training(1, 16, 1, Precision.FP32, 1, 0, 60);

    /// All that airbench94's recipe has for batches, and what any other may have.
    private static Recipe forBatches() throws IOException {
        var recipe = Defaults.forData("shapes:1000");
        var o = recipe.optimization();
        return recipe.withTraining(new Recipe.Training(1, 16, 2, Precision.BF16, 1, 0, 60, new ShuffleBuffer(100, 10)))
                .withOptimization(new Recipe.Optimization(
                        o.rule(),
                        o.learningRate(),
                        o.schedule(),
                        Decay.decoupled(1e-3).withL1(1e-5),
                        o.groups(),
                        new Clip.ByNorm(1),
                        true,
                        new Sharpness(0.05)));
    }

    private static void assertMisfit(String path, Recipe recipe) {
        assertThat(Misfit.of(recipe)).extracting(Misfit::path).containsExactly(path);
    }

    @Test
    void aRuleOfBatchesTakesEverything() throws IOException {
        assertThat(Misfit.of(forBatches())).isEmpty();
    }

    @Test
    void aMinimizerTakesThePlaceOfARuleWithoutWhatDoesNotGoWithIt() throws IOException {
        var before = forBatches();
        var after = Defaults.withRule(before, new Lbfgs());
        assertThat(Misfit.of(after)).isEmpty();
        assertThat(Misfit.of(before.withOptimization(before.optimization().withRule(new Lbfgs()))))
                .extracting(Misfit::path)
                .containsExactly(
                        "training.accumulate",
                        "training.precision",
                        "training.shuffle",
                        "optimization.learningRate",
                        "optimization.schedule",
                        "optimization.decay.form",
                        "optimization.decay.l1",
                        "optimization.groups",
                        "optimization.clip",
                        "optimization.centralise",
                        "optimization.sharpness",
                        "augmentation",
                        "freeze",
                        "lookahead");
    }

    /// What was said of one holds for the other.
    @Test
    void aMinimizerTakesThePlaceOfAMinimizerWithEverything() throws IOException {
        var lbfgs = Defaults.withRule(forBatches(), new Lbfgs());
        var decayed = lbfgs.withOptimization(lbfgs.optimization().withDecay(Decay.coupled(1e-3)));
        assertThat(Defaults.withRule(decayed, new Newton()))
                .isEqualTo(decayed.withOptimization(decayed.optimization().withRule(new Newton())));
    }

    @Test
    void namesEachKey() throws IOException {
        var lbfgs = Defaults.withRule(forBatches(), new Lbfgs()).withTraining(TRAINING);
        var o = lbfgs.optimization();
        assertMisfit("optimization.learningRate", lbfgs.withLearningRate(0.1));
        assertMisfit("augmentation", lbfgs.withAugmentation(new Augmentation(Flip.RANDOM, 0, null)));
        assertMisfit("lookahead", lbfgs.withLookahead(new Lookahead(5, 0.5, 0)));
        assertMisfit("freeze", lbfgs.withFreeze(List.of(new Recipe.Freeze(new Selector.ByName("fc.bias"), 1))));
        assertMisfit("optimization.clip", lbfgs.withOptimization(o.withClip(new Clip.ByNorm(1))));
        assertMisfit("optimization.decay.form", lbfgs.withOptimization(o.withDecay(Decay.decoupled(0))));
        assertMisfit(
                "loss.smoothing",
                lbfgs.withLoss(new CrossEntropy(0.1f, List.of(0f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f))));
        var group = new Group(new Selector.ByName("fc.bias"), 1, Decay.decoupled(1e-3));
        assertMisfit(
                "optimization.decay.form",
                lbfgs.withOptimization(new Recipe.Optimization(
                        o.rule(), 1, new Schedule.Constant(), Decay.NONE, List.of(group), new Clip.None())));
        assertThat(Misfit.of(lbfgs.withFreeze(List.of(new Recipe.Freeze(new Selector.ByName("fc.bias"), 0)))))
                .as("what never learns is no variable")
                .isEmpty();
    }
}
