package dev.thalweg.report;

import dev.thalweg.format.AtomicFile;
import dev.thalweg.format.JsonFault;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.ContactSheet;
import dev.thalweg.train.Control;
import dev.thalweg.train.Controls;
import dev.thalweg.train.Prediction;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.RunRecord;
import dev.thalweg.train.StepSample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The page of one run, made from the files that the run left in its folder. What a run of an earlier
/// version, or one that is not over, has not left makes no panel, or one that says why.
///
/// @param folder of the run, finished or not
public record RunReport(RunFolder folder) {
    /// Classes whose numbers of examples are listed.
    private static final int CLASSES = 400;

    private static final JsonMapper JSON = new JsonMapper();

    /// Reads the folder.
    ///
    /// @throws NoSuchFileException if there is no run in it
    /// @throws IOException if a file is damaged; the message says which and where
    public Run read() throws IOException {
        folder.requireRun();
        var recipe = recipe();
        var result = Files.exists(folder.result()) ? object(folder.result()) : null;
        var record = RunRecord.read(folder.record()).orElse(null);
        var manner = Manner.of(recipe, result);
        var epochs = epochs(recipe.training().epochs(), manner);
        var steps = Curves.steps(StepSample.read(folder.steps()));
        if (steps != null && manner.minimized()) steps = steps.withoutRate();
        var evaluation = evaluation(record);
        var time = record == null ? null : Seconds.of(record.time(), record.profile());
        var data = record == null ? null : data(recipe, record.data());
        var network =
                record == null ? null : network(recipe, record.data().classes().size());
        var state = state(result, record);
        var says = new LinkedHashMap<>(Findings.of(manner, epochs, steps, evaluation, time, data));
        if (recipe.loss().smoothing() > 0)
            says.merge(
                    "loss",
                    "Training loss is of labels smoothed by %s (--label-smoothing), which keeps it high; validation loss is not."
                            .formatted(PageText.number(recipe.loss().smoothing())),
                    (finding, smoothing) -> finding + " " + smoothing);
        var filters = network == null ? null : filters(network, says);
        searched(says);
        steered(says);
        return new Run(
                "run",
                String.valueOf(folder.path().toAbsolutePath().normalize().getFileName()),
                state,
                manner.unit(),
                about(recipe, record, network),
                Headline.of(recipe, manner, result, epochs, evaluation),
                Curves.thinned(epochs, Curves.POINTS),
                steps,
                evaluation,
                filters,
                record == null ? null : batch(record.batch()),
                time,
                data,
                object(folder.recipe()),
                record == null ? List.of() : machine(recipe, record),
                missing(state, record, steps, evaluation, filters),
                says,
                manner.reads());
    }

    private void searched(Map<String, String> says) throws IOException {
        if (!Files.exists(folder.sweep())) return;
        double found = number(object(folder.sweep()), "suggested");
        if (!(found > 0)) return;
        says.merge(
                "rate",
                "The rate that the schedule scales, %s, was found by a search before the run: see lr.html."
                        .formatted(PageText.number(found)),
                (finding, search) -> finding + " " + search);
    }

    private void steered(Map<String, String> says) throws IOException {
        var controls = Controls.of(folder);
        if (controls.isEmpty()) return;
        says.put(
                "recipe",
                "Somebody steered this run: %s. The recipe alone does not give it again, with controls.jsonl it does."
                        .formatted(controls.stream().map(Control::toString).collect(Collectors.joining(", "))));
    }

    /// Writes the page.
    public void write(Path file) throws IOException {
        write(file, Page.of(read()));
    }

