package dev.thalweg.cli;

import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a model is run, for the commands that run one.
final class RunOptions {
    @Option(names = "--batch", paramLabel = "N", description = "Pictures that are run at once. Default: 64.")
    @Nullable
    Integer batch;

    @Option(names = "--precision", paramLabel = "P", description = "auto, fp32 or bf16. Default: auto.")
    @Nullable
    String precision;

    @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
    @Nullable
    Integer threads;

    void check(Values values) {
        values.atLeast("--batch", batch, 1);
        values.threads(threads);
        if (precision != null) values.precision(precision);
    }

    int batch() {
        return batch == null ? 64 : batch;
    }

    int threads() {
        return threads == null ? PlanOptions.defaultThreads() : threads;
    }

    Precision precision(Values values) {
        return precision == null ? Precision.AUTO : values.precision(precision);
    }
}
