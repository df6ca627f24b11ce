package dev.thalweg.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes a Markdown table of the lines of `bench/run optimizers`.
public final class UpdateTable {
    private UpdateTable() {}

    /// The rounds of one rule with one library.
    private record Rounds(List<Result> results) {
        private List<Double> all(String windows) {
            return results.stream().flatMap(r -> r.numbers(windows).stream()).toList();
        }

        boolean clean() {
            return !all("clean").isEmpty();
        }

        /// Milliseconds: the median of the clean windows of all rounds, of all if none is clean.
        double ms() {
            return 1e3 / Windows.median(all(clean() ? "clean" : "dirty"));
        }

        double median(String value) {
            return Windows.median(results.stream().map(r -> r.number(value)).toList());
        }

        String windows() {
            int clean = all("clean").size();
            return "%d of %d".formatted(clean, clean + all("dirty").size());
        }
    }

    /// Prints nothing where no update has been measured.
    public static void print(List<Result> results) {
        var measured = new LinkedHashMap<String, Map<String, Rounds>>();
        for (var result : results)
            if (result.kind().equals(Result.UPDATE))
                measured.computeIfAbsent(label(result), rule -> new LinkedHashMap<>())
                        .computeIfAbsent(result.text("configuration"), library -> new Rounds(new ArrayList<>()))
                        .results()
                        .add(result);
        if (measured.isEmpty()) return;
        var peers = measured.values().stream()
                .flatMap(libraries -> libraries.keySet().stream())
                .filter(library -> !library.equals(Library.THALWEG.toString()))
                .distinct()
                .toList();
        head(peers);
        measured.forEach((rule, libraries) -> row(rule, libraries, peers));
        System.out.println();
        goals(measured);
    }

    private static String label(Result result) {
        return result.text("rule") + (result.number("decay") > 0 ? ", decay " + result.text("decay") : "");
    }

    private static void head(List<String> peers) {
        var cells = new ArrayList<>(List.of(
                "rule", "bytes a parameter", "ms", "GB/s", "copying GB/s", "time : copying's", "clean of windows"));
        for (String peer : peers) cells.addAll(List.of(peer + " ms", peer + " : ours", "clean of windows"));
        Report.row(cells);
        Report.row(
                cells.stream().map(cell -> cell.equals("rule") ? "---" : "--:").toList());
    }

    private static void row(String rule, Map<String, Rounds> libraries, List<String> peers) {
        var ours = libraries.get(Library.THALWEG.toString());
        var cells = new ArrayList<>(List.of(rule));
        if (ours == null) cells.addAll(List.of("", "", "", "", "", ""));
        else {
            double bytes = ours.median("bytes_per_parameter");
            cells.addAll(List.of(
                    "%.0f".formatted(bytes),
                    "%.2f".formatted(ours.ms()),
                    "%.1f".formatted(bytes * Updates.PARAMETERS / ours.ms() / 1e6),
                    "%.1f".formatted(ours.median("copy_gb_per_s")),
                    "%.2f".formatted(ours.median("time_over_copying")),
                    ours.windows()));
        }
        for (String peer : peers) {
            var theirs = libraries.get(peer);
            if (theirs == null) cells.addAll(List.of("", "", ""));
            else
                cells.addAll(List.of(
                        "%.2f".formatted(theirs.ms()),
                        ours == null ? "" : "%.2f".formatted(theirs.ms() / ours.ms()),
                        theirs.windows()));
        }
        Report.row(cells);
    }

    private static void goals(Map<String, Map<String, Rounds>> measured) {
        Report.row(List.of("goal", "to reach", "measured", ""));
        Report.row(List.of("---", "--:", "--:", "---"));
        measured.forEach((rule, libraries) -> {
            var ours = libraries.get(Library.THALWEG.toString());
            if (ours == null || !ours.results().getFirst().has("elementwise")) return;
            double slower = ours.median("time_over_copying");
            Report.row(List.of(
                    rule + " : copying, time",
                    "≤ %.2f".formatted(Goal.UPDATE_TIME),
                    "%.2f".formatted(slower),
                    Report.reached(slower <= Goal.UPDATE_TIME, ours.clean())));
            var theirs = libraries.get(Library.LIBTORCH_BEST.toString());
            if (theirs == null || !Goal.FASTER_UPDATES.contains(rule)) return;
            double faster = theirs.ms() / ours.ms();
            Report.row(List.of(
                    "libtorch-best : thalweg, time of " + rule,
                    "≥ %.2f".formatted(Goal.UPDATE_RATIO),
                    "%.2f".formatted(faster),
                    Report.reached(faster >= Goal.UPDATE_RATIO, ours.clean() && theirs.clean())));
        });
        System.out.println();
    }
}