    static void write(Path file, String page) throws IOException {
        var bytes = ByteBuffer.wrap(page.getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) channel.write(bytes);
        });
    }

    /// A process of the run that began after the result was written is still at it, or was killed.
    private static String state(@Nullable JsonNode result, @Nullable RunRecord record) {
        if (result == null || record != null && record.ended() == null) return "running";
        return result.path("ended").asString("unknown");
    }

    private static String about(Recipe recipe, @Nullable RunRecord record, @Nullable Network network) {
        return recipe.network().name()
                + (network == null
                        ? ""
                        : " (%s parameters, %s)"
                                .formatted(
                                        PageText.count(network.parameters().length()),
                                        record == null ? "" : record.precision()))
                + " on "
                + (record == null ? recipe.data().source() : record.data().name());
    }

    /// @param planned epochs of the recipe; the last one may be broken off
    private List<Run.Epoch> epochs(double planned, Manner manner) throws IOException {
        var epochs = new ArrayList<Run.Epoch>();
        for (String text : RunFolder.lines(folder.metrics())) {
            var line = tree(folder.metrics(), epochs.size() + 1, text);
            epochs.add(new Run.Epoch(
                    Math.min(number(line, "epoch"), planned),
                    number(line, "train.loss"),
                    number(line, "train.accuracy"),
                    number(line, "validation.loss"),
                    number(line, "validation.accuracy"),
                    manner.minimized() ? Double.NaN : number(line, "learning_rate"),
                    number(line, "seconds"),
                    manner.minimized() ? Double.NaN : number(line, "images_per_second"),
                    manner.minimized()
                            ? new Run.Iteration(number(line, "gradient_norm"), number(line, "evaluations"))
                            : null));
        }
        return epochs;
    }

    private Recipe recipe() throws IOException {
        try {
            return RecipeFile.read(folder.recipe());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// A file that holds one object.
    static JsonNode object(Path file) throws IOException {
        var tree = tree(file, 0, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (!tree.isObject()) throw new IOException(file + ": expected a JSON object, found something else");
        return tree;
    }

    private static JsonNode tree(Path file, int line, String text) throws IOException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IOException(
                    "%s%s: expected JSON: %s".formatted(file, line > 0 ? ", line " + line : "", JsonFault.sentence(e)),
                    e);
        }
    }

    static double number(JsonNode node, String name) {
        return node.path(name).asDouble(Double.NaN);
    }

    private Run.@Nullable Evaluation evaluation(@Nullable RunRecord record) throws IOException {
        if (record == null) return null;
        var all = Prediction.read(folder.predictions());
        if (all.isEmpty()) return null;
        String part = all.stream().anyMatch(p -> p.part().equals("test")) ? "test" : "validation";
        var predictions = all.stream().filter(p -> p.part().equals(part)).toList();
        var classes =
                record.data().classes().stream().map(RunRecord.ClassCount::name).toList();
        var pictures = record.mistakes();
        if (pictures != null && !pictures.part().equals(part)) pictures = null;
        var sheet = pictures == null ? null : sheet(pictures.sheet());
        List<Integer> tiles = pictures == null || sheet == null ? List.of() : pictures.examples();
        try {
            return new Scores(classes, predictions).evaluation(part, mistakes(predictions, tiles), sheet);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(folder.path(), e.getMessage()), e);
        }
    }

    /// Those that there are pictures of; without pictures, the most confident ones.
    private static List<Run.Mistake> mistakes(List<Prediction> predictions, List<Integer> tiles) {
        Map<Integer, Prediction> byIndex =
                predictions.stream().collect(Collectors.toMap(Prediction::index, p -> p, (a, b) -> a));
        var shown = tiles.isEmpty()
                ? predictions.stream()
                        .filter(p -> !p.right())
                        .sorted(Comparator.comparingDouble((Prediction p) -> -p.confidence()))
                        .limit(24)
                        .toList()
                : tiles.stream().filter(byIndex::containsKey).map(byIndex::get).toList();
        return shown.stream()
                .map(p -> new Run.Mistake(
                        PageText.name(p.name()),
                        PageText.name(p.label()),
                        PageText.name(p.predicted()),
                        p.confidence(),
                        p.probability(),
                        tiles.indexOf(p.index())))
                .toList();
    }

    private Run.@Nullable Batch batch(RunRecord.@Nullable BatchPictures batch) throws IOException {
        if (batch == null) return null;
        var sheet = sheet(batch.sheet());
        if (sheet == null) return null;
        return new Run.Batch(sheet, batch.labels().stream().map(PageText::name).toList());
    }

    /// Nothing if somebody has taken the picture away.
    private Run.@Nullable Sheet sheet(ContactSheet sheet) throws IOException {
        var file = folder.path().resolve(sheet.file());
        if (!Files.isRegularFile(file)) return null;
        String type = sheet.file().endsWith(".png") ? "image/png" : "image/jpeg";
        String source =
                "data:%s;base64,%s".formatted(type, Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        return new Run.Sheet(source, sheet.width(), sheet.height(), sheet.columns());
    }

    private static @Nullable Network network(Recipe recipe, int classes) {
        var net = recipe.network();
        try {
            return Architectures.create(net.name(), Shape.of(net.channels(), net.height(), net.width()), classes);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return null; // a network that this version does not know
        }
    }

    private Run.@Nullable Filters filters(Network network, Map<String, String> says) throws IOException {
        for (var file : List.of(folder.model(), folder.checkpoint())) {
            if (!Files.isRegularFile(file)) continue;
            var filters = FirstLayer.read(network, file).orElse(null);
            if (filters != null && network.frozen().contains(filters.layer()))
                says.put(
                        "filters",
                        "These filters are not learned: they were computed from the training pictures, so that what the"
                                + " next layer sees is evenly spread (whitening).");
            return filters;
        }
        return null;
    }

    private static Run.Data data(Recipe recipe, RunRecord.Data data) {
        var facts = new ArrayList<Run.Fact>();
        var net = recipe.network();
        facts.add(new Run.Fact("source", recipe.data().source(), ""));
        facts.add(new Run.Fact("classes", PageText.count(data.classes().size()), ""));
        facts.add(new Run.Fact("train", sum(data, 0), "examples"));
        facts.add(new Run.Fact("validation", sum(data, 1), "examples"));
        facts.add(new Run.Fact("test", sum(data, 2), "examples"));
        facts.add(new Run.Fact(
                "input",
                "%d × %d pixels".formatted(net.width(), net.height()),
                net.channels() == 1 ? "in grey" : "in colour"));
        var classes = data.classes().stream()
                .map(c -> new Run.ClassCount(PageText.name(c.name()), c.train(), c.validation(), c.test()))
                .collect(Collectors.toCollection(ArrayList::new));
        if (classes.size() > CLASSES) {
            classes.sort(Comparator.comparingInt(Run.ClassCount::train));
            classes.subList(CLASSES, classes.size()).clear();
        }
        return new Run.Data(facts, data.classes().size(), classes, data.notes());
    }

    private static String sum(RunRecord.Data data, int part) {
        long sum = data.classes().stream()
                .mapToLong(c -> part == 0 ? c.train() : part == 1 ? c.validation() : c.test())
                .sum();
        return sum == 0 ? "none" : PageText.count(sum);
    }

    private static List<Run.Fact> machine(Recipe recipe, RunRecord record) {
        var m = record.machine();
        var facts = new ArrayList<Run.Fact>();
        facts.add(new Run.Fact(
                "processor",
                m.kind().processor(),
                "%d processors, %d threads in the step"
                        .formatted(m.processors(), recipe.training().threads())));
        if (m.memory() > 0) facts.add(new Run.Fact("memory", PageText.bytes(m.memory()), "for this process at most"));
        facts.add(new Run.Fact("system", m.system(), ""));
        facts.add(new Run.Fact(
                "Java", m.kind().java(), m.kind().vectors() ? "with the Vector API" : "without the Vector API"));
        facts.add(new Run.Fact(
                "kernels",
                m.kind().kernels(),
                "%s, %s, threads of %s"
                        .formatted(
                                record.precision(),
                                m.kind().instructionSet(),
                                m.kind().pool())));
        facts.add(new Run.Fact("Thalweg", m.kind().thalweg(), ""));
        facts.add(new Run.Fact("started", record.started(), ""));
        var ended = record.ended();
        if (ended != null) facts.add(new Run.Fact("ended", ended, ""));
        if (record.processes() > 1)
            facts.add(new Run.Fact("processes", String.valueOf(record.processes()), "it was resumed"));
        return facts;
    }

    /// Why there is no such panel.
    private static Map<String, String> missing(
            String state,
            @Nullable RunRecord record,
            Run.@Nullable Steps steps,
            Run.@Nullable Evaluation evaluation,
            Run.@Nullable Filters filters) {
        var missing = new LinkedHashMap<String, String>();
        if (steps == null) {
            String why = record == null
                    ? "The version of Thalweg that trained this run did not record single steps."
                    : "No steps have been recorded yet.";
            for (var panel : List.of("gradient", "update", "layers")) missing.put(panel, why);
        }
        if (evaluation == null) {
            String why = record == null
                    ? "The version of Thalweg that trained this run did not keep its predictions."
                    : switch (state) {
                        case "running" -> "The finished model is tested when the run is over.";
                        case "stopped" -> "The run was stopped before its end; train --resume finishes and tests it.";
                        case "diverged" -> "Training diverged, so there is no model to test.";
                        default ->
                            "There are no predictions in the folder: the data has neither a test nor a"
                                    + " validation part, or predictions.csv was deleted.";
                    };
            for (var panel : List.of("confusion", "classes", "reliability", "mistakes")) missing.put(panel, why);
        } else if (evaluation.mistakes().isEmpty())
            missing.put("mistakes", "There are none: every prediction is right.");
        if (record == null)
            for (var panel : List.of("batch", "time", "data", "machine"))
                missing.put(panel, "The version of Thalweg that trained this run did not record this.");
        if (filters == null && record != null)
            missing.put("filters", "There is no model yet, or its first layer looks at single pixels.");
        return missing;
    }
}
