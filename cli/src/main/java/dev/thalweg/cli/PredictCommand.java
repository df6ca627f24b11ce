package dev.thalweg.cli;

import dev.thalweg.data.Examples;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Evaluator;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `predict`: what a model sees in pictures.
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        abbreviateSynopsis = true,
        sortOptions = false,
        description = {"Names the most probable classes of pictures.", ""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg predict runs/photos-resnet18-1 new.jpg",
            "  ./thalweg predict runs/a/model.safetensors *.png --top 1",
            "  ./thalweg predict runs/a folder-of-pictures/ --json"
        })
final class PredictCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "MODEL", description = "A model file, or the folder of a run.")
    private Path model = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PICTURE",
            description = "JPEG, PNG, GIF, BMP or WebP files, or folders of them.")
    private List<Path> pictures = List.of();

    @Option(names = "--top", paramLabel = "N", description = "Classes to name. Default: 5.")
    private int top = 5;

    @Option(
            names = "--averaging",
            paramLabel = "VIEWS",
            description = "none, mirror or six. Default: as the model was tested in training.")
    private @Nullable String averaging;

    @Option(names = "--json", description = "Print an array with an object for each picture.")
    private boolean json;

    @Mixin
    private RunOptions run = new RunOptions();

    /// Decoded pictures without labels.
    private record Unlabelled(List<Path> files, List<Picture> pictures) implements Examples {
        @Override
        public int size() {
            return pictures.size();
        }

        @Override
        public int label(int i) {
            return 0;
        }

        @Override
        public String name(int i) {
            return files.get(i).toString();
        }

        @Override
        public Picture picture(int i) {
            return pictures.get(i);
        }
    }

    private record Prediction(String name, double probability) {}

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        run.check(values);
        values.atLeast("--top", top, 1);
        var wanted = averaging == null ? null : values.averaging("--averaging", averaging);
        var files = files();
        PrintWriter out = spec.commandLine().getOut();
        var all = new ArrayList<Map<String, Object>>();
        int failed = 0;
        try (var arena = Arena.ofShared()) {
            var model = StoredModel.read(this.model, arena).stored();
            var card = model.card();
            var views = (wanted == null ? card.averaging() : wanted).views();
            int batch = Math.min(run.batch(), files.size());
            try (var evaluator =
                    new Evaluator(model.model(), card.preprocessing(), batch, run.precision(values), run.threads())) {
                for (int from = 0; from < files.size(); from += batch) {
                    var some = decode(files.subList(from, Math.min(files.size(), from + batch)));
                    failed += Math.min(files.size(), from + batch) - from - some.size();
                    if (some.size() == 0) continue;
                    var scores = evaluator.evaluate(some, views).scores();
                    for (int i = 0; i < some.size(); i++) {
                        var best = best(scores, i, card.classes());
                        if (json) all.add(json(some.name(i), best));
                        else print(out, some.name(i), best);
                    }
                }
            }
        }
        if (json) out.println(JsonText.of(all));
        out.flush();
        return failed > 0 ? Exit.FAILED : Exit.DONE;
    }

    private List<Path> files() throws IOException {
        var files = new ArrayList<Path>();
        for (Path path : pictures) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (var found = Files.walk(path)) {
                var inside = found.filter(PredictCommand::isPicture).sorted().toList();
                if (inside.isEmpty())
                    throw new IllegalArgumentException(
                            "%s holds no pictures (.jpg, .jpeg, .png, .gif, .bmp, .webp)".formatted(path));
                files.addAll(inside);
            }
        }
        return files;
    }

    private static boolean isPicture(Path file) {
        return ImageDecoder.isPictureName(file.toString()) && Files.isRegularFile(file);
    }

    /// Those that can be read; of the others it says why not.
    private Unlabelled decode(List<Path> files) {
        var good = new Unlabelled(new ArrayList<>(), new ArrayList<>());
        for (Path file : files) {
            try {
                var picture = ImageDecoder.decode(Files.readAllBytes(file), file.toString());
                good.files.add(file);
                good.pictures.add(picture);
            } catch (IOException e) {
                Failures.print(
                        spec.commandLine(),
                        // The system's own words, such as "Input/output error", do not say which file.
                        (e.getClass() == IOException.class ? file + " cannot be read: " : "") + Failures.sentence(e),
                        e);
            }
        }
        return good;
    }

    /// The classes of example `i` by probability, of equal ones the first in the model's order.
    private List<Prediction> best(float[] scores, int i, List<String> classes) {
        int k = classes.size();
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < k; c++) max = Math.max(max, scores[i * k + c]);
        var weights = new double[k];
        double sum = 0;
        for (int c = 0; c < k; c++) sum += weights[c] = Math.exp(scores[i * k + c] - max);
        double total = sum;
        return IntStream.range(0, k)
                .boxed()
                .sorted((a, b) -> Double.compare(weights[b], weights[a]))
                .limit(top)
                .map(c -> new Prediction(classes.get(c), weights[c] / total))
                .toList();
    }

    private static void print(PrintWriter out, String file, List<Prediction> best) {
        out.println(Quote.line(file));
        for (var p : best) out.printf("  %6.2f %%  %s%n", 100 * p.probability(), Quote.line(p.name()));
    }

    private static Map<String, Object> json(String file, List<Prediction> best) {
        var picture = new LinkedHashMap<String, Object>();
        picture.put("file", file);
        var predictions = new ArrayList<Map<String, Object>>();
        for (var p : best) {
            var one = new LinkedHashMap<String, Object>();
            one.put("class", p.name());
            one.put("probability", p.probability());
            predictions.add(one);
        }
        picture.put("predictions", predictions);
        return picture;
    }
}
