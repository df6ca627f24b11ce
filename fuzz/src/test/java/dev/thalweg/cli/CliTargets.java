package dev.thalweg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thalweg.fuzz.Target;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// Readers of options.
public final class CliTargets {
    private static final Values VALUES = new Values(Main.commandLine().getCommandSpec());

    private static final Recipe BASE = base();

    /// A thread's command line for [#options], which is used again, for to make one takes many times as long as to
    /// parse by it.
    /// What an input said must not stay for the next: of so many inputs, one is given to a new command line, too.
    private static final class Reader {
        final CommandLine line = train();
        int inputs;
    }

    private static final int INPUTS = 64;

    private static final ThreadLocal<Reader> READER = ThreadLocal.withInitial(Reader::new);

    /// What options come to.
    private record Outcome(
            @Nullable Long cache,
            @Nullable Recipe recipe,
            @Nullable ParameterException refused) {}

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
        var reader = READER.get();
        var outcome = outcome(reader.line, arguments);
        if (reader.inputs++ % INPUTS == 0) {
            var anew = outcome(train(), arguments);
            if (!anew.toString().equals(outcome.toString()))
                throw new AssertionError(
                        "a command line used before says %s, a new one %s".formatted(outcome, anew), outcome.refused);
        }
        if (outcome.refused != null) throw outcome.refused;
    }

    private static Outcome outcome(CommandLine train, String[] arguments) {
        try {
            train.parseArgs(arguments);
            var options =
                    ((TrainCommand) train.getCommandSpec().userObject()).options(new Values(train.getCommandSpec()));
            options.check();
            var cache = options.cacheBytes();
            return new Outcome(cache, options.apply(BASE, 200), null);
        } catch (ParameterException | IllegalArgumentException e) {
            var said = new StringWriter();
            train.setErr(new PrintWriter(said));
            Failures.execution(e, train, train.getParseResult());
            return new Outcome(
                    null, null, new ParameterException(train, said.toString().strip(), e));
        }
    }

    /// Alone: the other commands take long to make.
    private static CommandLine train() {
        return Main.configured(new CommandLine(new TrainCommand()));
    }

    private static String text(byte[] input) {
        return new String(input, UTF_8);
    }
}
