package dev.thalweg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pretrained files as others wrote them. They are too large for the repository; `thalweg.data` names
/// the folder that has them.
class RealFilesTest {
    private static final String V1 = "mobilenet_v1_0.5_160_imagenet1001_dequant.safetensors";
    private static final String V2 = "mobilenet_v2_0.35_224_imagenet_notop.safetensors";

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static Path path(String name) {
        Path path = Path.of(System.getProperty("thalweg.data", "data"), "weights", name);
        assumeTrue(Files.exists(path), () -> path + " is not there; -Dthalweg.data names the folder of test data");
        return path;
    }

    private SafetensorsFile open(String name) throws IOException {
        return Safetensors.open(path(name), arena);
    }

    private FlatVector floats(Entry tensor) {
        var values = FlatVector.allocate(tensor.size(), arena);
        tensor.readFloats(values);
        return values;
    }

    /// Counts and the sum of all values were computed from the bytes by a few lines of Python (`json`
    /// and `struct`).
    private void check(SafetensorsFile file, int tensors, long values, double sum) {
        long count = 0;
        double total = 0;
        for (var tensor : file.tensors().values()) {
            assertThat(tensor.type()).isEqualTo(DType.F32);
            for (float value : floats(tensor).toArray()) total += value;
            count += tensor.size();
        }
        assertThat(file.names()).hasSize(tensors);
        assertThat(count).isEqualTo(values);
        assertThat(total).isCloseTo(sum, within(1e-6));
    }

    @Test
    void mobileNetV1() throws IOException {
        var file = open(V1);
        check(file, 56, 1_326_633, 427.11661834926053);
        assertThat(file.metadata().sequencedKeySet()).containsExactly("source", "input", "classes", "layout", "ops");
        var first = file.get("layer00.weight");
        assertThat(first.shape()).containsExactly(16L, 3L, 3L, 3L);
        assertThat(floats(first).toArray()).startsWith(0, 0.014518577f).endsWith(0.04355573f);
        assertThat(floats(file.get("layer27.bias")).toArray())
                .startsWith(-0.7002177f, -0.18486717f)
                .endsWith(0.028832495f);
    }

    @Test
    void mobileNetV2() throws IOException {
        var file = open(V2);
        check(file, 260, 410_208, 57_781.06128467907);
        assertThat(file.metadata()).containsEntry("input", "RGB / 127.5 - 1").hasSize(3);
        assertThat(file.names()).first().isEqualTo("Conv1/kernel");
        assertThat(floats(file.get("Conv_1_bn/moving_variance")).toArray())
                .startsWith(1.9256514f, 1.931187f)
                .endsWith(1.7158428f);
    }

    @Test
    void writtenAgainTheyHoldTheSame(@TempDir Path folder) throws IOException {
        for (String name : new String[] {V1, V2}) {
            var file = open(name);
            Safetensors.write(
                    folder.resolve(name), file.metadata(), file.tensors().values());
            var again = Safetensors.open(folder.resolve(name), arena);
            assertThat(again.metadata()).containsExactlyEntriesOf(file.metadata());
            assertThat(again.names()).containsExactlyInAnyOrderElementsOf(file.names());
            for (var tensor : file.tensors().values())
                assertThat(again.get(tensor.name()).data().mismatch(tensor.data()))
                        .isEqualTo(-1);
        }
    }

    /// A person who tries Keras's file as it is learns what to do.
    @Test
    void namesOfKerasAreRefusedWithTheReason() {
        Path path = path(V2);
        var network = Architectures.create("mobilenet-v2", Shape.of(3, 224, 224), 2);
        var model = Model.initialise(network, 1, arena);
        assertThatThrownBy(() -> ModelFile.load(path, model))
                .isInstanceOf(MismatchedModel.class)
                .hasMessageStartingWith(path + " does not fit network mobilenet-v2: ")
                .hasMessageContaining(" and 260 tensors are unexpected ('Conv1/kernel', ")
                .hasMessageEndingWith("; the file says that it is"
                        + " 'MobileNetV2 alpha=0.35 224x224 no top (Keras layer names, ke…'");
    }
}
