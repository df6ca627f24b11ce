package dev.thalweg.fuzz;

import java.io.IOException;

/// What Jazzer calls: the target is the first of `--target_args`.
public final class FuzzEntry {
    private static Target target = Targets.all().getFirst();

    private FuzzEntry() {}

    public static void fuzzerInitialize(String[] arguments) throws IOException {
        target = Targets.named(arguments[0]);
        // Classes are loaded and instrumented before a clock runs.
        for (var input : Targets.corpus(target)) Check.accepts(target, input);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Check.accepts(target, input);
    }
}
