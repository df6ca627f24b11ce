package dev.thalweg.cli;

import dev.thalweg.data.UnreadablePicture;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Exceptions as one sentence each.
final class Failures {
    private Failures() {}

    /// What is wrong with the command line.
    static int usage(ParameterException e, String[] arguments) {
        var line = e.getCommandLine();
        String sentence = switch (e) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched);
            case MissingParameterException missing ->
                "%s; see %s --help"
                        .formatted(missing.getMessage(), line.getCommandSpec().qualifiedName(" "));
            default -> String.valueOf(e.getMessage());
        };
        print(line, sentence, e);
        return Exit.USAGE;
    }

    static int execution(Exception e, CommandLine line, ParseResult parsed) {
        if (e instanceof ParameterException usage) return usage(usage, new String[0]);
        print(line, sentence(e), e);
        return Exit.FAILED;
    }

    /// What Java itself cannot go on after, such as too little memory.
    static int fatal(Error e, CommandLine line) {
        print(line, sentence(e), e);
        return Exit.FAILED;
    }

    /// Names of files and their contents may hold what a terminal would obey.
    static void print(CommandLine line, String sentence, Throwable e) {
        PrintWriter err = line.getErr();
        String plain = sentence.lines().map(Quote::line).collect(Collectors.joining(System.lineSeparator()));
        err.println(line.getCommandSpec().qualifiedName(" ") + ": " + plain);
        if (Main.debug(line)) e.printStackTrace(err);
        err.flush();
    }

    private static String unmatched(UnmatchedArgumentException e) {
        var line = e.getCommandLine();
        String given = e.getUnmatched().getFirst();
        if (!given.startsWith("-") && !line.getSubcommands().isEmpty()) {
            var known = new ArrayList<String>();
            line.getSubcommands().forEach((name, sub) -> {
                if (!sub.getCommandSpec().usageMessage().hidden()) known.add(name);
            });
            return Nearest.unknown("command", given, known);
        }
        if (!given.startsWith("-")) return "there is an argument too many: '%s'".formatted(given);
        var known = new ArrayList<>(line.getCommandSpec().optionsMap().keySet());
        String name = given.replaceFirst("=.*", "");
        return "there is no option '%s'%s see %s --help"
                .formatted(
                        name,
                        Nearest.to(name, known)
                                .map("; did you mean '%s'? All are explained;"::formatted)
                                .orElse(";"),
                        line.getCommandSpec().qualifiedName(" "));
    }

    /// What happened, without Java's words for it.
    static String sentence(Throwable e) {
        String message = e.getMessage();
        return switch (e) {
            case UncheckedIOException wrapped when wrapped.getCause() != null -> sentence(wrapped.getCause());
            case ExecutionException wrapped when wrapped.getCause() != null -> sentence(wrapped.getCause());
            case CompletionException wrapped when wrapped.getCause() != null -> sentence(wrapped.getCause());
            case UnreadablePicture picture ->
                message + "; ./thalweg data check DATA lists all such files, and --skip-unreadable leaves them out";
            case FileSystemException file when file.getReason() != null -> String.valueOf(message);
            case NoSuchFileException file -> "there is no file or folder " + file.getFile();
            case FileAlreadyExistsException file -> "there is something already at " + file.getFile();
            case AccessDeniedException file -> "no permission to use " + file.getFile();
            case IllegalArgumentException argument when message != null -> message;
            case IllegalStateException state when message != null -> message;
            case java.io.IOException io when message != null -> message;
            case dev.thalweg.step.NotEnoughMemory memory -> String.valueOf(message);
            case OutOfMemoryError memory ->
                "Java's memory, %,d MB at the most, is not enough (%s); give it more, as in THALWEG_JAVA_OPTS=-Xmx8g"
                        .formatted(Runtime.getRuntime().maxMemory() >> 20, message);
            default ->
                "%s%s; --debug shows where"
                        .formatted(e.getClass().getSimpleName(), message == null ? "" : ": " + message);
        };
    }
}
