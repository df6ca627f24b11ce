package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Examples;
import dev.thalweg.format.AtomicFile;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.train.Averaging;
import dev.thalweg.train.Evaluation;
import dev.thalweg.train.Evaluator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `evaluate`: how often a model is right.
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {"Measures a model's accuracy and loss on one part of DATA.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg evaluate runs/photos-resnet18-1",
            "  ./thalweg evaluate runs/a/model.safetensors photos/ --logits logits.tsv",
            "  ./thalweg evaluate runs/a other-photos/ --averaging none --json"
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final List<String> PARTS = List.of("train", "validation", "test");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file, or the folder of a run.")
    private Path model = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            description = "As for train; it must have the model's classes. Default: what the run was trained on.")
    private @Nullable String data;

    @Option(
            names = "--part",
            paramLabel = "PART",
            defaultValue = "test",
            description = "train, validation or test. Default: test.")
    private String part = "test";

    @Option(
            names = "--averaging",
            paramLabel = "VIEWS",
            description = "none, mirror or six. Default: as the model was tested in training.")
    private @Nullable String averaging;

    @Option(
            names = "--logits",
            paramLabel = "FILE",
            description = "Write a line for each example: its index, its label's index, and the class scores that the"
                    + " accuracy is of, with tabs between.")
    private @Nullable Path logits;

    @Option(names = "--skip-unreadable", description = "Leave out pictures that cannot be read, and say which.")
    private boolean skipUnreadable;

    @Option(names = "--json", description = "Print the numbers as JSON.")
    private boolean json;

    @Mixin
    private RunOptions run = new RunOptions();

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        run.check(values);
        if (!PARTS.contains(part)) throw values.refuse("--part: " + Nearest.unknown("part", part, PARTS));
        var wanted = averaging == null ? null : values.averaging("--averaging", averaging);
        try (var arena = Arena.ofShared()) {
            var model = StoredModel.read(this.model, arena);
            try (var set = open(model, values)) {
                checkClasses(model, set);
                var examples = examples(set);
                var card = model.stored().card();
                var views = wanted == null ? card.averaging() : wanted;
                try (var evaluator = new Evaluator(
                        model.stored().model(),
                        card.preprocessing(),
                        Math.min(run.batch(), examples.size()),
                        run.precision(values),
                        run.threads())) {
                    report(
                            evaluator.evaluate(examples, views.views()),
                            views,
                            set.classes().size());
                }
            }
        }
        return Exit.DONE;
    }

    private DataSet open(StoredModel model, Values values) throws IOException {
        var set = DataSets.open(PublishedData.locate(source(model, values)), model.split());
        var recipe = model.recipe();
        // What the run skipped is skipped again.
        boolean asRun = data == null && recipe != null && recipe.data().skipUnreadable();
        return skipUnreadable || asRun ? ReadableData.of(set, spec.commandLine().getErr()) : set;
    }

    private String source(StoredModel model, Values values) {
        if (data != null) return data;
        var recipe = model.recipe();
        if (recipe == null)
            throw values.refuse("DATA is missing: beside %s there is no recipe.json that tells what it was trained on"
                    .formatted(model.file()));
        return recipe.data().source();
    }

    private static void checkClasses(StoredModel model, DataSet set) {
        var known = model.stored().card().classes();
        var found = set.classes();
        if (known.equals(found)) return;
        String what = "%s was trained on %d classes, %s has %d"
                .formatted(model.file(), known.size(), set.name(), found.size());
        for (int i = 0; i < Math.min(known.size(), found.size()); i++)
            if (!known.get(i).equals(found.get(i))) {
                what = "class %d of %s is '%s', of %s '%s'"
                        .formatted(i, model.file(), known.get(i), set.name(), found.get(i));
                break;
            }
        throw new IllegalArgumentException(
                what + "; a model is evaluated on data that has its classes, in their order");
    }

    private Examples examples(DataSet set) {
        var examples = switch (part) {
            case "train" -> set.train();
            case "validation" -> set.validation();
            default -> set.test();
        };
        if (examples.size() == 0) throw new IllegalArgumentException("%s has no %s part".formatted(set.name(), part));
        return examples;
    }

    private void report(Evaluation e, Averaging views, int classes) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (logits != null) writeLogits(logits, e, classes);
        if (json) {
            var numbers = new LinkedHashMap<String, Object>();
            numbers.put("part", part);
            numbers.put("accuracy", e.accuracy());
            numbers.put("loss", e.loss());
            numbers.put("averaging", Values.name(views));
            numbers.put("plain_accuracy", e.plainAccuracy());
            numbers.put("plain_loss", e.plainLoss());
            numbers.put("examples", e.examples());
            out.println(JsonText.of(numbers));
        } else {
            out.printf("accuracy  %s %s%n", Text.percent(e.accuracy()), RecipeOptions.describe(views));
            if (views != Averaging.NONE) out.printf("          %s without%n", Text.percent(e.plainAccuracy()));
            out.printf(
                    "loss      %.4f%s%n",
                    e.loss(), views == Averaging.NONE ? "" : " (%.4f without)".formatted(e.plainLoss()));
            out.printf("examples  %,d, the %s part%n", e.examples(), part);
        }
        out.flush();
    }

    /// Whole or not at all.
    private static void writeLogits(Path file, Evaluation e, int classes) throws IOException {
        AtomicFile.write(file, channel -> {
            var writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
            for (int i = 0; i < e.examples(); i++) {
                writer.append(String.valueOf(i)).append('\t').append(String.valueOf(e.labels()[i]));
                for (int k = 0; k < classes; k++)
                    writer.append('\t').append(Float.toString(e.scores()[i * classes + k]));
                writer.append('\n');
            }
            writer.flush();
        });
    }
}
