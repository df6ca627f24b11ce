package dev.thalweg.cli;

import dev.thalweg.compare.Contest;
import dev.thalweg.compare.ContestRun;
import dev.thalweg.compare.Entrant;
import dev.thalweg.compare.EntrantList;
import dev.thalweg.compare.Grid;
import dev.thalweg.compare.Standings;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `compare`: update rules on the same task.
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        resourceBundle = "dev.thalweg.cli.compare",
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Compares update rules on the same task, each with a learning rate of its own, and leaves a page, a table"
                    + " and all numbers.",
            "",
            "For each rule some learning rates are tried: half decades around the customary one, for a few epochs,"
                    + " with the first seed; where the best lies at the end of them, up to three more beyond. Accuracy"
                    + " on the validation part decides, and loss among rates that accuracy cannot tell apart. Then come full runs with the rate that was found, one for"
                    + " each seed; the test part is looked at once, at the end of each. Runs of one seed share the"
                    + " first weights and the batches. Each rule has the weight decay that is usual with it; the"
                    + " schedule (constant for schedule-free rules), the pictures and all else are the same.",
            "",
            "Ctrl-C ends it after the step under way; --resume, or the same command with --out, goes on, also after a"
                    + " crash, and repeats no run. Rules and seeds may be added to a comparison in the same way.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg compare --optimizers sgd,nesterov,adamw",
            "  ./thalweg compare fashion-mnist --seeds 3",
            "  ./thalweg compare photos/ --model resnet18 --epochs 20 --optimizers sgd,lion",
            "  ./thalweg compare --optimizers adam,adam:beta1=0.8,beta2=0.99",
            "  ./thalweg compare --resume runs/compare-shapes-lenet5-1"
        })
final class CompareCommand implements Callable<Integer> {
    /// Pictures that a full run sees by default, and the epochs that this may make.
    private static final int PICTURES = 60_000, FEWEST = 5, MOST = 20;
    private static final int SEEDS = 5, RATES = 5;
    /// Share of the training examples that judge learning rates.
    private static final double VALIDATION = 0.1;

