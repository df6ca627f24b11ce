package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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
                    + " the run after the step with a checkpoint; --resume goes on, also after a crash.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg train                             generated pictures, a first try",
            "  ./thalweg train photos/ --epochs 20         a folder of them for each class",
            "  ./thalweg train cifar/ --recipe airbench94  a published recipe",
            "  ./thalweg train mnist/ --model lenet5 --schedule cosine --warmup 1e",
            "  ./thalweg train --recipe runs/a/recipe.json --seed 1 --out runs/b",
            "  ./thalweg train --resume runs/a             go on where it ended"
        })
final class TrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "A folder of pictures for each class, a folder with IDX or CIFAR files, a tar archive of any"
                    + " of these, a file that data convert made, the name of a data set that data get has fetched,"
                    + " or shapes[:COUNT] for generated pictures, the default.")
    private @Nullable String data;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "A recipe.json, whole or in part: what it says replaces the defaults, and further options"
                    + " replace what it says. Or the name of one that comes with Thalweg: airbench94.")
    private @Nullable String recipe;

    @Option(
            names = "--out",
            paramLabel = "RUN",
            description = "Folder for all results, absent or empty. Default: runs/<data>-<model>-<n>.")
    private @Nullable Path out;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Go on with the run in this folder. Takes no other options: all stands in its recipe.json.")
    private @Nullable Path resume;

    @ArgGroup(validate = false, heading = "%nNetwork and pictures%n")
    private RecipeOptions.Input input = new RecipeOptions.Input();

    @ArgGroup(validate = false, heading = "%nCourse%n")
    private RecipeOptions.Course course = new RecipeOptions.Course();

    @ArgGroup(validate = false, heading = "%nOptimization%n")
    private RecipeOptions.Descent descent = new RecipeOptions.Descent();

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (resume != null) {
            refuseOthers(values);
            try (var trainer = Trainer.resume(resume)) {
                return TrainingRun.of(trainer, out, err).run();
            }
        }
        var options = new RecipeOptions(input, course, descent, values);
        options.check();
        try (var trainer = start(options, values)) {
            return TrainingRun.of(trainer, out, err).run();
        }
    }

    private void refuseOthers(Values values) {
        for (var option : spec.commandLine().getParseResult().matchedOptions())
            if (!option.longestName().equals("--resume")
                    && !option.longestName().equals("--debug"))
                throw values.refuse("--resume takes no other options, got %s; a run goes on as its recipe.json has it"
                        .formatted(option.longestName()));
        if (data != null) throw values.refuse("--resume takes no DATA: the run's recipe.json names it");
    }

    private Trainer start(RecipeOptions options, Values values) throws IOException {
        RecipeFile.@Nullable Part part = part();
        String source = source(part);
        var validation = options.validation();
        var split = SplitOptions.DEFAULT;
        if (part != null)
            split = new SplitOptions(
                    part.number("data", "testShare").orElse(split.testShare()),
                    part.number("data", "validationShare").orElse(split.validationShare()),
                    part.number("data", "splitSeed").map(Double::longValue).orElse(split.seed()));
        if (validation != null) split = split.withValidation(validation);
        var set = DataSets.open(source, split);
        Path folder = null;
        try {
            var settled = recipe(source, set, part, options, values);
            folder = folder(set, settled);
            return Trainer.start(settled, folder, set);
        } catch (IOException | RuntimeException e) {
            set.close();
            if (folder != null) deleteIfEmpty(folder);
            throw e;
        }
    }

    private RecipeFile.@Nullable Part part() throws IOException {
        if (recipe == null) return null;
        if (RecipeFile.SHIPPED.contains(recipe)) return RecipeFile.shipped(recipe);
        var file = Path.of(recipe);
        if (Files.isDirectory(file)) file = file.resolve("recipe.json");
        if (!Files.exists(file) && !recipe.contains("/") && !recipe.contains("."))
            throw new Values(spec)
                    .refuse("--recipe: there is no file '%s', and %s"
                            .formatted(recipe, Nearest.unknown("recipe", recipe, RecipeFile.SHIPPED)));
        return RecipeFile.part(file);
    }

    /// Paths are written absolute, so that a run can be resumed from any folder.
    private String source(RecipeFile.@Nullable Part part) throws IOException {
        String source = data != null
                ? PublishedData.locate(data)
                : part == null ? "shapes" : part.text("data", "source").orElse("shapes");
        boolean generated = source.equals("shapes") || source.startsWith("shapes:");
        return generated ? source : Path.of(source).toAbsolutePath().normalize().toString();
    }

    private static Recipe recipe(
            String source, DataSet set, RecipeFile.@Nullable Part part, RecipeOptions options, Values values)
            throws IOException {
        var settled = Defaults.forData(source, set, options.given(part));
        if (part != null) settled = part.over(settled);
        var d = settled.data();
        settled = settled.withData(
                new Recipe.Data(source, d.testShare(), d.validationShare(), d.splitSeed(), d.centre()));
        settled = options.apply(settled, set.train().size());
        var net = settled.network();
        options.checkAgainst(Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                set.classes().size()));
        int batch = settled.training().batch();
        if (batch > set.train().size())
            throw values.refuse("--batch must be at most the number of training examples, %,d, got %,d"
                    .formatted(set.train().size(), batch));
        return settled;
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

    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // it holds something, which stays
        }
    }
}
