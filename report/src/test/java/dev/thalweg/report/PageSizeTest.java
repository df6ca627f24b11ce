package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.step.Machine;
import dev.thalweg.step.PlanStep;
import dev.thalweg.train.ContactSheet;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.RunRecord;
import dev.thalweg.train.TimeAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// A page of at most a megabyte, of a run as large as they come: a thousand classes with long names, 20,000 epochs, the
/// layers of a ResNet-110, pictures as large as the trainer writes them.
class PageSizeTest {
    private static final int CLASSES = 1000;

    @TempDir
    Path folder;

    @Test
    void staysBelowAMegabyte() throws IOException {
        var run = new RunFolder(Files.createDirectories(folder.resolve("large")));
        RecipeFile.write(run.recipe(), SmallRuns.recipe(folder));
        Files.writeString(
                run.result(), "{\"ended\":\"finished\",\"test\":{\"accuracy\":0.7,\"loss\":1.1,\"examples\":20000}}");
        Files.writeString(run.metrics(), epochs());
        Files.writeString(run.steps(), steps());
        Files.writeString(run.predictions(), predictions());
        var noise = new byte[160_000];
        new SplittableRandom(1).nextBytes(noise);
        Files.write(run.path().resolve("batch.jpg"), noise);
        Files.write(run.path().resolve("mistakes.jpg"), noise);
        Files.writeString(run.record(), new JsonMapper().writeValueAsString(record()));

        new RunReport(run).write(run.report());
        assertThat(Files.size(run.report())).isBetween(500_000L, 950_000L);
        var read = new RunReport(run).read();
        assertThat(read.epochs()).hasSizeBetween(500, 1001);
        assertThat(read.epochs().getLast().trainLoss()).isEqualTo(20_000);
        assertThat(read.evaluation()).isNotNull();
        assertThat(read.evaluation().classCount()).isEqualTo(CLASSES);
        assertThat(read.evaluation().confusion().classes()).hasSize(25);
        assertThat(read.evaluation().topFive()).isBetween(0.0, 1.0);
    }

    private static String className(int k) {
        return "n%08d a class whose name goes on and on, as names in taxonomies and their synonyms do".formatted(k);
    }

    private static String epochs() {
        var lines = new StringBuilder();
        for (int e = 1; e <= 20_000; e++)
            lines.append(("{\"epoch\":%d,\"step\":%d,\"train.loss\":%d,\"train.accuracy\":0.123456789,"
                            + "\"validation.loss\":1.2345678,\"validation.accuracy\":0.987654321,"
                            + "\"learning_rate\":0.0123456789,\"seconds\":12.3456789,\"images_per_second\":1234.56789}\n")
                    .formatted(e, 10 * e, e));
        return lines.toString();
    }

    private static String steps() {
        var lines = new StringBuilder();
        for (int s = 1; s <= 500; s++) {
            lines.append(("{\"step\":%d,\"epoch\":%f,\"loss\":1.2345678,\"learning_rate\":0.012345678,"
                            + "\"gradient_norm\":1.2345678,\"update_ratio\":0.0012345678,\"layers\":{")
                    .formatted(s, s / 3.0));
            for (int layer = 0; layer < 110; layer++)
                lines.append(layer == 0 ? "" : ",").append("\"layer%d.conv.weight\":0.0012345678".formatted(layer));
            lines.append("}}\n");
        }
        return lines.toString();
    }

    private static String predictions() {
        var random = new SplittableRandom(2);
        var lines = new StringBuilder("part,index,name,label,predicted,confidence,probability,rank\n");
        for (int i = 0; i < 20_000; i++) {
            int label = i % CLASSES;
            int said = random.nextInt(10) < 7 ? label : random.nextInt(CLASSES);
            lines.append("test,%d,%s/%s/%d.jpg,\"%s\",\"%s\",%f,%f,%d\n"
                    .formatted(
                            i,
                            "val",
                            "x".repeat(100),
                            i,
                            className(label),
                            className(said),
                            random.nextDouble(),
                            0.1,
                            said == label ? 1 : 2 + random.nextInt(900)));
        }
        return lines.toString();
    }

    private static RunRecord record() {
        var classes = new ArrayList<RunRecord.ClassCount>();
        var labels = new ArrayList<String>();
        var tiles = new ArrayList<Integer>();
        var operations = new ArrayList<PlanStep>();
        for (int k = 0; k < CLASSES; k++) classes.add(new RunRecord.ClassCount(className(k), 1300, 100, 50));
        for (int k = 0; k < 24; k++) {
            labels.add(className(k));
            tiles.add(k);
        }
        for (int k = 0; k < 1500; k++)
            operations.add(new PlanStep("forward", "convolution", "layer" + k, "jit", "1×1", 1, 1e9, 0.123456789 * k));
        var sheet = new ContactSheet("batch.jpg", 128, 128, 8);
        return new RunRecord(
                "2026-01-01T00:00:00Z",
                "2026-01-02T00:00:00Z",
                1,
                "fp32",
                Machine.here(),
                new RunRecord.Data("large", classes, List.of("a note")),
                new RunRecord.BatchPictures(sheet, labels),
                new RunRecord.MistakePictures(new ContactSheet("mistakes.jpg", 128, 128, 8), "test", tiles),
                new TimeAccount(1, 2, 3, 4, 5, 6, 7, 8, 40),
                new RunRecord.Profile(10, operations));
    }
}
