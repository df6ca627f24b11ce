package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Shapes;
import dev.thalweg.nn.Model;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Evaluator;
import dev.thalweg.train.Listener;
import dev.thalweg.train.ModelStore;
import dev.thalweg.train.Original;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `reproduce`: trains a model again and compares.
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Trains a model again as its file says, and compares every bit of every tensor.",
            "",
            "The file is enough: its run's folder need not be there any more, but the data must. Of a run that was"
                    + " stopped or diverged, its last checkpoint is reproduced. Files from before Thalweg noted how a"
                    + " model was trained need the recipe.json of their run beside them.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:reproduced, bit for bit",
            "1:not reproduced, or it could not be tried; what differs is said",
            "130:stopped by Ctrl-C"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg reproduce runs/photos-resnet18-1",
            "  ./thalweg reproduce model.safetensors --data photos/ --out again"
        })
final class ReproduceCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "A model or checkpoint file, or the folder of a run.")
    private Path model = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description =
                    "Where the data is now. A model file knows it by name only; the recipe.json beside it knows the place,"
                            + " which is the default. It must be the same data, which is checked first.")
    private @Nullable String data;

    @Option(
            names = "--out",
            paramLabel = "RUN",
            description = "Folder for the new run, absent or empty. Default: runs/<data>-<model>-<n>.")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        var original = Original.of(model);
        try (var trainer = start(original)) {
            trainer.controls().repeat(original.controls());
            trainer.listen(new Listener() {
                @Override
                public void step(Progress progress) {
                    if (progress.step() == original.steps()) trainer.stop();
                }
            });
            var run = TrainingRun.of(trainer, spec.commandLine().getOut(), err());
            return compare(original, trainer, run.train());
        }
    }

    /// On the same data, which is looked at before anything else happens.
    private Trainer start(Original original) throws IOException {
        var recipe = recipe(original);
        var opened = DataSets.open(recipe.data().source(), original.split());
        var set = recipe.data().skipUnreadable() ? ReadableData.of(opened, err()) : opened;
        Path folder = null;
        try {
            original.refuseOther(set);
            var strange = original.strangeness(Machine.here().kind(), ImageDecoder.jpegDecoderName());
            if (!strange.isEmpty())
                err().println("this machine is of another kind, so bits may differ: " + String.join("; ", strange));
            folder = out != null
                    ? out
                    : TrainCommand.firstFree(
                            Path.of("runs"), set.name() + "-" + recipe.network().name());
            return Trainer.start(recipe, folder, set);
        } catch (IOException | RuntimeException e) {
            set.close();
            if (folder != null) TrainCommand.deleteIfEmpty(folder);
            throw e;
        }
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private Recipe recipe(Original original) throws IOException {
        var recipe = original.recipe();
        String source = PublishedData.locate(data != null ? data : recipe.data().source());
        if (Shapes.isLocator(source)) return recipe.withData(recipe.data().withSource(source));
        var path = Path.of(source).toAbsolutePath().normalize();
        if (data == null && !Files.exists(path))
            throw new NoSuchFileException(
                    original.file().toString(),
                    null,
                    "it was trained on '%s', which is not here; --data says where it is".formatted(source));
        return recipe.withData(recipe.data().withSource(path.toString()));
    }

    private int compare(Original original, Trainer trainer, Result result) throws IOException {
        var out = spec.commandLine().getOut();
        if (result.ended() == Result.Ended.DIVERGED) {
            err().printf("Not reproduced: this time training diverged after step %,d.%n", result.steps());
            return Exit.FAILED;
        }
        if (result.ended() == Result.Ended.STOPPED && result.steps() != original.steps()) {
            err().printf("Stopped after step %,d; nothing was compared.%n", result.steps());
            return Exit.STOPPED;
        }
        var model = trainer.model();
        var differences = original.compare(model);
        var network = model.network();
        long tensors = network.parameters().parameters().size()
                + network.statistics().parameters().size();
        long numbers = network.parameters().length() + network.statistics().length();
        if (differences.isEmpty()) {
            out.printf(
                    "Reproduced, bit for bit: %,d numbers in %,d tensors after %,d steps are those of %s.%n",
                    numbers, tensors, result.steps(), Quote.line(original.file().toString()));
            var test = result.test();
            if (test != null)
                out.printf(
                        "test        accuracy %s, loss %.4f, %,d examples%n",
                        Text.percent(test.accuracy()), test.loss(), test.examples());
        } else {
            out.printf(
                    "Not reproduced: %,d of %,d tensors differ from those of %s.%n",
                    differences.size(), tensors, Quote.line(original.file().toString()));
            table(out, differences);
            accuracies(out, original, trainer);
        }
        out.printf("run         %s%n", Quote.line(trainer.folder().path().toString()));
        out.flush();
        return differences.isEmpty() ? Exit.DONE : Exit.FAILED;
    }

    private static void table(PrintWriter out, List<Original.Difference> differences) {
        int width = differences.stream().mapToInt(d -> d.name().length()).max().orElse(0);
        for (var d : differences)
            out.printf(
                    "  %-" + width + "s  %,d of %,d numbers differ, by %s at the most%n",
                    Quote.line(d.name()),
                    d.differing(),
                    d.elements(),
                    Text.number(d.greatest()));
    }

    private static void accuracies(PrintWriter out, Original original, Trainer trainer) throws IOException {
        var set = trainer.data();
        if (original.classes() == null || set.test().size() == 0) return;
        try (var arena = Arena.ofShared()) {
            if (ModelStore.isModel(original.file()))
                out.printf(
                        "test        accuracy %s, was %s%n",
                        accuracy(trainer.model(), trainer, set),
                        accuracy(ModelStore.read(original.file(), arena).model(), trainer, set));
        }
    }

    private static String accuracy(Model model, Trainer trainer, DataSet set) throws IOException {
        var card = trainer.card();
        var t = trainer.recipe().training();
        try (var evaluator = new Evaluator(model, card.preprocessing(), t.batch(), t.precision(), t.threads())) {
            return Text.percent(
                    evaluator.evaluate(set.test(), card.averaging().views()).accuracy());
        }
    }
}
