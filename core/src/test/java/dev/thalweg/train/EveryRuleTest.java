package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.optim.Clip;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Schedule;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever can be named after `--optimizer` trains a small network, and goes on after a stop with the same bits.
class EveryRuleTest {
    @TempDir
    Path folder;

    /// Every rule by itself, and each thing that may go around one.
    static Stream<String> everySetting() {
        return Stream.concat(
                Json.RULES.stream().map(FirstOrder::name),
                Stream.of(
                                "lookahead",
                                "sam",
                                "centralise",
                                "clip-norm",
                                "clip-value:limit=0.1",
                                "clip-units:limit=0.1",
                                "l2:lambda=1e-3",
                                "l1:lambda=1e-4,form=decoupled",
                                "elastic-net:l1=1e-4,l2=1e-3")
                        .map(around -> around + "+nesterov"));
    }

    /// LeNet on 600 pictures of ten kinds, 36 steps an epoch, at the rule's usual rate, which no schedule lowers: more
    /// than 2.5 times better than chance in eight epochs. The second run stops in the middle of one and is resumed.
    @Tag("slow")
    @ParameterizedTest
    @MethodSource("everySetting")
    void trainsAndResumesToTheSameBits(String text) throws IOException {
        var setting = OptimizerSetting.parse(text);
        var rule = setting.rule();
        var base = Defaults.forData("shapes:600");
        var usual = rule.usual();
        var recipe = setting.around(base.withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(8, 16, 1, Precision.FP32, 2, 7, 1e9))
                .withOptimization(new Recipe.Optimization(
                        rule,
                        usual.learningRate(),
                        new Schedule.Constant(),
                        usual.decay(),
                        List.of(),
                        new Clip.ByNorm(5)))
                .withAugmentation(dev.thalweg.data.Augmentation.NONE));
        var straight = folder.resolve("straight");
        Result result;
        try (var trainer = Trainer.start(recipe, straight)) {
            result = trainer.run();
        }
        var stopped = folder.resolve("stopped");
        try (var trainer = Trainer.start(recipe, stopped)) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 133) trainer.stop();
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.STOPPED);
        }
        try (var trainer = Trainer.resume(stopped)) {
            trainer.run();
        }
        assertThat(Files.readAllBytes(stopped.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(straight.resolve("model.safetensors")));
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(result.train().accuracy()).isGreaterThan(0.25);
    }
}
