package dev.thalweg.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.report.SmallRuns;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary.Value;

class TensorBoardTest {
    @TempDir
    static Path data;

    private static Recipe recipe;

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    @BeforeAll
    static void recipe() throws IOException {
        recipe = SmallRuns.recipe(data);
    }

    private Result run(Trainer trainer, Path events, int stopAfter) throws IOException {
        try (trainer;
                var board = new TensorBoard(trainer, events, warnings::add)) {
            return trainer.listen(board)
                    .listen(SmallRuns.stopAfter(trainer, stopAfter))
                    .run();
        }
    }

    /// What TensorBoard keeps: an event that says START takes back its step and later ones.
    private static Map<String, Map<Long, Value>> kept(List<Event> events) {
        var kept = new LinkedHashMap<String, Map<Long, Value>>();
        for (var event : events) {
            if (event.getSessionLog().getStatus() == SessionLog.SessionStatus.START)
                for (var values : kept.values()) values.keySet().removeIf(step -> step >= event.getStep());
            for (var value : event.getSummary().getValueList()) {
                var before = kept.computeIfAbsent(value.getTag(), tag -> new LinkedHashMap<>())
                        .put(event.getStep(), value);
                assertThat(before)
                        .as("%s at step %s", value.getTag(), event.getStep())
                        .isNull();
            }
        }
        return kept;
    }

    private static void holdsTheWholeRun(Map<String, Map<Long, Value>> kept) {
        var steps = LongStream.rangeClosed(1, SmallRuns.STEPS).boxed().toList();
        for (var tag : List.of(
                "step/loss", "step/learning_rate", "step/images_per_second", "step/gradient_norm", "step/update_ratio"))
            assertThat(kept.get(tag)).as(tag).containsOnlyKeys(steps);
        for (var tag : List.of(
                "loss/train",
                "loss/validation",
                "accuracy/train",
                "accuracy/validation",
                "speed/images_per_second",
                "weights/conv1.weight",
                "gradients/fc3.bias")) assertThat(kept.get(tag)).as(tag).containsOnlyKeys(5L, 10L, 13L);
        for (var tag : List.of("test/accuracy", "test/loss", "validation/accuracy"))
            assertThat(kept.get(tag)).as(tag).containsOnlyKeys(13L);
        assertThat(kept.get("filters/conv1.weight")).containsOnlyKeys(0L, 5L, 10L, 13L);
        assertThat(kept.get("recipe")).containsOnlyKeys(0L);
        assertThat(kept.get("augmented")).containsOnlyKeys(1L);
    }

    @Test
    void recordsAWholeRun() throws IOException {
        var events = folder.resolve("a/b/events");
        var result = run(Trainer.start(recipe, folder.resolve("run")), events, -1);
        var kept = kept(Records.readAll(events));
        holdsTheWholeRun(kept);
        var test = result.test();
        assertThat(test).isNotNull();
        assertThat(kept.get("test/accuracy").get(13L).getSimpleValue()).isEqualTo((float) test.accuracy());
        assertThat(kept.get("loss/train").get(13L).getSimpleValue())
                .isEqualTo((float) result.train().loss());
        assertThat(kept.get("recipe").get(0L).getTensor().getStringVal(0).toStringUtf8())
                .startsWith("lenet5 (61,")
                .contains("\n    {\n      \"data\"");
        var weights = kept.get("weights/conv1.weight").get(5L).getHisto();
        assertThat(weights.getNum()).isEqualTo(6 * 5 * 5);
        assertThat(weights.getBucketList().stream().mapToDouble(x -> x).sum()).isEqualTo(weights.getNum());
        var gradients = kept.get("gradients/conv1.weight").get(5L).getHisto();
        assertThat(gradients.getMin()).isNegative();
        assertThat(gradients.getMax()).isPositive();
        var augmented = kept.get("augmented").get(1L).getImage();
        var picture = ImageIO.read(augmented.getEncodedImageString().newInput());
        assertThat(picture.getWidth()).isEqualTo(8 * 28);
        assertThat(warnings).isEmpty();
    }

    /// There is no rate, and an iteration may look at every picture several times.
    @Test
    void aMinimizerHasNoRates() throws IOException {
        var events = folder.resolve("events");
        run(Trainer.start(SmallRuns.minimized(recipe), folder.resolve("run")), events, -1);
        var kept = kept(Records.readAll(events));
        for (var tag : List.of("step/loss", "step/gradient_norm", "minimum/gradient_norm", "minimum/evaluations"))
            assertThat(kept.get(tag)).as(tag).containsOnlyKeys(1L, 2L, 3L);
        assertThat(kept).doesNotContainKeys("step/learning_rate", "step/images_per_second", "speed/images_per_second");
        assertThat(warnings).isEmpty();
    }

    /// Killed after step 8 with a checkpoint of step 3: steps 4 to 8 are done twice, and shown once.
    @Test
    void aResumedRunTakesBackWhatIsDoneAgain() throws IOException {
        var events = folder.resolve("events");
        var run = folder.resolve("run");
        var checkpoint = run.resolve("checkpoint.safetensors");
        run(Trainer.start(recipe, run), events, 3);
        Files.copy(checkpoint, folder.resolve("old"));
        run(Trainer.resume(run), events, 8);
        Files.move(folder.resolve("old"), checkpoint, StandardCopyOption.REPLACE_EXISTING);
        run(Trainer.resume(run), events, -1);
        assertThat(Records.files(events)).hasSize(3);
        assertThat(Records.read(Records.files(events).getLast()).get(1).getStep())
                .isEqualTo(4);
        holdsTheWholeRun(kept(Records.readAll(events)));
    }

    @Test
    void trainingGoesOnWhereNothingCanBeWritten() throws IOException {
        var inTheWay = Files.createFile(folder.resolve("file"));
        var result = run(Trainer.start(recipe, folder.resolve("run")), inTheWay.resolve("events"), -1);
        assertThat(result.ended()).isEqualTo(Result.Ended.FINISHED);
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("Nothing more is written for TensorBoard, training goes on: " + inTheWay);
    }
}
