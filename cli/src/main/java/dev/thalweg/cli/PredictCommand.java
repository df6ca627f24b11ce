package dev.thalweg.cli;

import picocli.CommandLine.Command;

@Command(name = "predict", mixinStandardHelpOptions = true)
final class PredictCommand implements Runnable {
    @Override
    public void run() {}
}
