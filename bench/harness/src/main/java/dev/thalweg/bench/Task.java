package dev.thalweg.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What one process is to measure: its command line.
///
/// @param precision `fp32`, `bf16` or `auto`; what a library makes of it is its affair
/// @param batch examples a step
/// @param threads to use; 0 for what the library takes by itself
/// @param tuned whether the library is to be driven as an expert would
/// @param timing how long to measure
public record Task(Workload workload, String precision, int batch, int threads, boolean tuned, Timing timing) {
    private static final Set<String> KEYS = Set.of(
            "workload",
            "precision",
            "batch",
            "threads",
            "tuned",
            "warm",
            "window",
            "windows",
            "budget",
            "contender",
            "unclean");

    /// How long to measure.
    ///
    /// @param warm seconds before the first window, at least three steps
    /// @param window seconds of a window, rounded up to whole steps
    /// @param windows clean ones wanted
    /// @param budget seconds after which to be content with fewer
    /// @param contender process id of a competitor that is there on purpose, 0 for none
    /// @param unclean whether to be content with windows in which others used the machine as well
    public record Timing(double warm, double window, int windows, double budget, long contender, boolean unclean) {}

    /// Reads `key=value …`; all have defaults, `batch=0` is the network's own.
    public static Task parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (at < 0 || !KEYS.contains(argument.substring(0, at)))
                throw new IllegalArgumentException(
                        "expected key=value with a key of %s, got '%s'".formatted(KEYS, argument));
            given.put(argument.substring(0, at), argument.substring(at + 1));
        }
        var workload = Workload.named(given.getOrDefault("workload", "cifarnet"));
        int batch = Integer.parseInt(given.getOrDefault("batch", "0"));
        return new Task(
                workload,
                given.getOrDefault("precision", "fp32"),
                batch > 0 ? batch : workload.net().batch(),
                Integer.parseInt(given.getOrDefault("threads", "0")),
                Boolean.parseBoolean(given.getOrDefault("tuned", "false")),
                new Timing(
                        Double.parseDouble(given.getOrDefault("warm", "4")),
                        Double.parseDouble(given.getOrDefault("window", "1")),
                        Integer.parseInt(given.getOrDefault("windows", "5")),
                        Double.parseDouble(given.getOrDefault("budget", "60")),
                        Long.parseLong(given.getOrDefault("contender", "0")),
                        Boolean.parseBoolean(given.getOrDefault("unclean", "false"))));
    }

    /// The threads to use, counting the processors where none were asked for.
    public int threadsOrAll() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}
