package dev.thalweg.cli;

import dev.thalweg.minimize.Descent;
import dev.thalweg.minimize.GradientCheck;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Stop;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import dev.thalweg.report.DescentPlot;
import dev.thalweg.report.DescentTrace;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.RecipeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `minimize`: the minimizers on functions whose minima are known.
@Command(
        name = "minimize",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Minimizes a function whose minima are known: the 35 of Moré, Garbow and Hillstrom's collection (1981), and a"
                    + " few surfaces. To minimize your own, call dev.thalweg.minimize from Java.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the gradient's norm is as small as asked for, or the gradient agrees",
            "1:not so; the point that was reached is printed with the reason all the same",
            "2:the command line is not one; one sentence says what"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg minimize rosenbrock",
            "  ./thalweg minimize rosenbrock --start=-1.2,1 --method bfgs --plot way.svg",
            "  ./thalweg minimize chained-rosenbrock --variables 1000 --json",
            "  ./thalweg minimize saddle --method newton --json | jq .point",
            "  ./thalweg minimize --list",
            "  ./thalweg minimize --all --gradient-norm 1e-8 --iterations 20000",
            "  ./thalweg minimize wood --check-gradient"
        })
final class MinimizeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "PROBLEM", description = "The function, by its name; --list shows all.")
    private @Nullable String name;

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "newton, newton-cg, bfgs, lbfgs, conjugate-gradient or gradient-descent, with settings as in"
                    + " lbfgs:history=5; or owl-qn:lambda=0.1, which adds that much of the variables' sizes. Default:"
                    + " lbfgs.")
    private String method = "lbfgs";

    @Option(
            names = "--start",
            paramLabel = "X,…",
            description = "Where to begin: a number for each variable, with commas between. Default: where it is"
                    + " customary.")
    private @Nullable String start;

    @Option(
            names = "--variables",
            paramLabel = "N",
            description = "How many variables, where the problem is one of many sizes.")
    private @Nullable Integer variables;

    @Option(
            names = "--gradient-norm",
            paramLabel = "NORM",
            description = "The norm of the gradient that counts as a minimum. Default: 1e-5.")
    private @Nullable Double gradientNorm;

    @Option(names = "--iterations", paramLabel = "N", description = "Steps at the most. Default: 100,000.")
    private @Nullable Integer iterations;

    @Option(
            names = "--evaluations",
            paramLabel = "N",
            description = "Evaluations at the most; a step that was begun is ended. Default: no limit.")
    private @Nullable Integer evaluations;

    @Option(
            names = "--json",
            description = "Print one JSON object instead, with point, value, gradient_norm, iterations, evaluations,"
                    + " reason and more; null for what is no finite number.")
    private boolean json;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Also draw it, as .svg or .png: of two variables a map with the way, of others the value and"
                    + " the gradient's norm against the evaluations.")
    private @Nullable Path plot;

    @Option(
            names = "--check-gradient",
            description = "Instead hold the function's gradient against differences of its values, at the start and a"
                    + " few points around it.")
    private boolean checkGradient;

    @Option(
            names = "--all",
            description = "Instead go through the collection by every method, and print a table of iterations and"
                    + " evaluations; in brackets where no published minimum was reached.")
    private boolean all;

    @Option(
            names = "--list",
            description = "Instead list all problems, with their numbers in the collection, variables and minima.")
    private boolean list;

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        PrintWriter out = spec.commandLine().getOut();
        var text = new MinimizeText(out, json);
        if (list) {
            if (name != null) throw values.refuse("--list lists all problems; it takes none, got " + Quote.of(name));
            text.list();
            return Exit.DONE;
        }
        if (all) {
            if (name != null)
                throw values.refuse("--all goes through all problems; it takes none, got " + Quote.of(name));
            new MinimizeAll(out, stop(values)).run(json);
            return Exit.DONE;
        }
        if (name == null) throw values.refuse("name a problem, such as rosenbrock; --list shows all");
        var minimizer = minimizer(values);
        var stop = stop(values);
        check(plot, values);
        var problem = problem(name, values);
        if (checkGradient) {
            if (plot != null) throw values.refuse("--check-gradient draws nothing: leave --plot away");
            var check = GradientCheck.around(problem.objective(), problem.start());
            text.check(problem, check);
            return check.agrees() ? Exit.DONE : Exit.FAILED;
        }
        var trace = new DescentTrace();
        var result = start(minimizer, problem, values).run(stop, plot == null ? _ -> {} : trace);
        boolean lettered = plot == null || new DescentPlot(problem, method.strip(), trace, result).write(plot);
        text.result(problem, method.strip(), result, plot);
        if (!lettered && !json)
            out.println("This system has no fonts: the PNG picture has no letters, an SVG has them.");
        out.flush();
        return result.converged() ? Exit.DONE : Exit.FAILED;
    }

    private Minimizer minimizer(Values values) {
        var names = RecipeFile.minimizers().stream().map(Minimizer::name).toList();
        String word = method.strip().split("\\s*:", 2)[0];
        if (!names.contains(word)) throw values.refuse("--method: " + Nearest.unknown("method", word, names));
        return (Minimizer) values.parse("--method", method, RecipeFile::rule);
    }

    private Stop stop(Values values) {
        var stop = Stop.DEFAULT;
        if (gradientNorm != null) {
            values.require(gradientNorm >= 0, "--gradient-norm", "at least 0", Text.plain(gradientNorm));
            stop = stop.withGradientNorm(gradientNorm);
        }
        values.atLeast("--iterations", iterations, 0);
        if (iterations != null) stop = stop.withIterations(iterations);
        values.atLeast("--evaluations", evaluations, 1);
        if (evaluations != null) stop = stop.withEvaluations(evaluations);
        return stop;
    }

    private static void check(@Nullable Path plot, Values values) {
        if (plot == null) return;
        values.parse("--plot", plot.toString(), text -> {
            DescentPlot.check(Path.of(text));
            return text;
        });
        if (Files.isDirectory(plot)) throw values.refuse("--plot must be a file, got the folder " + plot);
        var folder = plot.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) throw values.refuse("--plot: there is no folder " + folder);
    }

    /// The problem, with the start that was asked for.
    private Problem problem(String name, Values values) {
        var standard = standard(name, values);
        values.atLeast("--variables", variables, 1);
        if (start == null) {
            if (variables == null) return standard;
            int n = variables;
            return values.parse("--variables", name, known -> Problems.named(known, n));
        }
        double[] point = numbers(start, values);
        if (variables != null && variables != point.length)
            throw values.refuse("--start has %d numbers and --variables says %d".formatted(point.length, variables));
        var problem = values.parse("--start", name, known -> Problems.named(known, point.length));
        return new Problem(
                problem.name(), problem.title(), problem.number(), problem.objective(), point, problem.minima());
    }

    private static Problem standard(String name, Values values) {
        try {
            return Problems.named(name);
        } catch (IllegalArgumentException e) {
            throw values.refuse(String.valueOf(e.getMessage()));
        }
    }

    private static double[] numbers(String text, Values values) {
        String[] words = text.split(",", -1);
        var numbers = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            try {
                numbers[i] = Double.parseDouble(words[i].strip());
            } catch (NumberFormatException e) {
                numbers[i] = Double.NaN;
            }
            if (!Double.isFinite(numbers[i]))
                throw values.refuse(
                        "--start must be finite numbers with commas between, such as -1.2,1, got %s as number %d"
                                .formatted(Quote.of(words[i]), i + 1));
        }
        return numbers;
    }

    private static Descent start(Minimizer minimizer, Problem problem, Values values) {
        try {
            return minimizer.start(problem.objective(), problem.start());
        } catch (IllegalArgumentException e) {
            throw values.refuse("--method: " + e.getMessage());
        }
    }
}
