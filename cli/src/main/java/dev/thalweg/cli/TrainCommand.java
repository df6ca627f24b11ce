package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Control;
import dev.thalweg.train.Controls;
import dev.thalweg.train.Misfit;
import dev.thalweg.train.RangeFinder;
import dev.thalweg.train.RateSweep;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
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

/// `train`: from data to a model.
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {
            "Trains a network on DATA and leaves a folder with the model and all numbers.",
            "",
            "Whatever is not said is chosen to be good for the data and the network. What was chosen stands in"
                    + " RUN/recipe.json, and a run of that file gives the same model again, byte for byte. Ctrl-C ends"
                    + " the run with a checkpoint; --resume goes on, also after a crash.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg train                             generated pictures, a first try",
            "  ./thalweg train photos/ --epochs 20         a folder of them for each class",
            "  ./thalweg train cifar/ --recipe airbench94  a published recipe",
            "  ./thalweg train mnist/ --model lenet5 --schedule cosine --warmup 1e",
            "  ./thalweg train photos/ --lr auto           look for a learning rate first",
            "  ./thalweg train --recipe mine.yaml --set optimization.rule.mu=0.95",
            "  ./thalweg train --recipe runs/a --seed 1 --out runs/b",
            "  ./thalweg train --resume runs/a             go on where it ended",
            "  ./thalweg train photos/ --live --control    watch and steer it in a browser",
            "  ./thalweg train photos/ --tensorboard --mlflow=http://localhost:5000"
        })
