package dev.thalweg.cli;

import dev.thalweg.minimize.GradientCheck;
import dev.thalweg.minimize.Result;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What `minimize` prints.
record MinimizeText(PrintWriter out, boolean json) {
    /// Numbers of a point that are printed.
    private static final int SHOWN = 8;

    void list() {
        if (json) {
            out.println(JsonText.of(
                    Problems.all().stream().map(MinimizeText::listed).toList()));
            out.flush();
            return;
        }
        out.printf("%6s  %-27s %9s  %s%n", "number", "problem", "variables", "minima");
        for (var problem : Problems.all())
            out.printf(
                    "%6s  %-27s %9d  %s%n",
                    problem.number() == 0 ? "" : problem.number(),
                    problem.name(),
                    problem.dimension(),
                    minima(problem));
        out.println();
        out.println("Numbers are Moré, Garbow and Hillstrom's. Problems 20 to 35 and chained-rosenbrock take other");
        out.println("numbers of variables, too: --variables N.");
        out.flush();
    }

    private static Map<String, @Nullable Object> listed(Problem problem) {
        var one = new LinkedHashMap<String, @Nullable Object>();
        one.put("number", problem.number() == 0 ? null : problem.number());
        one.put("name", problem.name());
        one.put("title", problem.title());
        one.put("variables", problem.dimension());
        one.put("start", problem.start());
        one.put("minima", problem.minima());
        return one;
    }

    private static String minima(Problem problem) {
        return problem.minima().stream().map(MinimizeText::minimum).collect(Collectors.joining(", "));
    }

    private static String minimum(double value) {
        return digits(value, 10);
    }

    void result(Problem problem, String method, Result result, @Nullable Path plot) {
        var reached = problem.reached(result.value());
        if (json) {
            var all = new LinkedHashMap<String, @Nullable Object>();
            all.put("problem", problem.name());
            all.put("method", method);
            all.put("point", result.point());
            all.put("value", finite(result.value()));
            all.put("gradient_norm", finite(result.gradientNorm()));
            all.put("iterations", result.iterations());
            all.put("evaluations", result.evaluations());
            all.put("hessians", result.hessians());
            all.put("products", result.products());
            all.put("reason", result.reason().key());
            all.put("detail", result.detail());
            all.put("minima", problem.minima());
            all.put("reached", reached.orElse(null));
            out.println(JsonText.of(all));
            return;
        }
        about(problem);
        row("method", method);
        row("point", point(result.point()));
        row("value", digits(result.value(), 10));
        row("gradient", "norm " + digits(result.gradientNorm(), 4));
        row("took", took(result));
        row("reason", result.reason().key() + ": " + result.detail());
        row("minima", problem.minima().isEmpty() ? "none published in so many variables" : minima(problem));
        if (!problem.minima().isEmpty())
            row("reached", reached.map(MinimizeText::minimum).orElse("none of them"));
        if (plot != null) row("plot", plot.toString());
    }

    private void about(Problem problem) {
        row(
                "problem",
                "%s, %s%s"
                        .formatted(
                                problem.title(),
                                Text.counted(problem.dimension(), "variable"),
                                problem.number() == 0
                                        ? ""
                                        : ", number %d of Moré, Garbow and Hillstrom".formatted(problem.number())));
    }

    private static String took(Result result) {
        String took = "%s, %s"
                .formatted(counted(result.iterations(), "iteration"), counted(result.evaluations(), "evaluation"));
        if (result.hessians() > 0) took += ", " + counted(result.hessians(), "Hessian");
        if (result.products() > 0) took += ", " + counted(result.products(), "product") + " with the Hessian";
        return took;
    }

    private static String counted(int count, String what) {
        return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }

    private static String point(double[] point) {
        String shown =
                Arrays.stream(point).limit(SHOWN).mapToObj(v -> digits(v, 8)).collect(Collectors.joining(", "));
        return point.length <= SHOWN ? shown : "%s, … %,d numbers; --json has all".formatted(shown, point.length);
    }

    void check(Problem problem, GradientCheck check) {
        if (json) {
            var all = new LinkedHashMap<String, @Nullable Object>();
            all.put("problem", problem.name());
            all.put("agrees", check.agrees());
            all.put("difference", finite(check.difference()));
            all.put("tolerance", check.tolerance());
            all.put("point", check.point());
            all.put("variable", check.variable() + 1);
            all.put("given", finite(check.given()));
            all.put("by_differences", finite(check.byDifferences()));
            out.println(JsonText.of(all));
        } else {
            about(problem);
            row("looked at", "the start and %d points around it".formatted(GradientCheck.points() - 1));
            row("worst", "variable %,d at %s".formatted(check.variable() + 1, point(check.point())));
            row("gradient", digits(check.given(), 10));
            row("differences", digits(check.byDifferences(), 10));
            row(
                    check.agrees() ? "agrees" : "disagrees",
                    "the relative difference is %.1e, up to %.1e is tolerated"
                            .formatted(check.difference(), check.tolerance()));
        }
        out.flush();
    }

    private void row(String name, String text) {
        out.printf("%-11s %s%n", name, text);
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /// As many digits that count, without zeros behind them.
    private static String digits(double value, int digits) {
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-4 || size >= 1e10))
            return ("%." + (digits - 1) + "e").formatted(value).replaceAll("\\.?0*e", "e");
        if (!Double.isFinite(value)) return String.valueOf(value);
        int behind = size == 0 ? 0 : Math.max(0, digits - 1 - (int) Math.floor(Math.log10(size)));
        String text = ("%." + behind + "f").formatted(value);
        return behind == 0 ? text : text.replaceAll("\\.?0+$", "");
    }
}
