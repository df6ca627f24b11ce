package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.train.Listener;
import dev.thalweg.train.ModelStore;
import dev.thalweg.train.Original;
import dev.thalweg.train.Progress;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Trainer;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `reproduce` and `inspect`, on a network that takes a moment.
class ReproduceCommandTest {
    @TempDir
    static Path folder;

    static Path run;

    @BeforeAll
    static void train() {
        run = folder.resolve("run");
        var ran = thalweg(
                "train",
                "shapes:60",
                "--model",
                "lenet5",
                "--epochs",
                "2",
                "--batch",
                "20",
                "--validation",
                "0.1",
                "--threads",
                "1",
                "--out",
                run);
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    @Test
    void aRunIsReproducedBitForBit() {
        var again = folder.resolve("again");
        var ran = thalweg("reproduce", run, "--out", again);
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
        assertThat(ran.out())
                .startsWith("Reproduced, bit for bit: 83,126 numbers in 10 tensors after 4 steps are those of "
                        + run.resolve("model.safetensors"))
                .containsPattern("test +accuracy \\d+\\.\\d\\d %")
                .contains("run         " + again);
        assertThat(again.resolve("model.safetensors"))
                .as("even the file is the same")
                .hasSameBinaryContentAs(run.resolve("model.safetensors"));
    }

    /// The file is enough.
    @Test
    void aModelWhoseRunIsGoneIsReproduced() throws IOException {
        var file = Files.copy(run.resolve("best.safetensors"), folder.resolve("alone.safetensors"));
        var ran = thalweg("reproduce", file, "--out", folder.resolve("from-file"));
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
        assertThat(ran.out()).startsWith("Reproduced, bit for bit: ");
    }

    /// A model file is given to others: it says what it learned from, not where that lay.
    @Test
    void aModelKnowsItsDataByNameOnly() throws IOException {
        var photos = folder.resolve("photos");
        for (String part : new String[] {"train", "test"})
            for (int c = 0; c < 2; c++)
                for (int i = 0; i < 4; i++) {
                    var image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
                    image.getRaster().setSample(3 + i, 5, 0, 90 + 100 * c);
                    var file = photos.resolve(part + "/" + (c == 0 ? "dark" : "light") + "/" + i + ".png");
                    Files.createDirectories(file.getParent());
                    ImageIO.write(image, "png", file.toFile());
                }
        var whole = folder.resolve("whole");
        var trained = thalweg(
                "train", photos, "--model", "mlp", "--epochs", "1", "--batch", "4", "--threads", "1", "--out", whole);
        assertThat(trained.status()).as(trained.err()).isZero();
        var model = whole.resolve("model.safetensors");
        assertThat(Files.readString(model, ISO_8859_1))
                .contains("\\\"source\\\":\\\"photos\\\"")
                .doesNotContain(folder.toString());

        assertThat(thalweg("reproduce", whole, "--out", folder.resolve("beside"))
                        .status())
                .as("the recipe beside it knows the place")
                .isZero();
        var moved = Files.copy(model, folder.resolve("moved.safetensors"));
        assertThat(thalweg("reproduce", moved).err().strip())
                .isEqualTo("thalweg reproduce: " + moved
                        + ": it was trained on 'photos', which is not here; --data says where it is");
        var ran = thalweg("reproduce", moved, "--data", photos, "--out", folder.resolve("elsewhere"));
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
        assertThat(folder.resolve("elsewhere/model.safetensors")).hasSameBinaryContentAs(model);
    }

    /// Stopped on the way, after somebody had lowered the learning rate: that is done again as well.
    @Test
    void aCheckpointIsReproducedUpToItsStep() throws IOException {
        var path = folder.resolve("stopped");
        try (var trainer = Trainer.start(RecipeFile.read(run.resolve("recipe.json")), path)) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 1) trainer.controls().learningRateFactor(0.5);
                    if (progress.step() == 3) trainer.stop();
                }
            });
            trainer.run();
        }
        var ran = thalweg("reproduce", path, "--out", folder.resolve("up-to-there"));
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
        assertThat(ran.out())
                .startsWith("Reproduced, bit for bit: 83,126 numbers in 10 tensors after 3 steps are those of "
                        + path.resolve("checkpoint.safetensors"));
        assertThat(thalweg("inspect", path).out()).contains("by hand: learning rate × 0.5 after step 1");
        // Without it the bits are others.
        try (var trainer = Trainer.start(RecipeFile.read(run.resolve("recipe.json")), folder.resolve("plain"))) {
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == 3) trainer.stop();
                }
            });
            trainer.run();
            assertThat(Original.of(path).compare(trainer.model())).hasSize(10);
        }
    }

    @Test
    void otherDataIsRefusedBeforeTraining() {
        var again = folder.resolve("never");
        var ran = thalweg("reproduce", run, "--data", "shapes:70", "--out", again);
        assertThat(ran.err().strip())
                .isEqualTo("thalweg reproduce: " + run.resolve("model.safetensors")
                        + " was trained on shapes:60, and this is other data: the train part had 50 examples, here"
                        + " are 60");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(again).doesNotExist();
    }

    /// One weight is another: that is what comes out.
    @Test
    void whatDiffersIsNamed() throws IOException {
        var forged = folder.resolve("forged.safetensors");
        try (var arena = Arena.ofShared()) {
            var file = run.resolve("model.safetensors");
            var stored = ModelStore.read(file, arena);
            var parameters = stored.model().parameters();
            parameters.set(7, parameters.get(7) + 0.25f);
            ModelStore.write(
                    forged,
                    stored.model(),
                    stored.card(),
                    ModelStore.provenance(file).orElseThrow());
        }
        var ran = thalweg("reproduce", forged, "--out", folder.resolve("differs"));
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.out())
                .startsWith("Not reproduced: 1 of 10 tensors differ from those of " + forged + ".")
                .contains("  conv1.weight  1 of 450 numbers differ, by 0.25 at the most")
                .containsPattern("test +accuracy \\d+\\.\\d\\d %, was \\d+\\.\\d\\d %");
    }

    @Test
    void aFileThatDoesNotSayHowItWasTrainedNeedsItsRecipe() throws IOException {
        var old = folder.resolve("old/model.safetensors");
        Files.createDirectories(old.getParent());
        try (var arena = Arena.ofShared()) {
            var stored = ModelStore.read(run.resolve("model.safetensors"), arena);
            ModelStore.write(old, stored.model(), stored.card());
        }
        var refused = thalweg("reproduce", old);
        assertThat(refused.err().strip())
                .isEqualTo("thalweg reproduce: " + old
                        + " does not say how it was trained, and there is no recipe.json beside it that does");
        assertThat(refused.status()).isEqualTo(Exit.FAILED);
        assertThat(thalweg("inspect", old).out())
                .contains("trained     the file does not say how; it is of Thalweg's first days");
        Files.copy(run.resolve("recipe.json"), old.resolveSibling("recipe.json"));
        var ran = thalweg("reproduce", old, "--out", folder.resolve("from-recipe"));
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
    }

    // inspect

    @Test
    void aModelSaysWhatItIs() {
        var ran = thalweg("inspect", run);
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "network     lenet5, 83,126 parameters and 0 running statistics",
                        "classes     10: circle, square, triangle",
                        "pictures    colour, 32×32 pixels (height × width)",
                        "at test     averaged with the mirror image",
                        "data        shapes: 50 train, 10 validation, 2,000 test examples, from shapes:60",
                        "trained     4 steps of a recipe of 2 epochs, batch 20, ",
                        "seed 0, 1 thread, ",
                        "by          thalweg ",
                        "oneDNN 3.",
                        "tensors     10 F32; 83,126 numbers, all finite; --tensors lists them",
                        "./thalweg reproduce " + run);
        var listed = thalweg("inspect", run.resolve("checkpoint.safetensors"), "--tensors");
        assertThat(listed.out())
                .contains("thalweg checkpoint 1")
                .containsPattern("(?m)^conv1\\.weight +F32 +6×3×5×5|^conv1\\.weight +F32 +450")
                .contains("optimizer.");
    }

    @Test
    void jsonHasEverything() {
        JsonNode json =
                new JsonMapper().readTree(thalweg("inspect", run, "--json").out());
        var provenance = json.at("/metadata/thalweg.provenance");
        assertThat(provenance.at("/recipe/training/epochs").asDouble()).isEqualTo(2);
        assertThat(provenance.at("/steps").asInt()).isEqualTo(4);
        assertThat(provenance.at("/machine/kernels").asString()).startsWith("oneDNN");
        assertThat(json.at("/metadata/thalweg.card/classes").size()).isEqualTo(10);
        assertThat(json.at("/tensors").size()).isEqualTo(10);
        assertThat(json.at("/tensors/1/name").asString()).isEqualTo("conv1.weight");
        assertThat(json.at("/tensors/1/elements").asInt()).isEqualTo(450);
    }
}
