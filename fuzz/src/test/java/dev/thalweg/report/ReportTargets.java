package dev.thalweg.report;

import dev.thalweg.fuzz.Target;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Readers of the folders that runs leave.
public final class ReportTargets {
    /// What is read of a run; pictures and the model are only taken along.
    private static final List<String> FILES = List.of(
            "recipe.json",
            "result.json",
            "run.json",
            "metrics.jsonl",
            "steps.jsonl",
            "controls.jsonl",
            "lr.json",
            "predictions.csv",
            "mistakes.png",
            "batch.png",
            "model.safetensors");

    public static final List<Target> ALL = List.of(Target.ofFolder(
            "run",
            FILES,
            ReportTargets::run,
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "null",
            "{}",
            "[]",
            "\"\"",
            "true",
            "1e999",
            "-1",
            "0.5",
            "\"NaN\"",
            "\"-Infinity\"",
            "\n",
            "\\u0000",
            "../",
            "<",
            "==== result.json\n",
            "==== metrics.jsonl\n",
            "==== nothing\n"));

    private ReportTargets() {}

    /// What stands on the page of the run, and on that of it beside itself, for which it is not read again.
    private static void run(Path folder) throws IOException {
        var run = new RunFolder(folder);
        var read = new RunReport(run).read();
        Page.json(read);
        Page.json(new RunComparison(List.of(run, run)).of(List.of(read, read)));
    }
}
