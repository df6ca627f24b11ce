package dev.thalweg.cli;

import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.OwlQn;
import dev.thalweg.minimize.Reason;
import dev.thalweg.minimize.Result;
import dev.thalweg.minimize.Stop;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import dev.thalweg.train.RecipeFile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All problems of Moré, Garbow and Hillstrom's collection by all minimizers: a table in Markdown, or JSON.
final class MinimizeAll {
    private final PrintWriter out;
    private final Stop stop;

    private record Cell(Problem problem, Minimizer minimizer, Result result) {
        Optional<Double> reached() {
            return problem.reached(result.value());
        }

        /// `37/45`: iterations and evaluations; in brackets where no published minimum was reached, with the value.
        String text() {
            String took = "%d/%d".formatted(result.iterations(), result.evaluations());
            if (reached().isPresent()) return took;
            return "(%s, %.6g%s)"
                    .formatted(took, result.value(), result.reason() == Reason.BUDGET ? ", not at its end" : "");
        }

        Map<String, Object> json() {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("problem", problem.name());
            fields.put("number", problem.number());
            fields.put("variables", problem.dimension());
            fields.put("method", minimizer.name());
            fields.put("value", Double.isFinite(result.value()) ? result.value() : null);
            fields.put("gradient_norm", Double.isFinite(result.gradientNorm()) ? result.gradientNorm() : null);
            fields.put("iterations", result.iterations());
            fields.put("evaluations", result.evaluations());
            fields.put("hessians", result.hessians());
            fields.put("products", result.products());
            fields.put("reason", result.reason().key());
            fields.put("reached", reached().orElse(null));
            return fields;
        }
    }

    MinimizeAll(PrintWriter out, Stop stop) {
        this.out = out;
        this.stop = stop;
    }

    /// Runs and prints.
    void run(boolean json) {
        // An L1 term makes another function of each.
        var minimizers = RecipeFile.minimizers().stream()
                .filter(m -> !(m instanceof OwlQn))
                .toList();
        var cells = new ArrayList<Cell>();
        if (!json) head(minimizers);
        for (var problem : Problems.all()) {
            if (problem.number() == 0) continue;
            var row = minimizers.stream()
                    .map(m -> new Cell(problem, m, m.minimize(problem.objective(), problem.start(), stop)))
                    .toList();
            cells.addAll(row);
            if (!json) row(problem, row);
        }
        if (json) out.println(JsonText.of(cells.stream().map(Cell::json).toList()));
        else foot(minimizers, cells);
        out.flush();
    }

    private void head(List<Minimizer> minimizers) {
        out.println("| problem | variables | "
                + String.join(" | ", minimizers.stream().map(Minimizer::name).toList()) + " |");
        out.println("|---|--:|" + "--:|".repeat(minimizers.size()));
        out.flush();
    }

    private void row(Problem problem, List<Cell> row) {
        out.println("| %s | %d | %s |"
                .formatted(
                        problem.name(),
                        problem.dimension(),
                        String.join(" | ", row.stream().map(Cell::text).toList())));
        out.flush();
    }

    private void foot(List<Minimizer> minimizers, List<Cell> cells) {
        var counts = minimizers.stream()
                .map(m -> cells.stream()
                        .filter(c -> c.minimizer.equals(m) && c.reached().isPresent())
                        .count())
                .map(String::valueOf)
                .toList();
        out.println("| published minima reached, of %d | | %s |"
                .formatted(cells.size() / minimizers.size(), String.join(" | ", counts)));
    }
}
