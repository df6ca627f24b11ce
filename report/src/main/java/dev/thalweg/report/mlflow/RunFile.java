package dev.thalweg.report.mlflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.thalweg.format.AtomicFile;
import dev.thalweg.format.JsonFault;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a run's folder knows of its record in MLflow: `mlflow.json`. When it is resumed, the same record
/// goes on.
///
/// @param server its address
/// @param described whether parameters have been sent
/// @param recorded the last step of which there are metrics, for each kind
record RunFile(
        String server,
        String experiment,
        @JsonProperty("run_id") String run,
        boolean described,
        Map<Metric.Kind, Long> recorded) {
    private static final JsonMapper JSON = new JsonMapper();

    RunFile {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(experiment, "experiment");
        Objects.requireNonNull(run, "run_id");
        recorded.values().forEach(step -> Objects.requireNonNull(step, "recorded"));
        var copy = new EnumMap<Metric.Kind, Long>(Metric.Kind.class);
        copy.putAll(recorded);
        recorded = copy;
    }

    RunFile asDescribed() {
        return new RunFile(server, experiment, run, true, recorded);
    }

    /// With these metrics recorded as well.
    RunFile with(List<Metric> metrics) {
        var more = new RunFile(server, experiment, run, described, recorded);
        for (var metric : metrics) more.recorded.merge(metric.kind(), metric.step(), Math::max);
        return more;
    }

    static Path of(RunFolder folder) {
        return folder.path().resolve("mlflow.json");
    }

    /// The metrics that could not be sent, a line of JSON each.
    static Path unsent(RunFolder folder) {
        return folder.path().resolve("mlflow-unsent.jsonl");
    }

    static Optional<RunFile> read(RunFolder folder) throws IOException {
        var file = of(folder);
        if (!Files.exists(file)) return Optional.empty();
        try {
            var read = JSON.readValue(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), RunFile.class);
            if (read != null) return Optional.of(read);
            throw new IOException(
                    "%s: expected an object, found null; without it, the run gets a new record".formatted(file));
        } catch (JacksonException e) {
            throw new IOException(
                    "%s cannot be read: %s; without it, the run gets a new record"
                            .formatted(file, JsonFault.sentence(e)),
                    e);
        }
    }

    void write(RunFolder folder) throws IOException {
        replace(of(folder), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    }

    static List<Metric> readUnsent(RunFolder folder) throws IOException {
        var file = unsent(folder);
        var metrics = new ArrayList<Metric>();
        for (String line : RunFolder.lines(file)) {
            try {
                var metric = JSON.readValue(line, Metric.class);
                if (metric == null)
                    throw new IOException("%s, line %s, is not a metric: expected an object, found null"
                            .formatted(file, metrics.size() + 1));
                metrics.add(metric);
            } catch (JacksonException e) {
                throw new IOException(
                        "%s, line %s, is not a metric: %s".formatted(file, metrics.size() + 1, JsonFault.sentence(e)),
                        e);
            }
        }
        return metrics;
    }

    static void writeUnsent(RunFolder folder, List<Metric> metrics) throws IOException {
        var text = new StringBuilder();
        for (var metric : metrics) text.append(JSON.writeValueAsString(metric)).append('\n');
        replace(unsent(folder), text.toString());
    }

    private static void replace(Path file, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }
}
