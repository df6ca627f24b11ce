package dev.thalweg.report;

import dev.thalweg.format.AtomicFile;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The page of one run, made from the files that the run left in its folder.
///
/// @param folder of the run, finished or not
public record RunReport(RunFolder folder) {
    private static final JsonMapper JSON = new JsonMapper();

    /// Reads the folder.
    ///
    /// @throws NoSuchFileException if there is no run in it
    /// @throws IOException if a file is damaged; the message says which and where
    public Run read() throws IOException {
        if (!Files.isRegularFile(folder.recipe()))
            throw new NoSuchFileException(
                    folder.path().toString(), null, "there is no run in this folder: it has no recipe.json");
        var recipe = JSON.readTree(Files.readString(folder.recipe()));
        var result = Files.exists(folder.result()) ? JSON.readTree(Files.readString(folder.result())) : null;
        Map<String, String> missing = new LinkedHashMap<>();
        Map<String, String> says = new LinkedHashMap<>();
        return new Run(
                "run",
                String.valueOf(folder.path().toAbsolutePath().normalize().getFileName()),
                result == null ? "running" : result.path("ended").asString(),
                recipe.at("/network/name").asString(),
                List.of(),
                epochs(),
                null,
                null,
                null,
                null,
                null,
                null,
                recipe,
                List.of(),
                missing,
                says);
    }

    private List<Run.Epoch> epochs() throws IOException {
        var epochs = new ArrayList<Run.Epoch>();
        if (!Files.exists(folder.metrics())) return epochs;
        for (String line : Files.readAllLines(folder.metrics())) {
            var e = JSON.readTree(line);
            epochs.add(new Run.Epoch(
                    e.path("epoch").asDouble(),
                    number(e, "train.loss"),
                    number(e, "train.accuracy"),
                    number(e, "validation.loss"),
                    number(e, "validation.accuracy"),
                    number(e, "learning_rate"),
                    number(e, "seconds"),
                    number(e, "images_per_second")));
        }
        return epochs;
    }

    private static double number(@Nullable JsonNode node, String name) {
        return node == null ? Double.NaN : node.path(name).asDouble(Double.NaN);
    }

    /// Writes the page.
    public void write(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Page.of(read()).getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }
}
