package dev.thalweg.cli;

import dev.thalweg.format.Safetensors;
import dev.thalweg.format.SafetensorsFile;
import dev.thalweg.format.TensorSummary;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.ShellWord;
import dev.thalweg.train.ModelCard;
import dev.thalweg.train.ModelStore;
import dev.thalweg.train.Provenance;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `inspect`: what is in a model, a checkpoint, or any safetensors file.
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Prints what a model or checkpoint says of itself: network, classes, how pictures are prepared for it, data and"
                    + " recipe that it was trained with, versions, machine; and what its tensors hold. Of any other"
                    + " safetensors file, tensors and metadata.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg inspect runs/photos-resnet18-1",
            "  ./thalweg inspect model.safetensors --tensors",
            "  ./thalweg inspect runs/a/checkpoint.safetensors --json"
        })
final class InspectCommand implements Callable<Integer> {
    /// Class names that are printed before the rest is only counted.
    private static final int CLASSES = 12;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "A model, a checkpoint, another safetensors file, or the folder of a run.")
    private Path path = Path.of("");

    @Option(names = "--tensors", description = "A line for each tensor: type, shape, what its elements are like.")
    private boolean listed;

    @Option(names = "--json", description = "Everything as JSON, each tensor included.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path file = file();
        try (var arena = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, arena);
            var summaries =
                    tensors.tensors().values().stream().map(TensorSummary::of).toList();
            var out = spec.commandLine().getOut();
            if (json) out.println(JsonText.of(asJson(tensors, summaries)));
            else print(out, file, tensors, summaries);
            out.flush();
            tensors.verify();
        }
        return Exit.DONE;
    }

    /// Of a run, the model, or else the checkpoint.
    private Path file() throws IOException {
        if (!Files.isDirectory(path)) return path;
        var run = new RunFolder(path);
        for (Path file : List.of(run.model(), run.checkpoint())) if (Files.isRegularFile(file)) return file;
        throw new NoSuchFileException(
                path.toString(), null, "there is no model.safetensors and no checkpoint in this folder");
    }

    // For people.

    private void print(PrintWriter out, Path file, SafetensorsFile tensors, List<TensorSummary> summaries)
            throws IOException {
        String format = tensors.metadata().getOrDefault("format", "");
        var card = ModelStore.card(file).orElse(null);
        row(out, "file", "%s, %s".formatted(file, Text.bytes(Files.size(file))));
        if (card == null) {
            boolean checkpoint = format.startsWith("thalweg checkpoint");
            row(
                    out,
                    "",
                    checkpoint
                            ? "a checkpoint from before checkpoints said of which network they are"
                            : "a safetensors file that Thalweg did not write: it does not say of which network it is");
            tensors.metadata().forEach((key, value) -> row(out, "metadata", key + " = " + shortened(value)));
        } else {
            row(out, "", format);
            describe(out, card);
            var provenance = ModelStore.provenance(file).orElse(null);
            if (provenance != null) describe(out, provenance);
            else row(out, "trained", "the file does not say how; it is of Thalweg's first days");
        }
        tensors(out, summaries);
    }

    private static String shortened(String value) {
        return value.length() <= 200 ? value : value.substring(0, 200) + "… (%,d characters)".formatted(value.length());
    }

    private void describe(PrintWriter out, ModelCard card) {
        var network = card.network();
        var p = card.preprocessing();
        row(
                out,
                "network",
                "%s, %,d parameters and %,d running statistics, %.1f million multiply-adds a picture"
                        .formatted(
                                card.architecture(),
                                network.parameters().length(),
                                network.statistics().length(),
                                network.multiplyAdds() / 1e6));
        var classes = card.classes();
        row(
                out,
                "classes",
                "%d: %s%s"
                        .formatted(
                                classes.size(),
                                String.join(", ", classes.subList(0, Math.min(CLASSES, classes.size()))),
                                classes.size() > CLASSES ? ", …" : ""));
        row(
                out,
                "pictures",
                "%s, %d×%d pixels (height × width)%s"
                        .formatted(
                                p.channels() == 1 ? "grey" : "colour",
                                p.height(),
                                p.width(),
                                p.centre() == 1
                                        ? ""
                                        : ", of larger ones the middle %s %%"
                                                .formatted(Text.number(100 * p.centre()))));
        row(
                out,
                "",
                "(value/255 − mean)/deviation with mean %s, deviation %s"
                        .formatted(numbers(p.mean()), numbers(p.deviation())));
        row(out, "at test", RecipeOptions.describe(card.averaging()));
    }

    private static String numbers(float[] values) {
        var list = new java.util.ArrayList<String>();
        for (float value : values) list.add(Text.number(value));
        return String.join(" ", list);
    }

    private static String steps(Provenance p) {
        double epochs = p.recipe().training().epochs();
        return p.recipe().optimization().rule() instanceof Minimizer
                ? "%s of a recipe of %s at most".formatted(Text.counted(p.steps(), "iteration"), Text.plain(epochs))
                : "%,d steps of a recipe of %s".formatted(p.steps(), Text.counted(epochs, "epoch"));
    }

    /// A minimizer has no learning rate.
    private static String rule(Recipe.Optimization o) {
        return o.rule() instanceof Minimizer
                ? o.rule().name()
                : "%s at rate %s".formatted(o.rule().name(), Text.number(o.learningRate()));
    }

    private void describe(PrintWriter out, Provenance p) {
        var recipe = p.recipe();
        var t = recipe.training();
        row(
                out,
                "data",
                "%s: %,d train, %,d validation, %,d test examples, from %s"
                        .formatted(
                                p.data().name(),
                                p.data().train(),
                                p.data().validation(),
                                p.data().test(),
                                recipe.data().source()));
        row(out, "", "fingerprint " + p.data().fingerprint());
        row(
                out,
                "trained",
                "%s, batch %,d, %s, %s, seed %d, %s, %s"
                        .formatted(
                                steps(p),
                                t.batch() * t.accumulate(),
                                p.precision().name().toLowerCase(Locale.ROOT),
                                rule(recipe.optimization()),
                                t.seed(),
                                Text.counted(t.threads(), "thread"),
                                p.machine().pool()));
        for (var control : p.controls()) row(out, "", "by hand: " + control);
        row(
                out,
                "by",
                "thalweg %s, %s, %s"
                        .formatted(
                                p.machine().thalweg(),
                                p.machine().kernels(),
                                p.machine().java()));
        row(out, "on", "%s, %s".formatted(p.machine().processor(), p.machine().instructionSet()));
        String file = ShellWord.of(path.toString());
        row(out, "recipe", "./thalweg recipe show " + file);
        row(out, "again", "./thalweg reproduce " + file);
    }

    private void tensors(PrintWriter out, List<TensorSummary> summaries) {
        long elements = summaries.stream().mapToLong(TensorSummary::elements).sum();
        long bad = summaries.stream().mapToLong(TensorSummary::notFinite).sum();
        String types = summaries.stream()
                .collect(Collectors.groupingBy(TensorSummary::type, java.util.TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        row(
                out,
                "tensors",
                summaries.isEmpty()
                        ? "none"
                        : "%s; %,d numbers, %s%s"
                                .formatted(
                                        types,
                                        elements,
                                        bad == 0 ? "all finite" : "%,d of them not finite".formatted(bad),
                                        listed ? "" : "; --tensors lists them"));
        if (listed) table(out, summaries);
        else
            for (var t : summaries)
                if (t.notFinite() > 0)
                    row(out, "", "%s: %,d NaN, %,d infinite".formatted(t.name(), t.notNumbers(), t.infinite()));
    }

    private static void table(PrintWriter out, List<TensorSummary> summaries) {
        int name = "name".length();
        int shape = "shape".length();
        for (var t : summaries) {
            name = Math.max(name, t.name().length());
            shape = Math.max(shape, shape(t).length());
        }
        String format = "%-" + name + "s  %-4s  %-" + shape + "s  %10s %10s %10s %10s %s%n";
        out.println();
        out.printf(format, "name", "type", "shape", "mean", "deviation", "min", "max", "");
        for (var t : summaries)
            out.printf(
                    format,
                    Quote.line(t.name()),
                    t.type(),
                    shape(t),
                    number(t.mean()),
                    number(t.deviation()),
                    number(t.min()),
                    number(t.max()),
                    t.notFinite() == 0 ? "" : " %,d NaN, %,d infinite".formatted(t.notNumbers(), t.infinite()));
    }

    private static String shape(TensorSummary t) {
        return t.shape().isEmpty()
                ? "scalar"
                : t.shape().stream().map(String::valueOf).collect(Collectors.joining("×"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Text.number(value) : "–";
    }

    private static void row(PrintWriter out, String name, String text) {
        out.printf("%-11s %s%n", name, Quote.line(text));
    }

    // For scripts.

    private static Map<String, Object> asJson(SafetensorsFile file, List<TensorSummary> summaries) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("file", file.path().toString());
        all.put("bytes", Files.size(file.path()));
        var metadata = new LinkedHashMap<String, Object>();
        file.metadata().forEach((key, value) -> metadata.put(key, JsonText.parsed(value)));
        all.put("metadata", metadata);
        all.put("tensors", summaries.stream().map(InspectCommand::asJson).toList());
        return all;
    }

    private static Map<String, Object> asJson(TensorSummary t) {
        var one = new LinkedHashMap<String, Object>();
        one.put("name", t.name());
        one.put("type", t.type().name());
        one.put("shape", t.shape());
        one.put("elements", t.elements());
        one.put("mean", finite(t.mean()));
        one.put("deviation", finite(t.deviation()));
        one.put("min", finite(t.min()));
        one.put("max", finite(t.max()));
        one.put("nan", t.notNumbers());
        one.put("infinite", t.infinite());
        return one;
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
