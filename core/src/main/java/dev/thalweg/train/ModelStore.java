package dev.thalweg.train;

import dev.thalweg.format.ModelFile;
import dev.thalweg.nn.Model;
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
        String text = ModelFile.metadata(file).get(CARD);
        if (text == null)
            throw new IOException(file + " has tensors but does not say of which network: it lacks " + CARD);
        ModelCard card;
        try {
            card = Json.MAPPER.readValue(text, ModelCard.class);
        } catch (JacksonException e) {
            throw new IOException(file + ": the card cannot be read: " + e.getOriginalMessage(), e);
        }
        var model = Model.initialise(card.network(), 0, arena);
        ModelFile.load(file, model);
        return new Stored(model, card);
    }
}
