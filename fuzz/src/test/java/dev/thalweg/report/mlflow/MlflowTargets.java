package dev.thalweg.report.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import dev.thalweg.train.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Readers of what a run keeps of its record in MLflow, and of the server's address.
public final class MlflowTargets {
    private static final String[] JSON = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "null",
        "true",
        "1e999",
        "-1",
        "0.5",
        "\"NaN\"",
        "\"step\"",
        "\"epoch\"",
        "\n"
    };

    public static final List<Target> ALL = List.of(
            Target.ofFolder(
                    "mlflow-record",
                    List.of("mlflow.json"),
                    folder -> RunFile.read(new RunFolder(folder)).ifPresent(MlflowTargets::goOn),
                    JSON),
            Target.ofFolder("mlflow-unsent", List.of("mlflow-unsent.jsonl"), MlflowTargets::unsent, JSON),
            Target.of(
                    "mlflow-address",
                    IllegalArgumentException.class,
                    input -> Address.of(new String(input, UTF_8), Map.of()),
                    "http://",
                    "https://",
                    "@",
                    ":",
                    "/",
                    "[::1]",
                    "?",
                    "#",
                    "%",
                    "_",
                    "99999"));

    private MlflowTargets() {}

    /// As a resumed run does.
    private static void goOn(RunFile file) {
        file.asDescribed().with(List.of(new Metric(Metric.Kind.STEP, "step/loss", 1, 2, 3)));
    }

    private static void unsent(Path folder) throws java.io.IOException {
        var metrics = RunFile.readUnsent(new RunFolder(folder));
        new RunFile("http://x", "y", "z", true, Map.of()).with(metrics);
    }
}
