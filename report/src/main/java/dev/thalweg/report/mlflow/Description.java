package dev.thalweg.report.mlflow;

import dev.thalweg.train.Progress;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a record says of its run from the start.
///
/// @param startMillis milliseconds since 1970
/// @param params the recipe, each entry by its path, and what the data and the network are
record Description(
        String experiment, String name, long startMillis, Map<String, String> tags, Map<String, String> params) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.core.json.JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .build();
    /// Values that are longer are cut: older servers take no more. The recipe is kept whole as a file.
    private static final int LONGEST = 500;

    Description {
        tags = Map.copyOf(tags);
    }

    static Description of(Trainer trainer, Progress progress, String experiment) throws IOException {
        var folder = trainer.folder();
        String name = String.valueOf(folder.path().toAbsolutePath().normalize().getFileName());
        var tags = Map.of(
                "mlflow.user",
                System.getProperty("user.name", "unknown"),
                "mlflow.source.type",
                "LOCAL",
                "mlflow.source.name",
                "thalweg train",
                "mlflow.note.content",
                progress.description());
        return new Description(experiment, name, System.currentTimeMillis(), tags, params(trainer));
    }

    private static Map<String, String> params(Trainer trainer) throws IOException {
        var params = new LinkedHashMap<String, String>();
        flatten("", JSON.readTree(Files.readString(trainer.folder().recipe())), params);
        var data = trainer.data();
        params.put("data.classes", String.valueOf(data.classes().size()));
        params.put("data.train", String.valueOf(data.train().size()));
        params.put("data.validation", String.valueOf(data.validation().size()));
        params.put("data.test", String.valueOf(data.test().size()));
        params.put(
                "network.parameters",
                String.valueOf(trainer.model().parameters().length()));
        return params;
    }

    /// `{"a": {"b": 1}}` becomes `a.b = 1`; lists stay JSON, nulls are left out.
    static void flatten(String path, JsonNode node, Map<String, String> params) {
        if (node.isObject())
            for (var entry : node.properties())
                flatten(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), params);
        else if (!node.isNull()) params.put(path, cut(node.isString() ? node.asString() : node.toString()));
    }

    private static String cut(String value) {
        return value.length() <= LONGEST ? value : value.substring(0, LONGEST - 1) + "…";
    }

    List<Map.Entry<String, String>> parameters() {
        return List.copyOf(params.entrySet());
    }
}
