package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.report.RatePage;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.RangeFinder;
import dev.thalweg.train.RateSuggestion;
import dev.thalweg.train.RateSweep;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lr`: looks for a learning rate, and trains nothing that is kept.
@Command(
        name = "lr",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Looks for a good learning rate: trains a throw-away copy of the network for some steps, each at a greater"
                    + " rate than the one before, and says at which rates the loss falls.",
            "",
            "It takes the options of train that make the recipe; what they say of schedule and warm-up does not count."
                    + " Nothing is written but the file of --out. train --lr auto does the same and trains with what is"
                    + " suggested.",
            "",
            "A search sees a moment of training and errs on the low side: defaults and published recipes have rates"
                    + " that were found by longer trials. It is of use where there are none.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg lr photos/                         what would suit the defaults",
            "  ./thalweg lr photos/ --out lr.html           the same with a drawing",
            "  ./thalweg lr mnist --model mlp --optimizer adam --batch 256",
            "  ./thalweg lr photos/ --from 1e-5 --to 1 --steps 300"
        })
final class LrCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "As for train. Default: what --recipe names, or shapes, generated pictures.")
    private @Nullable String data;

    @Option(
            names = "--from",
            paramLabel = "RATE",
            description = "The first learning rate. Default: a hundredth of what is usual for the update rule.")
    private @Nullable Double from;

    @Option(
            names = "--to",
            paramLabel = "RATE",
            description = "The last learning rate, if the loss does not rise before. Default: a thousand times what is"
                    + " usual.")
    private @Nullable Double to;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps at the most; more of them waver less. Default: 100.")
    private @Nullable Integer steps;

    @Option(names = "--json", description = "Print all of it as JSON, for scripts.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write a page that draws it, such as lr.html.")
    private @Nullable Path out;

    @Option(names = "--recipe", paramLabel = "FILE", description = "A recipe, as for train.")
    private @Nullable String recipe;

    @Mixin
    private SetOption set = new SetOption();

    @Mixin
    private RecipeArguments.Input input = new RecipeArguments.Input();

    @Mixin
    private RecipeArguments.Course course = new RecipeArguments.Course();

    @Mixin
    private RecipeArguments.Rule rule = new RecipeArguments.Rule();

    @Mixin
    private RecipeArguments.Descent descent = new RecipeArguments.Descent();

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        var options = new RecipeOptions(input, course, rule, descent, values);
        options.check();
        check(values, options);
        var cacheBytes = options.cacheBytes();
        var settings = set.settings(values);
        var part = recipe == null ? null : RecipeChoice.find("--recipe", recipe, values);
        var choice = new RecipeChoice(part, options, settings, values);
        String source = choice.source(data);
        PrintWriter err = spec.commandLine().getErr();
        try (var opened = choice.open(source, err)) {
            var settled = choice.settle(source, opened);
            var range = range(settled, values);
            var sweep = new RateSearch(settled, opened, err).sweep(range, cacheBytes);
            if (sweep.isEmpty()) return Exit.STOPPED;
            show(settled, opened, sweep.get());
            return Exit.DONE;
        }
    }

    private void check(Values values, RecipeOptions options) {
        if (options.searches())
            throw values.refuse("--lr auto is what this command does; --lr RATE has it compared with that rate");
        values.positive("--from", from);
        values.positive("--to", to);
        if (to != null)
            values.require(to <= RangeFinder.LARGEST, "--to", "at most " + Text.plain(RangeFinder.LARGEST), to);
        if (steps != null)
            values.require(
                    RangeFinder.FEWEST <= steps && steps <= RangeFinder.MOST,
                    "--steps",
                    "%d to %,d".formatted(RangeFinder.FEWEST, RangeFinder.MOST),
                    steps);
        if (out == null) return;
        if (Files.isDirectory(out)) throw values.refuse("--out must be a file, got the folder " + out);
        var folder = out.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) throw values.refuse("--out: there is no folder " + folder);
    }

    private RangeFinder range(Recipe settled, Values values) {
        var usual = RangeFinder.of(settled.optimization().rule());
        double first = from != null ? from : usual.from(), last = to != null ? to : usual.to();
        if (first >= last)
            throw values.refuse(
                    "--from must be below --to, got %s and %s".formatted(RateSweep.text(first), RateSweep.text(last)));
        return new RangeFinder(first, last, steps != null ? steps : usual.steps());
    }

    /// @throws IllegalStateException if nothing can be suggested, after all has been shown
    private void show(Recipe settled, DataSet opened, RateSweep sweep) throws IOException {
        if (out != null)
            new RatePage("Learning rates for " + opened.name(), settled, opened.name(), sweep, false).write(out);
        var printer = spec.commandLine().getOut();
        if (json) printer.println(sweep.json());
        else print(settled, opened, sweep, printer);
        printer.flush();
        sweep.suggested();
    }

    private void print(Recipe settled, DataSet opened, RateSweep sweep, PrintWriter printer) {
        var t = settled.training();
        row(printer, "data", opened.toString());
        row(
                printer,
                "training",
                "%s by %s, %s"
                        .formatted(
                                settled.network().name(),
                                sweep.rule(),
                                t.accumulate() == 1
                                        ? "batch " + t.batch()
                                        : t.accumulate() + " batches of " + t.batch()));
        row(printer, "searched", RateSearch.describe(sweep));
        printer.println();
        printer.printf("  %-9s  %-7s%n", "rate", "loss");
        for (var suggestion : sweep.suggestions())
            line(
                    printer,
                    suggestion.rate(),
                    suggestion.loss(),
                    says(suggestion.way()) + (suggestion.equals(sweep.suggested()) ? ": suggested" : ""));
        if (!sweep.points().isEmpty())
            line(printer, sweep.recipeRate(), sweep.lossAt(sweep.recipeRate()), "the recipe's own");
        printer.println();
        if (!sweep.suggestions().isEmpty())
            row(
                    printer,
                    "to use it",
                    "./thalweg train … --lr %s"
                            .formatted(RateSweep.text(sweep.suggested().rate())));
        if (out != null) row(printer, "page", out.toString());
    }

    private static String says(RateSuggestion.Way way) {
        return switch (way) {
            case STEEPEST -> "steepest descent";
            case MINIMUM -> "a tenth of the rate of the lowest loss";
            case VALLEY -> "valley, two thirds of the way through the longest decline";
        };
    }

    private static void line(PrintWriter printer, double rate, double loss, String what) {
        String shown = Double.isNaN(loss) ? "-" : "%.4f".formatted(loss);
        printer.printf("  %-9s  %-7s  %s%n", RateSweep.text(rate), shown, what);
    }

    private static void row(PrintWriter printer, String name, String text) {
        printer.printf("%-11s %s%n", name, Quote.line(text));
    }
}
