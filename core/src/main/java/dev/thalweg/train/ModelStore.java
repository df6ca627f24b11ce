package dev.thalweg.train;

import dev.thalweg.format.JsonFault;
import dev.thalweg.format.ModelFile;
import dev.thalweg.format.Safetensors;
import dev.thalweg.format.SafetensorsFile;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import tools.jackson.core.JacksonException;

/// Models with their cards, as `model.safetensors`.
public final class ModelStore {
    private static final String CARD = "thalweg.card";

    /// A model out of a file.
    public record Stored(Model model, ModelCard card) {}

    private ModelStore() {}

    /// Creates or replaces `file`. The same model and card give the same bytes.
    public static void write(Path file, Model model, ModelCard card) throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("format", "thalweg model 1");
        metadata.put(ModelFile.ARCHITECTURE, card.architecture());
        metadata.put(CARD, RecipeFile.line(card));
        ModelFile.save(file, model, metadata);
    }

    /// The model in `file`, its values in `arena`.
    ///
    /// @throws IOException if the file is damaged or was not written by [#write]
    public static Stored read(Path file, Arena arena) throws IOException {
        try (var mapping = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, mapping).verify();
            var card = card(tensors);
            var network = network(tensors, card);
            ModelFile.check(tensors, network);
            var model = Model.initialise(network, 0, arena);
            ModelFile.fill(file, tensors.metadata(), tensors.tensors(), model, ModelFile.Part.WHOLE);
            return new Stored(model, card);
        }
    }

    static ModelCard card(SafetensorsFile file) throws IOException {
        String text = file.metadata().get(CARD);
        if (text == null)
            throw new IOException(file.path() + " has tensors but does not say of which network: it lacks " + CARD);
        try {
            return Json.MAPPER.readValue(text, ModelCard.class);
        } catch (JacksonException e) {
            throw new IOException(file.path() + ": the card cannot be read: " + JsonFault.sentence(e), e);
        }
    }

    static Network network(SafetensorsFile file, ModelCard card) throws IOException {
        try {
            return card.network();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(file.path() + ": no network is as the card says: " + e.getMessage(), e);
        }
    }
}
