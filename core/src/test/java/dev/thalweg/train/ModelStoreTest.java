package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Preprocessing;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.nn.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final ModelCard CARD = new ModelCard(
            "lenet5", List.of("ant", "bee"), Preprocessing.plain(1, 12, 12), Averaging.MIRROR, "00ff", -7);

    @TempDir
    Path folder;

    private Path written(Arena arena) throws IOException {
        var file = folder.resolve("model.safetensors");
        ModelStore.write(file, Model.initialise(CARD.network(), 1, arena), CARD);
        return file;
    }

    @Test
    void theCardIsReadBack() throws IOException {
        try (var arena = Arena.ofShared()) {
            assertThat(ModelStore.read(written(arena), arena).card()).isEqualTo(CARD);
        }
    }

    /// The last byte lies in a tensor: nothing but the checksum can tell that a bit of it was flipped.
    @Test
    void aDamagedModelIsNotRead() throws IOException {
        try (var arena = Arena.ofShared()) {
            var file = written(arena);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(() -> ModelStore.read(file, arena))
                    .isInstanceOf(MalformedFile.class)
                    .hasMessageStartingWith(file + ", byte 0: expected contents of checksum ");
        }
    }
}
