package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.format.Entry;
import dev.thalweg.format.Safetensors;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Files whose numbers are known by hand.
class InspectCommandTest {
    @TempDir
    Path folder;

    /// The mean of 1, 2, 3 and 6 is 3, the squared distances 4, 1, 0 and 9.
    private Path file() throws IOException {
        var file = folder.resolve("theirs.safetensors");
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "pt");
        try (var arena = Arena.ofConfined()) {
            var values = FlatVector.allocate(6, arena);
            float[] six = {1, 2, Float.NaN, 3, Float.NEGATIVE_INFINITY, 6};
            for (int i = 0; i < six.length; i++) values.set(i, six[i]);
            Safetensors.write(
                    file,
                    metadata,
                    List.of(
                            Entry.ofFloats("a.weight", Shape.of(2, 3), values),
                            Entry.ofLongs("steps", 5, -5),
                            Entry.ofLongs("none")));
        }
        return file;
    }

    @Test
    void anyFilesTensors() throws IOException {
        var ran = thalweg("inspect", file(), "--tensors");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "a safetensors file that Thalweg did not write: it does not say of which network it is",
                        "metadata    format = pt",
                        "tensors     2 I64, 1 F32; 8 numbers, 2 of them not finite")
                .containsPattern("(?m)^a\\.weight +F32 +2×3 +3 +1\\.871 +1 +6 +1 NaN, 1 infinite$")
                .containsPattern("(?m)^steps +I64 +2 +0 +5 +-5 +5 *$")
                .containsPattern("(?m)^none +I64 +0 +– +– +– +– *$");
    }

    @Test
    void anyFilesTensorsAsJson() throws IOException {
        var json =
                new JsonMapper().readTree(thalweg("inspect", file(), "--json").out());
        var tensor = json.at("/tensors/2");
        assertThat(tensor.at("/name").asString()).isEqualTo("a.weight");
        assertThat(tensor.at("/mean").asDouble()).isEqualTo(3);
        assertThat(tensor.at("/deviation").asDouble()).isEqualTo(Math.sqrt(3.5));
        assertThat(tensor.at("/min").asDouble()).isEqualTo(1);
        assertThat(tensor.at("/max").asDouble()).isEqualTo(6);
        assertThat(tensor.at("/nan").asInt()).isEqualTo(1);
        assertThat(tensor.at("/infinite").asInt()).isEqualTo(1);
        assertThat(json.at("/tensors/0/mean").isNull()).as("of nothing").isTrue();
        assertThat(json.at("/metadata/format").asString()).isEqualTo("pt");
    }

    @Test
    void whatIsNoSuchFile() throws IOException {
        var text = Files.writeString(folder.resolve("text"), "hello, world");
        assertThat(thalweg("inspect", text).err()).startsWith("thalweg inspect: " + text + ", byte 0: ");
        assertThat(thalweg("inspect", folder).err().strip())
                .isEqualTo("thalweg inspect: " + folder
                        + ": there is no model.safetensors and no checkpoint in this folder");
    }
}
