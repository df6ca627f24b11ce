package dev.thalweg.fuzz;

/// What Jazzer calls: the target is the first of `--target_args`.
public final class FuzzEntry {
    private static Target target = Targets.all().getFirst();

    private FuzzEntry() {}

    public static void fuzzerInitialize(String[] arguments) {
        target = Targets.named(arguments[0]);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Check.accepts(target, input);
    }
}
