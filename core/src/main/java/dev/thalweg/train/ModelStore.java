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
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Models with their cards, as `model.safetensors`. What a file says of its model stands in its
/// metadata as JSON: the card under `thalweg.card`, how it was trained under `thalweg.provenance`.
public final class ModelStore {
    private static final String FORMAT = "format";
    private static final String MODEL = "thalweg model 1";
    private static final String RECIPE = "recipe";
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
        try (var mapping = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, mapping).verify();
            var network = network(tensors);
            ModelFile.check(tensors, network);
            var model = Model.initialise(network, 0, arena);
            ModelFile.fill(file, tensors.metadata(), tensors.tensors(), model, ModelFile.Part.WHOLE);
            return new Stored(model, known(tensors));
        }
    }

    private static ModelCard known(SafetensorsFile file) throws IOException {
        return parsed(file.path(), file.metadata(), CARD, "the card", ModelCard.class)
                .orElseThrow(() -> new IOException(
                        file.path() + " has tensors but does not say of which network: it lacks " + CARD));
    }

    /// The network that the file says it is of, before memory is taken for it.
    static Network network(SafetensorsFile file) throws IOException {
        try {
            return known(file).network();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IOException(file.path() + ": no network is as the card says: " + e.getMessage(), e);
        }
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
            // What a recipe of an earlier version does not say yet.
            JsonNode tree = Json.read(text, JsonNode.class);
            RecipeSchema.completed(tree.path(RECIPE));
            return Optional.of(Complete.check(Json.MAPPER.treeToValue(tree, type)));
        } catch (JacksonException e) {
            throw new IOException("%s: %s cannot be read: %s".formatted(file, what, JsonFault.sentence(e)), e);
        }
    }
}
