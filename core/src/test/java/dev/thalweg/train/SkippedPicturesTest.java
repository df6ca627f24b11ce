package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.UnreadablePicture;
import dev.thalweg.data.check.Folders;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkippedPicturesTest {
    @TempDir
    Path folder;

    private Path data;
    private Recipe recipe;

    /// 40 training pictures of which two cannot be read, and 20 test pictures of which one cannot.
    @BeforeEach
    void pictures() throws IOException {
        data = folder.resolve("data");
        for (String name : List.of("a", "b")) {
            Folders.scenes(data, "train/" + name + "/", 20, name.hashCode());
            Folders.scenes(data, "test/" + name + "/", 10, -name.hashCode());
        }
        recipe = Defaults.forData(data.toString())
                .withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(3, 9, 1, Precision.FP32, 1, 3, 1e9));
        recipe = recipe.withData(recipe.data().withSkipUnreadable(true));
        for (String path : List.of("train/a/7.png", "train/b/0.png", "test/b/3.png"))
            Folders.write(data, path, Folders.cut(Files.readAllBytes(data.resolve(path))));
    }

    private byte[] weights(String run) throws IOException {
        return Files.readAllBytes(folder.resolve(run).resolve("model.safetensors"));
    }

    @Test
    void saysWhatItLeftOut() throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve("run"))) {
            assertThat(trainer.data().train().size()).isEqualTo(38);
            var result = trainer.run();
            assertThat(result.skipped()).isEqualTo(3);
            assertThat(result.steps()).isEqualTo(12);
            var test = result.test();
            assertThat(test).isNotNull();
            assertThat(test.examples()).isEqualTo(19);
        }
        assertThat(folder.resolve("run/result.json")).content().contains("\"skipped\" : 3");
        var lines = Files.readAllLines(folder.resolve("run/skipped.jsonl"));
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst())
                .startsWith("{\"part\":\"train\",\"index\":17,\"name\":\"train/a/7.png\",\"reason\":\"")
                .contains("7.png, byte ");
        assertThat(lines.getLast()).contains("\"part\":\"test\",\"index\":13,\"name\":\"test/b/3.png\"");
        assertThat(folder.resolve("run/run.json")).content().contains("3 pictures cannot be read and were left out");
    }

    /// Stopped and resumed, also after a file has been mended in between, a run ends with the same bytes.
    @Test
    void aResumedRunGoesOnWithoutTheSameOnes() throws IOException {
        try (var trainer = Trainer.start(recipe, folder.resolve("whole"))) {
            trainer.run();
        }
        try (var trainer = Trainer.start(recipe, folder.resolve("parts"))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 6) trainer.stop();
                }
            });
            assertThat(trainer.run().ended()).isEqualTo(Result.Ended.STOPPED);
        }
        Folders.png(data, "train/a/7.png", Folders.scene(32, 32, 1));
        try (var trainer = Trainer.resume(folder.resolve("parts"))) {
            assertThat(trainer.data().skipped()).hasSize(3);
            assertThat(trainer.run().skipped()).isEqualTo(3);
        }
        assertThat(weights("parts")).isEqualTo(weights("whole"));
    }

    @Test
    void aRunThatLostItsListIsNotResumed() throws IOException {
        var run = folder.resolve("run");
        Trainer.start(recipe, run).close();
        Files.writeString(run.resolve("skipped.jsonl"), "{\"part\":\"train\"\n");
        assertThatThrownBy(() -> Trainer.resume(run))
                .hasMessageStartingWith(run.resolve("skipped.jsonl") + ", line 1, does not name a picture: ");
        Files.write(run.resolve("skipped.jsonl"), new byte[] {'"', (byte) 0xff, '"', '\n'});
        assertThatThrownBy(() -> Trainer.resume(run))
                .hasMessageStartingWith(run.resolve("skipped.jsonl") + ", line 1, does not name a picture: ");
        Files.writeString(run.resolve("skipped.jsonl"), "null\n");
        assertThatThrownBy(() -> Trainer.resume(run))
                .hasMessage(run.resolve("skipped.jsonl")
                        + ", line 1, does not name a picture: expected an object, found null");
        Files.delete(run.resolve("skipped.jsonl"));
        assertThatThrownBy(() -> Trainer.resume(run))
                .hasMessage(run.resolve("skipped.jsonl")
                        + " is missing: the run cannot be resumed without knowing what it left out");
    }

    @Test
    void withoutLeaveNothingIsSkipped() {
        var strict = recipe.withData(recipe.data().withSkipUnreadable(false));
        assertThatThrownBy(() -> Trainer.start(strict, folder.resolve("run")))
                .isInstanceOf(UnreadablePicture.class)
                .hasMessageStartingWith("cannot read test/b/3.png: " + data.resolve("test/b/3.png") + ", byte ");
    }
}
