package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.format.Safetensors;
import dev.thalweg.tensor.FlatVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No byte of a checkpoint can change without being noticed, or else without changing what is read.
class DamagedCheckpointTest {
    private static final RunState STATE = new RunState(5, 1.5, 3, 9, 1, 0.5, -1, 2.3, Double.NaN, 0.5, 1, null, null);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("checkpoint.safetensors");
    }

    private static Map<String, FlatVector> vectors(Arena arena, float... values) {
        var vectors = new LinkedHashMap<String, FlatVector>();
        vectors.put("parameters", FlatVector.of(values, arena));
        vectors.put("momentum", FlatVector.of(new float[] {values[0], -1}, arena));
        return vectors;
    }

    private void write(Arena arena) throws IOException {
        Checkpoint.write(file(), STATE, vectors(arena, 1, 2, 3), Map.of(), "data", Map.of());
    }

    @Test
    void everyByteIsGuarded() throws IOException {
        try (var arena = Arena.ofConfined()) {
            write(arena);
            byte[] good = Files.readAllBytes(file());
            var harmless = new ArrayList<Integer>();
            for (int at = 0; at < good.length; at++)
                for (int flipped : new int[] {0x01, 0x20, 0x80}) {
                    byte[] bad = good.clone();
                    bad[at] ^= (byte) flipped;
                    Files.write(file(), bad);
                    var read = vectors(arena, 7, 7, 7);
                    try {
                        assertThat(Checkpoint.read(file(), read, Map.of(), "data"))
                                .as("byte %d", at)
                                .isEqualTo(STATE);
                        assertThat(read.get("parameters").toArray()).containsExactly(1, 2, 3);
                        assertThat(read.get("momentum").toArray()).containsExactly(1, -1);
                        harmless.add(at);
                    } catch (IOException e) {
                        assertThat(e.getMessage()).doesNotContain("\n");
                        assertThat(read.get("parameters").toArray())
                                .as("nothing is restored from a file that is refused")
                                .containsExactly(7, 7, 7);
                    }
                }
            // The checksum's own name, without which the file counts as one of a version that had none.
            assertThat(harmless).hasSizeLessThan(3 * 16);
        }
    }

    @Test
    void theSentenceNamesBothChecksums() throws IOException {
        try (var arena = Arena.ofConfined()) {
            write(arena);
            byte[] bytes = Files.readAllBytes(file());
            bytes[bytes.length - 1] ^= 1;
            Files.write(file(), bytes);
            assertThatThrownBy(() -> Checkpoint.read(file(), vectors(arena, 7, 7, 7), Map.of(), "data"))
                    .isInstanceOf(MalformedFile.class)
                    .hasMessageMatching(
                            ".*checkpoint.safetensors, byte 0: expected contents of checksum [0-9a-f]{8}, found [0-9a-f]{8}: the file was"
                                    + " damaged, or changed by a program that kept the 'thalweg.crc32c' in its metadata");
        }
    }

    /// Files of the first versions have none.
    @Test
    void aFileWithoutChecksumIsRead() throws IOException {
        try (var arena = Arena.ofConfined()) {
            write(arena);
            var kept = Safetensors.open(file(), arena);
            Safetensors.write(file(), kept.metadata(), kept.tensors().values());
            assertThat(Files.readString(file(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("crc32c");
            var read = vectors(arena, 7, 7, 7);
            assertThat(Checkpoint.read(file(), read, Map.of(), "data")).isEqualTo(STATE);
            assertThat(read.get("parameters").toArray()).containsExactly(1, 2, 3);
        }
    }
}
