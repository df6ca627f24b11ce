package dev.thalweg.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The entry point of `./thalweg`.
@Command(
        name = "thalweg",
        description = "Trains image classifiers on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main implements Runnable {

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
