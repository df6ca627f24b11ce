package dev.thalweg.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The entry point of `./thalweg`.
@Command(
        name = "thalweg",
        description = "Trains image classifiers on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            TrainCommand.class,
            LrCommand.class,
            CompareCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            PlanCommand.class,
            ModelsCommand.class,
            DataCommand.class,
            ReportCommand.class,
            WatchCommand.class,
            RecipeCommand.class,
            InspectCommand.class,
            ReproduceCommand.class,
            MinimizeCommand.class,
            DoctorCommand.class,
            GenerateCompletion.class
        },
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "  0:done",
            "  1:data, a file or the machine would not do; one sentence says what",
            "  2:the command line is not one; one sentence says what",
            "  3:training diverged; the last good state is kept",
            "130:stopped before the end by Ctrl-C, SIGTERM or its page; --resume goes on"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg train                           a first network on generated pictures",
            "  ./thalweg train photos/                   on a folder of pictures for each class",
            "  ./thalweg predict runs/photos-resnet18-1 new.jpg",
            "  ./thalweg minimize rosenbrock             a function with a known minimum",
            "",
            "Each command explains itself: ./thalweg train --help"
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of what goes wrong, for a report.")
    private boolean debug;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// The whole command line, ready to execute.
    static CommandLine commandLine() {
        var line = configured(new CommandLine(new Main()));
        line.getSubcommands().forEach((name, sub) -> {
            if (name.equals("generate-completion"))
                sub.getCommandSpec().usageMessage().hidden(true);
        });
        return line;
    }

    /// `line` as all commands are read.
    static CommandLine configured(CommandLine line) {
        // It would tell programmers on the terminal of what it splits by itself.
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
        return line.setHelpFactory(SectionedHelp::new)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setUsageHelpAutoWidth(true)
                .registerConverter(Integer.class, text -> number(text, "a whole number", Integer::valueOf))
                .registerConverter(int.class, text -> number(text, "a whole number", Integer::valueOf))
                .registerConverter(Long.class, text -> number(text, "a whole number", Long::valueOf))
                .registerConverter(Double.class, text -> number(text, "a number", Double::valueOf))
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionExceptionHandler(Failures::execution);
    }

    private static <T> T number(String text, String kind, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'%s' is not %s".formatted(text, kind));
        }
    }

    /// Whether stack traces were asked for.
    static boolean debug(CommandLine line) {
        var top = line;
        while (top.getParent() != null) top = top.getParent();
        return top.getCommandSpec().userObject() instanceof Main main && main.debug;
    }

    static void main(String[] arguments) {
        Locale.setDefault(Locale.ENGLISH);
        // Pictures are drawn without a screen, and one that is named but not there would be an error.
        if (System.getProperty("java.awt.headless") == null) System.setProperty("java.awt.headless", "true");
        var line = commandLine()
                .setOut(writer(System.out, FileDescriptor.out))
                .setErr(writer(System.err, FileDescriptor.err));
        int status;
        try {
            status = line.execute(arguments);
        } catch (Error e) {
            status = Failures.fatal(e, line);
        }
        System.exit(status);
    }

    /// Where no locale is set, Java would print a question mark for each letter beyond ASCII.
    private static PrintWriter writer(PrintStream stream, FileDescriptor descriptor) {
        Charset charset = stream.charset();
        return charset.equals(StandardCharsets.US_ASCII)
                ? new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8)
                : new PrintWriter(stream, true, charset);
    }
}
