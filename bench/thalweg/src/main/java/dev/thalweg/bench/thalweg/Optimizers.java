package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Launcher;
import dev.thalweg.bench.Library;
import dev.thalweg.bench.Result;
import dev.thalweg.bench.UpdateTable;
import dev.thalweg.bench.Updates;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.train.RecipeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Measures an update by each rule with each library, round after round, so that the ones to be compared run close
/// together in time; then prints the table.
///
/// Arguments, `key=value` each:
///
/// | key | meaning |
/// |---|---|
/// | `classpaths` | see [Launcher] |
/// | `log` | file to which every line of results is appended |
/// | `rules` | list of names, separated by commas; all forms of a rule go together |
/// | `libraries` | list, separated by commas |
/// | `rounds` | how often the whole is gone through |
/// | any other | as [dev.thalweg.bench.UpdateTask] reads it |
final class Optimizers {
    /// Forms that have a loop of their own beside their rule's usual form.
    private static final List<String> FORMS =
            Updates.OF_LIBTORCH.stream().filter(rule -> rule.contains(":")).toList();

    private Optimizers() {}

    static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            given.put(argument.substring(0, at), argument.substring(at + 1));
        }
        var launcher = new Launcher(Path.of(given.remove("classpaths")));
        var log = Path.of(given.remove("log"));
        int rounds = Integer.parseInt(given.getOrDefault("rounds", "3"));
        var libraries = Arrays.stream(
                        given.getOrDefault("libraries", "thalweg,libtorch-best").split(","))
                .map(Library::named)
                .toList();
        var rules = rules(given.getOrDefault("rules", ""));
        List.of("rounds", "libraries", "rules").forEach(given::remove);
        Files.createDirectories(log.toAbsolutePath().getParent());
        var results = new ArrayList<Result>();
        for (int round = 1; round <= rounds; round++)
            for (String rule : rules)
                for (var library : libraries) {
                    if (library != Library.THALWEG && !Updates.OF_LIBTORCH.contains(rule)) continue;
                    var task = new ArrayList<>(List.of("rule=" + rule, "tuned=" + library.tuned()));
                    given.forEach((key, value) -> task.add(key + "=" + value));
                    var result = launcher.run(library, "UpdateSpeed", task).map(r -> r.with("configuration", library));
                    System.err.printf(
                            "%d/%d  %-34s %-13s %s%n",
                            round,
                            rounds,
                            rule,
                            library,
                            result.map(Optimizers::summary).orElse("failed"));
                    if (result.isEmpty()) continue;
                    results.add(result.get());
                    Files.writeString(
                            log,
                            result.get() + System.lineSeparator(),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.APPEND);
                }
        UpdateTable.print(results);
        System.err.println("Lines of results: " + log);
    }

    /// All of the core's rules as recipes name them, each followed by its forms; of the `wanted` names only, if any.
    private static List<String> rules(String wanted) {
        var names = Arrays.asList(wanted.split(","));
        return RecipeFile.rules().stream()
                .map(FirstOrder::name)
                .filter(name -> wanted.isEmpty() || names.contains(name))
                .flatMap(name ->
                        Stream.concat(Stream.of(name), FORMS.stream().filter(form -> form.startsWith(name + ":"))))
                .toList();
    }

    private static String summary(Result result) {
        return "%7.2f ms%s%s, %d clean windows, %d dirty"
                .formatted(
                        result.number("ms"),
                        result.has("time_over_copying")
                                ? ", copying × %.2f".formatted(result.number("time_over_copying"))
                                : "",
                        result.has("allocated_mb") && result.number("allocated_mb") >= 1
                                ? ", ALLOCATES %.0f MB".formatted(result.number("allocated_mb"))
                                : "",
                        result.numbers("clean").size(),
                        result.numbers("dirty").size());
    }
}
