package dev.thalweg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Readers of options.
public final class CliTargets {
    private static final Values VALUES = new Values(Main.commandLine().getCommandSpec());

    private static final Recipe BASE = base();

    public static final List<Target> ALL = List.of(
            Target.of(
                    "augmentation",
                    IllegalArgumentException.class,
                    input -> AugmentationSpec.parse(text(input)),
                    "flip",
                    "crop:",
                    "resized-crop:",
                    "cutout:",
                    "none",
                    ",",
                    "-",
                    "0.25",
                    "99999"),
            Target.of("size", ParameterException.class, input -> VALUES.size(text(input)), "x", "×", "99999"),
            Target.of(
                    "options",
                    ParameterException.class,
                    CliTargets::options,
                    "--cache=",
                    "--shuffle=",
                    "--warmup=",
                    "--freeze=",
                    "--lr=",
                    "--batch=",
                    "--model=",
                    "\n",
                    "e",
                    "GB",
                    "@",
                    "*",
                    "1e400",
                    "NaN",
                    "999999999"));

    private CliTargets() {}

    private static Recipe base() {
        try {
            return Defaults.forData("shapes:200");
        } catch (IOException e) {
            throw new AssertionError("the generated set needs no file", e);
        }
    }

    /// An option a line: what a recipe becomes by them, and what is said if it becomes none.
    private static void options(byte[] input) {
        String[] arguments =
                text(input).lines().filter(line -> line.startsWith("--")).toArray(String[]::new);
        // A new one each time: what an earlier input said must not stay. Alone: the other commands take long to make.
        var train = Main.configured(new CommandLine(new TrainCommand()));
        try {
            train.parseArgs(arguments);
            var options =
                    ((TrainCommand) train.getCommandSpec().userObject()).options(new Values(train.getCommandSpec()));
            options.check();
            options.cacheBytes();
            options.apply(BASE, 200);
        } catch (ParameterException | IllegalArgumentException e) {
            var said = new StringWriter();
            train.setErr(new PrintWriter(said));
            Failures.execution(e, train, train.getParseResult());
            throw new ParameterException(train, said.toString().strip(), e);
        }
    }

    private static String text(byte[] input) {
        return new String(input, UTF_8);
    }
}
