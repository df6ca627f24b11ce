package dev.thalweg.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Measures each workload in each precision with each library, round after round, so that the ones to
/// be compared run close together in time; then prints the tables.
///
/// Arguments, `key=value` each:
///
/// | key | meaning |
/// |---|---|
/// | `classpaths` | see [Launcher] |
/// | `log` | file to which every line of results is appended |
/// | `workloads`, `precisions`, `libraries` | lists, separated by commas |
/// | `rounds` | how often the whole is gone through |
/// | `contend` | whether a competing process holds a core all the while |
/// | `machine` | whether the machine and the loader are measured first |
/// | any other | as [Task] reads it |
final class Matrix {
    private final Map<String, String> given = new HashMap<>();
    private final Launcher launcher;
    private final Path log;

    /// One process of a round.
    private record Configuration(Workload workload, String precision, Library library) {}

    private Matrix(String[] arguments) {
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (at < 0) throw new IllegalArgumentException("expected key=value, got '%s'".formatted(argument));
            given.put(argument.substring(0, at), argument.substring(at + 1));
        }
        launcher = new Launcher(Path.of(take("classpaths", "")));
        log = Path.of(take("log", ""));
    }

    static void main(String[] arguments) throws IOException, InterruptedException {
        new Matrix(arguments).run();
    }

    private String take(String key, String otherwise) {
        var value = given.remove(key);
        return value == null ? otherwise : value;
    }

    private void run() throws IOException, InterruptedException {
        var configurations = configurations();
        int rounds = Integer.parseInt(take("rounds", "3"));
        boolean contend = Boolean.parseBoolean(take("contend", "false"));
        boolean machine = Boolean.parseBoolean(take("machine", "true"));
        Files.createDirectories(log.toAbsolutePath().getParent());
        if (machine) {
            keep(launcher.run(Library.THALWEG, "Machine", taskArguments()));
            keep(launcher.run(Library.THALWEG, "LoaderSpeed", taskArguments()));
        }
        try (var contender = contend ? new Contender() : null) {
            for (int round = 1; round <= rounds; round++)
                for (var configuration : configurations)
                    measure("%d/%d".formatted(round, rounds), configuration, contender);
        }
        Report.print(Report.read(List.of(log)));
        System.err.println("Lines of results: " + log);
    }

    private List<Configuration> configurations() {
        var workloads = list(take("workloads", "cifarnet,resnet20,resnet18,resnet18-infer,mlp"));
        var precisions = list(take("precisions", "fp32,bf16,auto"));
        var libraries = list(take("libraries", "thalweg,libtorch-best,libtorch,djl"));
        var configurations = new ArrayList<Configuration>();
        for (String workload : workloads)
            for (String precision : precisions)
                for (String library : libraries)
                    if (Library.named(library).precisions().contains(precision))
                        configurations.add(
                                new Configuration(Workload.named(workload), precision, Library.named(library)));
        return configurations;
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).toList();
    }

    private void measure(String round, Configuration configuration, @Nullable Contender contender)
            throws IOException, InterruptedException {
        var library = configuration.library;
        var arguments = new ArrayList<>(taskArguments());
        arguments.add("workload=" + configuration.workload);
        arguments.add("precision=" + configuration.precision);
        arguments.add("tuned=" + library.tuned());
        if (contender != null) arguments.add("contender=" + contender.pid());
        var result =
                launcher.run(library, "Subject", arguments).map(measured -> measured.with("configuration", library));
        System.err.printf(
                "%s  %-14s %-4s %-13s %s%n",
                round,
                configuration.workload,
                configuration.precision,
                library,
                result.map(Matrix::summary).orElse("failed"));
        keep(result);
    }

    private static String summary(Result result) {
        return "%9.1f images/s, %d clean windows, %d dirty"
                .formatted(
                        result.number("images_per_s"),
                        result.numbers("clean").size(),
                        result.numbers("dirty").size());
    }

    /// What is left of the arguments, all for [Task].
    private List<String> taskArguments() {
        return given.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private void keep(Optional<Result> result) throws IOException {
        if (result.isPresent())
            Files.writeString(
                    log, result.get() + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
