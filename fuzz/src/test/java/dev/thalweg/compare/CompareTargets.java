package dev.thalweg.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import dev.thalweg.report.ContestReport;
import dev.thalweg.report.Page;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Readers of comparisons: their file, what their runs left, and rules on a command line.
public final class CompareTargets {
    private static final String[] JSON = {
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-1", "0.5", "\"NaN\"", "\"rate\"", "\"finished\""
    };

    public static final List<Target> ALL = List.of(
            Target.ofFolder("comparison", List.of(Standings.FILE), CompareTargets::comparison, JSON),
            Target.ofFolder("outcome", List.of("result.json", "metrics.jsonl"), CompareTargets::outcome, JSON),
            Target.of(
                    "rules",
                    IllegalArgumentException.class,
                    input -> EntrantList.parse(new String(input, UTF_8)),
                    "nesterov",
                    "adam",
                    "mu=",
                    "beta1=0.5",
                    ":",
                    ",",
                    "=",
                    "/"));

    private CompareTargets() {}

    private static void comparison(Path folder) throws IOException {
        Page.json(new ContestReport(Standings.read(folder)).read());
        Standings.contest(folder);
    }

    private static void outcome(Path folder) throws IOException {
        var outcome = Outcome.read(new RunFolder(folder), 5);
        if (outcome.isPresent()) {
            outcome.get().score();
            new dev.thalweg.compare.Target(0.5, true).reachedBy(outcome.get());
        }
    }
}
