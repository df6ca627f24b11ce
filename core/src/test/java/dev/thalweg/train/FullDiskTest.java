package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.step.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fills up in the middle of a checkpoint. It wants a small file system of its own, which only
/// the superuser of a Linux machine may make: elsewhere it is skipped.
class FullDiskTest {
    @TempDir
    Path folder;

    private static int run(Object... command) throws IOException, InterruptedException {
        var words = new String[command.length];
        for (int i = 0; i < words.length; i++) words[i] = command[i].toString();
        try {
            return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }

    @Test
    void thePreviousCheckpointStaysAndTheRunGoesOn() throws Exception {
        var base = Defaults.forData("shapes:100");
        var recipe = base.withNetwork(new Recipe.Net("lenet5", 3, 32, 32))
                .withTraining(new Recipe.Training(3, 25, 1, Precision.FP32, 1, 7, 1e9));
        try (var trainer = Trainer.start(recipe, folder.resolve("whole"))) {
            trainer.run();
        }
        var disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4m", "none", disk) == 0,
                "no small file system: cannot mount one");
        try {
            var path = disk.resolve("run");
            var filler = disk.resolve("filler");
            try (var trainer = Trainer.start(recipe, path)) {
                trainer.listen(new Listener() {
                    @Override
                    public void checkpoint(Path file, long step) {
                        // Of what is free, half a checkpoint is left.
                        try {
                            long left = Files.getFileStore(disk).getUsableSpace() - Files.size(file) / 2;
                            if (!Files.exists(filler)) Files.write(filler, new byte[(int) left]);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                });
                assertThatThrownBy(trainer::run)
                        .isInstanceOf(IOException.class)
                        .hasMessageMatching(
                                ".*/run/checkpoint.safetensors was not written: No space left on device; it takes [\\d,]+ bytes, and on"
                                        + " .* [\\d,]+ are free");
            }
            try (var files = Files.list(path)) {
                assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".tmp"));
            }
            Files.delete(filler);
            try (var trainer = Trainer.resume(path)) {
                assertThat(trainer.run().ended()).isEqualTo(Result.Ended.FINISHED);
            }
            assertThat(path.resolve("model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
        } finally {
            run("umount", disk);
        }
    }
}
