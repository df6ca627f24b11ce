package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Shapes;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.MemoryBudget;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Misfit;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.UnfinishedWarmup;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `recipe validate`: whether a recipe would do, without training.
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Checks a recipe without training. All keys and values that are wrong are printed, a line each (of those out"
                    + " of range in one list, the first); where none are, what does not fit the network, the data or"
                    + " the memory.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:it would do", "1:it would not, or cannot be read"},
        footerHeading = "%nExamples:%n",
        footer = {"  ./thalweg recipe validate mine.yaml", "  ./thalweg recipe validate mine.yaml --data photos/"})
final class RecipeValidateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "RECIPE", description = "A file, a run, a model, or a name.")
    private String recipe = "";

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "The data that it is for. Default: what it names, if that is there.")
    private @Nullable String data;

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        var part = RecipeChoice.find("RECIPE", recipe, values);
        var choice = new RecipeChoice(part, RecipeOptions.none(values), List.of(), values);
        String source = choice.source(data);
        // Without data the generated pictures stand in, for the keys that the recipe leaves open.
        boolean there = data != null || Shapes.isLocator(source) || Files.exists(Path.of(source));
        boolean named = data != null || part.text("data", "source").isPresent();
        var problems = new ArrayList<String>();
        try (var set = there ? DataSets.open(source, choice.split()) : DataSets.open("shapes:1000")) {
            var name = part.text("network", "name");
            var known = name.filter(Architectures.names()::contains);
            var base = Defaults.forData(source, set, new Defaults.Given(known.orElse(null), null, null, null, null));
            problems.addAll(part.problems(base));
            if (known.isEmpty() && name.isPresent())
                problems.add(part.at("network.name") + ": "
                        + Nearest.unknown("architecture", name.get(), Architectures.names()));
            if (problems.isEmpty()) {
                var settled = part.over(base);
                if (settled.optimization().rule() instanceof Minimizer minimizer) {
                    settled = part.over(Defaults.withRule(base, minimizer));
                    for (var misfit : Misfit.of(settled))
                        problems.add(part.at(misfit.path()) + ": " + misfit.path() + misfit.sentence(minimizer));
                }
                var fits = new Fit(settled, part, problems);
                fits.check(set, there && named);
                if (problems.isEmpty()) {
                    say(fits, set, there && named);
                    if (there && named)
                        UnfinishedWarmup.note(settled, set.train().size()).ifPresent(err()::println);
                }
            }
        }
        if (!there)
            err().printf(
                            "not checked against its data: there is no %s; --data names another place%n",
                            Quote.line(source));
        problems.forEach(problem -> err().println(Quote.line(problem)));
        err().flush();
        return problems.isEmpty() ? Exit.DONE : Exit.FAILED;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private void say(Fit fit, DataSet set, boolean checked) {
        var t = fit.recipe.training();
        var out = spec.commandLine().getOut();
        out.printf(
                "%s would do: %s at batch %,d needs %s of memory%s%n",
                Quote.line(recipe),
                fit.recipe.network().name(),
                t.batch(),
                Text.bytes(fit.bytes),
                checked
                        ? fit.recipe.optimization().rule() instanceof Minimizer
                                ? "; each iteration looks at all %,d examples of %s"
                                        .formatted(set.train().size(), Quote.line(set.name()))
                                : "; %s gives %s an epoch"
                                        .formatted(
                                                Quote.line(set.name()),
                                                Text.counted(set.train().size() / t.batch() / t.accumulate(), "step"))
                        : "");
        out.flush();
    }

    /// Whether a recipe fits network, data and memory.
    private static final class Fit {
        final Recipe recipe;
        private final RecipeFile.Part part;
        private final List<String> problems;
        long bytes;

        Fit(Recipe recipe, RecipeFile.Part part, List<String> problems) {
            this.recipe = recipe;
            this.part = part;
            this.problems = problems;
        }

        private void problem(String path, String sentence) {
            problems.add(part.at(path) + ": " + sentence);
        }

        void check(DataSet set, boolean real) {
            if (real) against(set);
            Network network;
            var net = recipe.network();
            try {
                network = Architectures.create(
                        net.name(),
                        Shape.of(net.channels(), net.height(), net.width()),
                        set.classes().size());
            } catch (IllegalArgumentException e) {
                problem("network.name", String.valueOf(e.getMessage()));
                return;
            }
            var rule = recipe.optimization().rule();
            if (rule instanceof Minimizer && network.statistics().length() > 0)
                problem(
                        "network.name",
                        "%s has batch normalization, which makes of each batch another function: it does not go with %s"
                                .formatted(net.name(), rule.name()));
            var freeze = recipe.freeze();
            for (int i = 0; i < freeze.size(); i++) selects(freeze.get(i).select(), network, "freeze[" + i + "]");
            var groups = recipe.optimization().groups();
            for (int i = 0; i < groups.size(); i++)
                selects(groups.get(i).select(), network, "optimization.groups[" + i + "]");
            memory(network);
        }

        private void against(DataSet set) {
            var t = recipe.training();
            int examples = set.train().size();
            int classes = set.classes().size();
            if (t.batch() > examples)
                problem(
                        "training.batch",
                        "training.batch must be at most the number of training examples, %,d, got %,d"
                                .formatted(examples, t.batch()));
            else if (t.accumulate() > examples / t.batch())
                problem(
                        "training.accumulate",
                        "training.accumulate must be at most the batches of an epoch, %,d, got %,d"
                                .formatted(examples / t.batch(), t.accumulate()));
            int weights = recipe.loss().weights().size();
            if (weights > 0 && weights != classes)
                problem(
                        "loss.weights",
                        "loss.weights must be one for each of the %d classes, got %d".formatted(classes, weights));
        }

        private void selects(Selector selector, Network network, String path) {
            for (var parameter : network.parameters()) if (selector.selects(parameter)) return;
            problem(
                    path,
                    "%s.select: no parameter of %s is %s; the first is %s"
                            .formatted(
                                    path,
                                    network.name(),
                                    selector,
                                    network.parameters().parameters().getFirst().name()));
        }

        private void memory(Network network) {
            var t = recipe.training();
            // Parameters, gradient and one vector of the optimizer's.
            bytes = 4
                    * (3 * network.parameters().length() + network.statistics().length());
            if (bytes <= MemoryBudget.available()) activations(network, t);
            long available = MemoryBudget.available();
            if (bytes > available)
                problem(
                        "training.batch",
                        "%s at batch %,d needs %s, but %s are available; try a smaller batch or smaller pictures"
                                .formatted(network.name(), t.batch(), Text.bytes(bytes), Text.bytes(available)));
        }

        private void activations(Network network, Recipe.Training t) {
            try (var arena = Arena.ofShared()) {
                var model = new Model(
                        network,
                        FlatVector.allocate(network.parameters().length(), arena),
                        FlatVector.allocate(network.statistics().length(), arena));
                var options = PlanOptions.training(t.batch())
                        .precision(t.precision())
                        .frozen(network.frozen())
                        .threads(t.threads());
                try (var plan = Plan.outline(model, options)) {
                    bytes += plan.arenaBytes();
                }
            } catch (IllegalArgumentException e) {
                problem("training.precision", String.valueOf(e.getMessage()));
            }
        }
    }
}
