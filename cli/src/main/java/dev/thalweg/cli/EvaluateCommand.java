package dev.thalweg.cli;

import picocli.CommandLine.Command;

@Command(name = "evaluate", mixinStandardHelpOptions = true)
final class EvaluateCommand implements Runnable {
    @Override
    public void run() {}
}
