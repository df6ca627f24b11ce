package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.step.Machine;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
    @TempDir
    Path folder;

    /// As Thalweg wrote it before models said how they were trained: LeNet for 12 × 12 pixels, zeros but for
    /// the first 156 parameters, which are (i − 78)/16.
    private Path frozen() throws IOException {
        var file = folder.resolve("model-1.safetensors");
        try (var in = new GZIPInputStream(ProvenanceTest.class.getResourceAsStream("model-1.safetensors.gz"))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    @Test
    void filesOfTheFirstDaysAreRead() throws IOException {
        var file = frozen();
        assertThat(ModelStore.provenance(file)).isEmpty();
        try (var arena = Arena.ofShared()) {
            var stored = ModelStore.read(file, arena);
            assertThat(stored.card())
                    .isEqualTo(new ModelCard(
                            "lenet5",
                            List.of("ant", "bee", "wasp"),
                            new Preprocessing(1, 12, 12, new float[] {0.25f}, new float[] {0.5f}, 0.875),
                            Averaging.MIRROR,
                            "0123456789abcdef".repeat(4),
                            7));
            var parameters = stored.model().parameters();
            for (int i = 0; i < 156; i++) assertThat(parameters.get(i)).isEqualTo((i - 78) / 16f);
            for (int i = 156; i < parameters.length(); i++)
                assertThat(parameters.get(i)).isZero();
        }
        assertThatThrownBy(() -> RecipeFile.part(file))
                .hasMessage(file + " does not say by which recipe it was trained");
    }

    private static Provenance provenance(Machine.Kind machine) throws IOException {
        return new Provenance(
                Defaults.forData("shapes:50"),
                new Provenance.Data("shapes", "00ff", 50, 0, 2000),
                12,
                Precision.FP32,
                machine,
                "java",
                List.of(new Control(3, Control.What.LEARNING_RATE, 0.5)));
    }

    @Test
    void isWrittenAndReadBack() throws IOException {
        var kind = new Machine.Kind("0.1.0", "oneDNN 3.13.0", "VM 25", "Zen", "AVX2", "java", true);
        var file = folder.resolve("model.safetensors");
        try (var arena = Arena.ofShared()) {
            var stored = ModelStore.read(frozen(), arena);
            ModelStore.write(file, stored.model(), stored.card(), provenance(kind));
        }
        assertThat(ModelStore.provenance(file)).hasValue(provenance(kind));
        assertThat(RecipeFile.part(file).whole()).isEqualTo(Defaults.forData("shapes:50"));
        var original = Original.of(file);
        assertThat(original.steps()).isEqualTo(12);
        assertThat(original.strangeness(kind, "java")).isEmpty();
        assertThat(original.strangeness(
                        new Machine.Kind("0.1.0", "oneDNN 3.14.0", "VM 25", "Zen", "AVX512_CORE", "java", true),
                        "turbo"))
                .containsExactly(
                        "kernels oneDNN 3.13.0, here oneDNN 3.14.0",
                        "instructionSet AVX2, here AVX512_CORE",
                        "JPEG files read by java, here by turbo");
    }

    @Test
    void saysHowDataDiffers() throws IOException {
        var recipe = Defaults.forData("shapes:50");
        try (var data = DataSets.open("shapes:50")) {
            var provenance = new Provenance(
                    recipe,
                    Provenance.Data.of(data),
                    1,
                    Precision.FP32,
                    Machine.here().kind(),
                    "java",
                    List.of());
            var original = new Original(Path.of("m"), recipe, data.fingerprint(), data.classes(), 1, provenance);
            original.refuseOther(data);
            assertThatThrownBy(() -> original.refuseOther(DataSet.of(
                            "fewer", data.classes(), data.train().first(40), data.validation(), data.test())))
                    .hasMessage("m was trained on shapes:50, and this is other data: the train part had 50 examples,"
                            + " here are 40");
            assertThatThrownBy(() -> original.refuseOther(
                            DataSet.of("few", List.of("circle"), data.train(), data.validation(), data.test())))
                    .hasMessageEndingWith("it had 10 classes, here are 1");
            var backwards = new int[50];
            for (int i = 0; i < 50; i++) backwards[i] = 49 - i;
            assertThatThrownBy(() -> original.refuseOther(DataSet.of(
                            "other order",
                            data.classes(),
                            data.train().select(backwards),
                            data.validation(),
                            data.test())))
                    .hasMessageContaining(
                            "there are as many examples, but their names, labels or sizes are others (fingerprint ");
        }
    }
}