    /// What each rule has of its own.
    private static final Pattern OF_RULES = Pattern.compile("optimization\\.(rule|learningRate|decay|groups)\\b.*");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "As for train: a folder of pictures for each class, a table, an archive, the name of a data"
                    + " set that data get has fetched, or shapes[:COUNT] for generated pictures, the default.")
    private @Nullable String data;

    @Option(
            names = "--optimizers",
            paramLabel = "LIST",
            description = "Rules with commas between, each perhaps with settings, as for train --optimizer:"
                    + " sgd,nesterov:mu=0.95,adam. Commas separate settings too: a piece with = and no : before it"
                    + " is one more setting of the rule before it, every other piece begins a rule. Default: all.")
    private @Nullable String optimizers;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Full runs of each rule, with seeds 0, 1, … or from --seed on. Default: 5.")
    private @Nullable Integer seeds;

    @Option(
            names = "--rates",
            paramLabel = "N",
            description = "Learning rates that are tried with each rule at first. 1: the customary one, without a"
                    + " search. Default: 5.")
    private @Nullable Integer rates;

    @Option(
            names = "--search-epochs",
            paramLabel = "N",
            description = "Passes over the data in each try; may be fractional. Default: half of --epochs.")
    private @Nullable Double searchEpochs;

    @Option(
            names = "--target",
            paramLabel = "ACC",
            description = "Count epochs and seconds until this validation accuracy: 0.9, or 90%%. Default: what the"
                    + " median rule ends with, rounded down to whole percents.")
    private @Nullable String target;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "A recipe as for train. Of its optimization, only the schedule and clipping count.")
    private @Nullable String recipe;

    @Mixin
    private SetOption set = new SetOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for all runs and results: absent, empty, or with a comparison of the same settings,"
                    + " which goes on. Default: runs/compare-<data>-<model>-<n>.")
    private @Nullable Path out;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Go on with the comparison in this folder. Takes no other options but --target and --cache:"
                    + " all stands in its compare.json.")
    private @Nullable Path resume;

    @Mixin
    private RecipeArguments.Input input = new RecipeArguments.Input();

    @Mixin
    private RecipeArguments.Course course = new RecipeArguments.Course();

    @Mixin
    private RecipeArguments.Descent descent = new RecipeArguments.Descent();

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        var goal = target == null ? null : target(target, values);
        try (var contest = resume != null ? resumed(resume, goal, values) : begun(goal, values)) {
            return new ComparingRun(
                            contest,
                            spec.commandLine().getOut(),
                            spec.commandLine().getErr())
                    .run();
        }
    }

    private static double target(String text, Values values) {
        var number = Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)\\s*(%?)").matcher(text);
        double share = number.matches() ? Double.parseDouble(number.group(1)) : 0;
        if (share > 0 && number.group(2).equals("%")) share /= 100;
        values.require(0 < share && share <= 1, "--target", "an accuracy such as 0.9 or 90%", "'" + text + "'");
        return share;
    }

    private ContestRun resumed(Path folder, @Nullable Double goal, Values values) throws IOException {
        for (var option : spec.commandLine().getParseResult().matchedOptions())
            if (!List.of("--resume", "--target", "--cache", "--debug").contains(option.longestName()))
                throw values.refuse("--resume does not take %s: a comparison goes on as its compare.json has it"
                        .formatted(option.longestName()));
        if (data != null) throw values.refuse("--resume takes no DATA: the comparison's compare.json names it");
        var before = Standings.read(folder).target();
        var contest = Standings.contest(folder);
        var d = contest.recipe().data();
        var opened = DataSets.open(d.source(), d.split());
        if (d.skipUnreadable())
            opened = ReadableData.of(opened, spec.commandLine().getErr());
        if (goal == null && before != null && before.given()) goal = before.accuracy();
        return ContestRun.open(contest, folder, opened, cacheBytes(options(values)), goal);
    }

    private RecipeOptions options(Values values) {
        return new RecipeOptions(input, course, new RecipeArguments.Rule(), descent, values);
    }

    private static long cacheBytes(RecipeOptions options) {
        var bytes = options.cacheBytes();
        return bytes != null ? bytes : Runtime.getRuntime().maxMemory() / 4;
    }

    private ContestRun begun(@Nullable Double goal, Values values) throws IOException {
        var options = options(values);
        options.check();
        values.within("--seeds", seeds, 1, Contest.MOST_SEEDS);
        values.within("--rates", rates, 1, Grid.MOST_POINTS);
        values.positive("--search-epochs", searchEpochs);
        long cacheBytes = cacheBytes(options);
        var entrants = (optimizers == null
                        ? EntrantList.all()
                        : values.parse("--optimizers", optimizers, EntrantList::parse))
                .stream()
                        .map(entrant -> entrant.withDecay(options.decayOf(entrant.decay())))
                        .toList();
        var settings = settings(values);
        var part = recipe == null ? null : RecipeChoice.find("--recipe", recipe, values);
        var choice = new RecipeChoice(part, options, settings, values);
        if (choice.split().validationShare() == 0 && input.validation == null) input.validation = VALIDATION;
        String source = choice.source(data);
        var opened = choice.open(source, spec.commandLine().getErr());
        Path made = null;
        try {
            var contest = contest(settle(choice, source, opened), entrants, values);
            var folder = out;
            if (folder == null) {
                String name = opened.name() + "-" + contest.recipe().network().name();
                folder = made = TrainCommand.firstFree(Path.of("runs"), "compare-" + name);
            }
            return ContestRun.open(contest, folder, opened, cacheBytes, goal);
        } catch (IOException | RuntimeException e) {
            opened.close();
            if (made != null) TrainCommand.deleteIfEmpty(made);
            throw e;
        }
    }

    private List<Setting> settings(Values values) {
        var settings = set.settings(values);
        for (var setting : settings)
            if (OF_RULES.matcher(setting.path()).matches())
                throw values.refuse("--set %s is of no use here: each rule has its own".formatted(setting.path()));
        return settings;
    }

    /// The recipe of every run, with defaults that make many runs bearable.
    private Recipe settle(RecipeChoice choice, String source, DataSet opened) throws IOException {
        var said = choice.given();
        if (said.model() == null
                && choice.settle(source, opened).network().name().equals("cifarnet")) input.model = "lenet5";
        if (said.epochs() == null)
            course.epochs = (double)
                    Math.clamp(Math.round((double) PICTURES / opened.train().size()), FEWEST, MOST);
        if (input.testAveraging == null
                && (choice.part() == null || choice.part().text("test").isEmpty())) input.testAveraging = "none";
        return choice.settle(source, opened);
    }

    private Contest contest(Recipe settled, List<Entrant> entrants, Values values) {
        double epochs = settled.training().epochs();
        double search = searchEpochs != null ? searchEpochs : Math.min(epochs, Math.max(1, Math.floor(epochs / 2)));
        values.require(
                search <= epochs, "--search-epochs", "at most the epochs of a full run, " + Text.plain(epochs), search);
        return new Contest(
                settled, entrants, seeds == null ? SEEDS : seeds, new Grid(rates == null ? RATES : rates, search));
    }
}
