package dev.thalweg.train;

import dev.thalweg.format.Entry;
import dev.thalweg.format.Safetensors;
import dev.thalweg.tensor.FlatVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;

/// Where a run is, as one safetensors file: all its vectors by name, and the rest as JSON in the
/// metadata. Other programs can read the model's tensors out of it.
final class Checkpoint {
    static final String STATE = "thalweg.run";
    static final String DATA = "thalweg.data";

    private Checkpoint() {}

    /// @param about what the file says of the model in it
    static void write(
            Path file, RunState state, Map<String, FlatVector> vectors, String data, Map<String, String> about)
            throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "thalweg checkpoint 1");
        metadata.putAll(about);
        metadata.put(STATE, RecipeFile.line(state));
        metadata.put(DATA, data);
        var entries = new ArrayList<Entry>();
        vectors.forEach((name, vector) -> entries.add(Entry.ofFloats(name, vector)));
        Safetensors.write(file, metadata, entries);
    }

    /// Restores `vectors` in place; returns the rest.
    ///
    /// @throws MalformedFile if the file is damaged, or not of this run
    /// @throws IOException if the data is not what the run began with
    static RunState read(Path file, Map<String, FlatVector> vectors, String data) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, arena);
            String text = tensors.metadata().get(STATE);
            if (text == null) throw new IOException(file + " is not a checkpoint of a run: it lacks " + STATE);
            if (!data.equals(tensors.metadata().get(DATA)))
                throw new IOException(file
                        + " was written with other data: a run is resumed on the examples that it began with, of the"
                        + " same names, sizes and labels");
            for (var wanted : vectors.entrySet()) {
                var entry = tensors.find(wanted.getKey())
                        .orElseThrow(() -> new IOException(
                                "%s lacks the tensor '%s' that the recipe asks for".formatted(file, wanted.getKey())));
                if (entry.size() != wanted.getValue().length())
                    throw new IOException("%s: tensor '%s' should have %s elements, has %s"
                            .formatted(file, wanted.getKey(), wanted.getValue().length(), entry.size()));
            }
            vectors.forEach((name, vector) -> tensors.readFloats(name, vector));
            return Json.MAPPER.readValue(text, RunState.class);
        } catch (JacksonException e) {
            throw new IOException(file + ": the state of the run cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