final class TrainCommand implements Callable<Integer> {
    private static final String LEARNING_RATE = "optimization.learningRate";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "A folder of pictures for each class (JPEG, PNG, GIF, BMP, WebP), a table of paths and labels"
                    + " (.csv, .tsv), Parquet files as Hugging Face has them, a folder with IDX or CIFAR files, a"
                    + " .tar, .tar.gz or .zip archive of such, a file that data convert made, the name of a data set that data get has fetched,"
                    + " or shapes[:COUNT] for generated pictures, the default.")
    private @Nullable String data;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "A recipe as YAML or JSON, whole or in part: what it says replaces the defaults, and further"
                    + " options replace what it says. Or a run, a model, or the name of a recipe that comes with"
                    + " Thalweg: airbench94. ./thalweg recipe shows, compares and checks them.")
    private @Nullable String recipe;

    @Mixin
    private SetOption set = new SetOption();

    @Option(
            names = "--out",
            paramLabel = "RUN",
            description = "Folder for all results, absent or empty. Default: runs/<data>-<model>-<n>.")
    private @Nullable Path out;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Go on with the run in this folder. Takes no options for the training itself: all stands in"
                    + " its recipe.json.")
    private @Nullable Path resume;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description = "Change the learning rate as was done to another run while it trained: its controls.jsonl."
                    + " With that run's recipe, this gives its model again.")
    private @Nullable Path replay;

    @Mixin
    private RecipeArguments.Input input = new RecipeArguments.Input();

    @Mixin
    private RecipeArguments.Course course = new RecipeArguments.Course();

    @Mixin
    private RecipeArguments.Rule rule = new RecipeArguments.Rule();

    @Mixin
    private RecipeArguments.Descent descent = new RecipeArguments.Descent();

    @Mixin
    private TrackingOptions tracking = new TrackingOptions();

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        tracking.check(values);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (resume != null) {
            refuseOthers(values);
            try (var trainer = Trainer.resume(resume)) {
                return run(trainer, values, out, err);
            }
        }
        var options = options(values);
        options.check();
        var cacheBytes = options.cacheBytes();
        var settings = set.settings(values);
        var part = recipe == null ? null : RecipeChoice.find("--recipe", recipe, values);
        if (replay != null && !Files.isRegularFile(replay)) throw values.refuse("--replay: there is no file " + replay);
        if (recipe != null && replay == null) mentionControls(Path.of(recipe), err);
        if (options.searches()
                && settings.stream().anyMatch(setting -> setting.path().equals(LEARNING_RATE)))
            throw values.refuse("--lr auto and --set %s exclude one another".formatted(LEARNING_RATE));
        try (var trainer = start(new RecipeChoice(part, options, settings, values), cacheBytes)) {
            if (trainer == null) return Exit.STOPPED;
            if (cacheBytes != null) trainer.cache(cacheBytes);
            return run(trainer, values, out, err);
        }
    }

    /// What the options that were given say of a recipe.
    RecipeOptions options(Values values) {
        return new RecipeOptions(input, course, rule, descent, values);
    }

    private int run(Trainer trainer, Values values, PrintWriter out, PrintWriter err) throws IOException {
        var run = TrainingRun.of(trainer, out, err);
        try (var trackers = tracking.open(trainer, run.progress(), values)) {
            return run.run();
        }
    }

    /// A run that was steered is not given again by its recipe alone.
    private static void mentionControls(Path recipe, PrintWriter err) throws IOException {
        var folder =
                Files.isDirectory(recipe) ? recipe : recipe.toAbsolutePath().getParent();
        if (folder == null) return;
        var controls = new RunFolder(folder).controls();
        if (Files.exists(controls)
                && Controls.of(new RunFolder(folder)).stream()
                        .anyMatch(control -> control.what() == Control.What.LEARNING_RATE))
            err.println(Quote.line(
                    "The learning rate of the run in %s was changed while it trained; --replay %s does the same here."
                            .formatted(folder, controls)));
    }

    private void refuseOthers(Values values) {
        for (var option : spec.commandLine().getParseResult().matchedOptions())
            if (!option.longestName().equals("--resume")
                    && !option.longestName().equals("--debug")
                    && !TrackingOptions.NAMES.contains(option.longestName()))
                throw values.refuse("--resume does not take %s: a run goes on as its recipe.json has it"
                        .formatted(option.longestName()));
        if (data != null) throw values.refuse("--resume takes no DATA: the run's recipe.json names it");
    }

    /// @return null if a search for the learning rate was stopped
    private @Nullable Trainer start(RecipeChoice choice, @Nullable Long cacheBytes) throws IOException {
        String source = choice.source(data);
        var set = choice.open(source, spec.commandLine().getErr());
        Path folder = null;
        try {
            var settled = choice.settle(source, set);
            var by = settled.optimization().rule();
            if (replay != null && by instanceof Minimizer)
                throw choice.values().refuse("--replay" + Misfit.LEARNING_RATE.sentence(by));
            folder = folder(set, settled);
            RateSweep sweep = null;
            var search = new RateSearch(settled, set, spec.commandLine().getErr());
            if (choice.options().searches()) {
                RunFolder.create(folder); // refuses one that is taken, before the search
                sweep = search.sweep(RangeFinder.of(settled.optimization().rule()), cacheBytes)
                        .orElse(null);
                if (sweep == null) {
                    set.close();
                    deleteIfEmpty(folder);
                    return null;
                }
                settled = settled.withLearningRate(sweep.suggested().rate());
            }
            var trainer = Trainer.start(settled, folder, set);
            try {
                if (sweep != null) search.keepIn(trainer.folder(), sweep);
                if (replay != null) trainer.controls().repeat(replay);
                var part = choice.part();
                if (part != null) part.keepIn(trainer.folder());
            } catch (IOException e) {
                trainer.close();
                throw e;
            }
            return trainer;
        } catch (IOException | RuntimeException e) {
            set.close();
            if (folder != null) deleteIfEmpty(folder);
            throw e;
        }
    }

    private Path folder(DataSet set, Recipe recipe) throws IOException {
        return out != null
                ? out
                : firstFree(Path.of("runs"), set.name() + "-" + recipe.network().name());
    }

    /// Creates `name-1` in `runs`, or with the first number that is free.
    static Path firstFree(Path runs, String name) throws IOException {
        Files.createDirectories(runs);
        String plain = name.replaceAll("[^A-Za-z0-9._-]+", "-");
        for (int n = 1; ; n++) {
            try {
                return Files.createDirectory(runs.resolve(plain + "-" + n));
            } catch (FileAlreadyExistsException e) {
                // the next one, then
            }
        }
    }

    static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // it holds something, which stays
        }
    }
}
