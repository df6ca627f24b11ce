package dev.thalweg.train;

import dev.thalweg.format.ModelFile;
import dev.thalweg.nn.Model;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Models with their cards, as `model.safetensors`. What a file says of its model stands in its
/// metadata as JSON: the card under `thalweg.card`, how it was trained under `thalweg.provenance`.
public final class ModelStore {
    private static final String FORMAT = "format";
    private static final String MODEL = "thalweg model 1";
    static final String CARD = "thalweg.card";
    static final String PROVENANCE = "thalweg.provenance";

    /// A model out of a file.
    public record Stored(Model model, ModelCard card) {}

    private ModelStore() {}

    /// Creates or replaces `file`. The same model and card give the same bytes.
    public static void write(Path file, Model model, ModelCard card) throws IOException {
        write(file, model, card, null);
    }

    /// The same, and how the model was trained.
    public static void write(Path file, Model model, ModelCard card, @Nullable Provenance provenance)
            throws IOException {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put(FORMAT, MODEL);
        metadata.putAll(metadata(card, provenance));
        ModelFile.save(file, model, metadata);
    }

    static SequencedMap<String, String> metadata(ModelCard card, @Nullable Provenance provenance) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put(ModelFile.ARCHITECTURE, card.architecture());
        metadata.put(CARD, RecipeFile.line(card));
        if (provenance != null) metadata.put(PROVENANCE, RecipeFile.line(provenance));
        return metadata;
    }

    /// The model in `file`, its values in `arena`.
    ///
    /// @throws IOException if the file is damaged or was not written by [#write]
    public static Stored read(Path file, Arena arena) throws IOException {
        var card = card(file)
                .orElseThrow(() ->
                        new IOException(file + " has tensors but does not say of which network: it lacks " + CARD));
        var model = Model.initialise(card.network(), 0, arena);
        ModelFile.load(file, model);
        return new Stored(model, card);
    }

    /// Whether `file` is a model that [#write] wrote, and no checkpoint.
    public static boolean isModel(Path file) throws IOException {
        return MODEL.equals(ModelFile.metadata(file).get(FORMAT));
    }

    /// What a model or checkpoint says of itself, if it does.
    ///
    /// @throws IOException if the file is damaged
    public static Optional<ModelCard> card(Path file) throws IOException {
        return parsed(file, ModelFile.metadata(file), CARD, "the card", ModelCard.class);
    }

    /// How a model or checkpoint was trained, if it says so; files of Thalweg's first days do not.
    ///
    /// @throws IOException if the file is damaged, or a newer version wrote what this one cannot read
    public static Optional<Provenance> provenance(Path file) throws IOException {
        return parsed(file, ModelFile.metadata(file), PROVENANCE, "how it was trained", Provenance.class);
    }

    private static <T> Optional<T> parsed(
            Path file, Map<String, String> metadata, String key, String what, Class<T> type) throws IOException {
        String text = metadata.get(key);
        if (text == null) return Optional.empty();
        try {
            return Optional.of(Json.MAPPER.readValue(text, type));
        } catch (JacksonException e) {
            String problem = e.getCause() instanceof IllegalArgumentException inner
                    ? String.valueOf(inner.getMessage())
                    : e.getOriginalMessage();
            throw new IOException("%s: %s cannot be read: %s".formatted(file, what, problem), e);
        }
    }
}
