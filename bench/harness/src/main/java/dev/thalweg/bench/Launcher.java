package dev.thalweg.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Starts the measuring processes, each in a fresh JVM with its own class path.
///
/// @param classPaths a folder with a file for each module of `bench`, which holds its class path
public record Launcher(Path classPaths) {
    private static final int LINES_SHOWN = 8;

    /// Runs `main` of the library's module and returns the line of results that it printed; if there
    /// is none, says on the standard error output why, and returns nothing.
    public Optional<Result> run(Library library, String main, List<String> arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(library.options());
        command.add("-cp");
        command.add(Files.readString(classPaths.resolve(library.module())).strip());
        command.add("dev.thalweg.bench.%s.%s".formatted(library.module(), main));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(library.environment());
        var process = builder.start();
        var end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        Result result = null;
        var lines = new ArrayList<String>();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                result = Result.parse(line).orElse(result);
            }
        }
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        if (result == null || status != 0) {
            System.err.printf("%s %s: exit status %d%n", library, arguments, status);
            lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
                    .forEach(line -> System.err.println("    " + line));
            return Optional.empty();
        }
        return Optional.of(result);
    }
}
