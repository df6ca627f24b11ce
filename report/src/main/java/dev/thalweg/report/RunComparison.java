package dev.thalweg.report;

import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The page that compares runs.
///
/// @param folders of at least two runs, finished or not
public record RunComparison(List<RunFolder> folders) {
    /// What stands for a number that a run does not have.
    private static final String NONE = "–";

    public RunComparison {
        folders = List.copyOf(folders);
    }

    /// Reads the folders.
    ///
    /// @throws IOException if one holds no run, or a damaged file; the message says which
    public Comparison read() throws IOException {
        var runs = new ArrayList<Run>();
        for (var folder : folders) runs.add(new RunReport(folder).read());
        return of(runs);
    }

    /// Compares what was read of the folders.
    Comparison of(List<Run> runs) throws IOException {
        var results = new ArrayList<@Nullable JsonNode>();
        for (var folder : folders)
            results.add(Files.exists(folder.result()) ? RunReport.object(folder.result()) : null);
        var names = names(runs);
        return new Comparison(
                "comparison",
                runs.size() + " runs compared",
                IntStream.range(0, runs.size())
                        .mapToObj(i -> curvesOf(runs.get(i), names.get(i)))
                        .toList(),
                numbers(runs, results),
                differences(runs));
    }

    public void write(Path file) throws IOException {
        RunReport.write(file, Page.of(read()));
    }

    /// Names of folders; whole paths where two are called the same.
    private List<String> names(List<Run> runs) {
        var names = runs.stream().map(Run::name).toList();
        if (new HashSet<>(names).size() == names.size()) return names;
        return folders.stream().map(f -> f.path().toString()).toList();
    }

    private static Run curvesOf(Run run, String name) {
        var s = run.steps();
        var steps = s == null
                ? null
                : new Run.Steps(
                        s.epoch(), s.loss(), s.learningRate(), s.gradientNorm(), s.update(), new double[0], List.of());
        return new Run(
                run.kind(),
                name,
                run.state(),
                run.unit(),
                run.about(),
                List.of(),
                run.epochs(),
                steps,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    // Final numbers.

    private static List<Comparison.Row> numbers(List<Run> runs, List<@Nullable JsonNode> results) {
        var rows = new ArrayList<Comparison.Row>();
        rows.add(new Comparison.Row("state", runs.stream().map(Run::state).toList(), List.of()));
        row(rows, results, "test accuracy", "/test/accuracy", PageText::percent, 1);
        row(rows, results, "test loss", "/test/loss", PageText::number, -1);
        row(rows, results, "validation accuracy", "/validation/accuracy", PageText::percent, 1);
        row(rows, results, "validation loss", "/validation/loss", PageText::number, -1);
        var units = runs.stream().map(Run::unit).distinct().toList();
        row(rows, results, "training loss, last " + String.join(" or ", units), "/train/loss", PageText::number, 0);
        row(rows, results, String.join("s or ", units) + "s", "/epochs", PageText::number, 0);
        row(rows, results, "evaluations of all examples", "/minimum/evaluations", n -> PageText.count((long) n), 0);
        row(rows, results, "training time", "/train/seconds", PageText::clock, -1);
        row(
                rows,
                "images a second",
                results.stream().mapToDouble(RunComparison::speed).toArray(),
                PageText::number,
                1);
        row(rows, results, "parameters", "/parameters", n -> PageText.count((long) n), 0);
        return rows;
    }

    /// Images that losses were computed of: a minimizer's iteration evaluates the loss of all of them as
    /// often as it needs to.
    private static double speed(@Nullable JsonNode result) {
        if (result == null) return Double.NaN;
        double counted = result.at("/train/images_per_second").asDouble(Double.NaN);
        double evaluations = result.at("/minimum/evaluations").asDouble(Double.NaN);
        return Double.isNaN(evaluations)
                ? counted
                : counted * evaluations / result.path("steps").asDouble(Double.NaN);
    }

    private static void row(
            List<Comparison.Row> rows,
            List<@Nullable JsonNode> results,
            String name,
            String path,
            DoubleFunction<String> text,
            int better) {
        var values = results.stream()
                .mapToDouble(r -> r == null ? Double.NaN : r.at(path).asDouble(Double.NaN))
                .toArray();
        row(rows, name, values, text, better);
    }

    /// @param better 1 if more is better, −1 if less is, 0 if neither
    private static void row(
            List<Comparison.Row> rows, String name, double[] values, DoubleFunction<String> text, int better) {
        if (IntStream.range(0, values.length).allMatch(i -> Double.isNaN(values[i]))) return;
        var shown = new ArrayList<String>();
        for (double value : values) shown.add(Double.isNaN(value) ? NONE : text.apply(value));
        rows.add(new Comparison.Row(name, shown, best(values, better)));
    }

    /// Where the best values stand, if not all are the same.
    static List<Integer> best(double[] values, int better) {
        var known = IntStream.range(0, values.length)
                .filter(i -> Double.isFinite(values[i]))
                .boxed()
                .toList();
        double best = known.stream().mapToDouble(i -> better * values[i]).max().orElse(Double.NaN);
        var which = known.stream().filter(i -> better * values[i] == best).toList();
        return better == 0 || known.size() < 2 || which.size() == known.size() ? List.of() : which;
    }

    // Recipes.

    private static List<Comparison.Row> differences(List<Run> runs) {
        var flat = runs.stream().map(r -> flat(r.recipe())).toList();
        var keys = new LinkedHashSet<String>();
        flat.forEach(entries -> keys.addAll(entries.keySet()));
        var rows = new ArrayList<Comparison.Row>();
        for (String key : keys) {
            var values = flat.stream().map(f -> f.getOrDefault(key, NONE)).toList();
            if (new HashSet<>(values).size() > 1) rows.add(new Comparison.Row(key, values, List.of()));
        }
        return rows;
    }

    /// `training.epochs` → `8`.
    private static Map<String, String> flat(@Nullable JsonNode recipe) {
        var entries = new LinkedHashMap<String, String>();
        if (recipe != null) flatten("", recipe, entries);
        return entries;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> entries) {
        if (!node.isObject() || node.isEmpty()) {
            entries.put(path, node.isString() ? node.asString() : node.toString());
            return;
        }
        for (String key : node.propertyNames())
            flatten(path.isEmpty() ? key : path + "." + key, node.get(key), entries);
    }
}
