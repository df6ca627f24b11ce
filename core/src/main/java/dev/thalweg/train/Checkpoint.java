package dev.thalweg.train;

import dev.thalweg.format.DType;
import dev.thalweg.format.Entry;
import dev.thalweg.format.JsonFault;
import dev.thalweg.format.Safetensors;
import dev.thalweg.format.SafetensorsFile;
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
            Path file,
            RunState state,
            Map<String, FlatVector> vectors,
            Map<String, double[]> numbers,
            String data,
            Map<String, String> about)
            throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "thalweg checkpoint 1");
        metadata.putAll(about);
        metadata.put(STATE, RecipeFile.line(state));
        metadata.put(DATA, data);
        var entries = new ArrayList<Entry>();
        vectors.forEach((name, vector) -> entries.add(Entry.ofFloats(name, vector)));
        numbers.forEach((name, values) -> entries.add(Entry.ofDoubles(name, values)));
        Safetensors.writeVerifiable(file, metadata, entries);
    }

    /// Restores `vectors` and `numbers` in place; returns the rest.
    ///
    /// @throws MalformedFile if the file is damaged
    /// @throws IOException if the file is not of this run, or the data is not what the run began with
    static RunState read(Path file, Map<String, FlatVector> vectors, Map<String, double[]> numbers, String data)
            throws IOException {
        try (var arena = Arena.ofConfined()) {
            return read(Safetensors.open(file, arena), vectors, numbers, data);
        }
    }

    static RunState read(
            SafetensorsFile file, Map<String, FlatVector> vectors, Map<String, double[]> numbers, String data)
            throws IOException {
        file.verify();
        Path path = file.path();
        String text = file.metadata().get(STATE);
        if (text == null) throw new IOException(path + " is not a checkpoint of a run: it lacks " + STATE);
        if (!data.equals(file.metadata().get(DATA)))
            throw new IOException(path
                    + " was written with other data: a run is resumed on the examples that it began with, of the"
                    + " same names, sizes and labels");
        RunState state;
        try {
            state = Json.read(text, RunState.class);
        } catch (JacksonException e) {
            throw new IOException(path + ": the state of the run cannot be read: " + JsonFault.sentence(e), e);
        }
        for (var wanted : vectors.entrySet()) {
            var entry = entry(file, wanted.getKey(), wanted.getValue().length());
            if (!entry.type().isFloating())
                throw new IOException("%s: tensor '%s' should hold floating-point numbers, holds %s"
                        .formatted(path, wanted.getKey(), entry.type()));
        }
        for (var wanted : numbers.entrySet()) {
            var entry = entry(file, wanted.getKey(), wanted.getValue().length);
            if (entry.type() != DType.F64)
                throw new IOException(
                        "%s: tensor '%s' should hold F64, holds %s".formatted(path, wanted.getKey(), entry.type()));
        }
        vectors.forEach((name, vector) -> file.readFloats(name, vector));
        numbers.forEach((name, values) -> file.get(name).readDoubles(values));
        return state;
    }

    private static Entry entry(SafetensorsFile file, String name, long elements) throws IOException {
        var entry = file.find(name)
                .orElseThrow(() -> new IOException(
                        "%s lacks the tensor '%s' that the recipe asks for".formatted(file.path(), name)));
        if (entry.size() != elements)
            throw new IOException("%s: tensor '%s' should have %s elements, has %s"
                    .formatted(file.path(), name, elements, entry.size()));
        return entry;
    }
}
