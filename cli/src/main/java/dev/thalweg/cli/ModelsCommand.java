package dev.thalweg.cli;

import picocli.CommandLine.Command;

@Command(name = "models", mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
    @Override
    public void run() {}
}
