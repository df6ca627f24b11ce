package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Measurement;
import dev.thalweg.bench.Task;
import java.util.Locale;

/// Measures Thalweg's step.
final class Subject {
    private Subject() {}

    static void main(String[] arguments) {
        var task = Task.parse(arguments);
        try (var step = new Step(task)) {
            Measurement.run(
                    task,
                    "thalweg",
                    step.parameters(),
                    step,
                    result -> result.with(
                                    "settled", step.plan().precision().name().toLowerCase(Locale.ROOT))
                            .with("threads", step.plan().workers())
                            .with("arena_mb", step.plan().arenaBytes() / 1e6)
                            .with("loss", step.loss()));
        }
    }
}
