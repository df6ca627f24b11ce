package dev.thalweg.report.tensorboard;

import dev.thalweg.minimize.Minimizer;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.train.EpochReport;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/// Writes a run down for TensorBoard while it trains:
///
/// | tags | what | when |
/// |---|---|---|
/// | `step/…` | loss, learning rate, images a second | up to 10,000 steps of the run, evenly spread |
/// | `step/…` | gradient norm, update-to-weight ratio | the steps that the run measures, about 500 |
/// | `loss/…`, `accuracy/…` | of the training and the validation part | each epoch |
/// | `speed/…` | images a second: trained, and what loader and step could do | each epoch |
/// | `minimum/…` | gradient norm and evaluations, in place of rates | each iteration of a minimizer |
/// | `test/…`, `validation/…` | the final numbers | at the end |
/// | `weights/…`, `gradients/…` | a histogram for each tensor | each epoch |
/// | `augmented` | the run's first batch as the network sees it | after the first step |
/// | `filters/…` | the first convolution's weights, where its input is a picture | at the start and 20 times |
/// | `recipe` | as text | at the start |
///
/// Each process of a run begins a file of its own. A resumed run first takes back what earlier files have of
/// the steps that are done again.
///
/// What cannot be written (a full disk) ends the recording with one sentence, never the training.
public final class TensorBoard implements Listener, Closeable {
    private static final int STEPS = 10_000;
    private static final int FILTERS = 20;

    private static final byte[] STEP_LOSS = Summary.tag("step/loss");
    private static final byte[] STEP_RATE = Summary.tag("step/learning_rate");
    private static final byte[] STEP_GRADIENT = Summary.tag("step/gradient_norm");
    private static final byte[] STEP_UPDATE = Summary.tag("step/update_ratio");
    private static final byte[] STEP_SPEED = Summary.tag("step/images_per_second");

    private final Trainer trainer;
    private final Path folder;
    private final Consumer<String> warn;
    private long everyStep = 1;
    private int everyFilters = 1;
    private long steps;
    private @Nullable EventFile file;

    /// @param folder for event files, created with the first
    /// @param warn hears the sentence if writing ends early
    public TensorBoard(Trainer trainer, Path folder, Consumer<String> warn) {
        this.trainer = trainer;
        this.folder = folder;
        this.warn = warn;
    }

    /// What is written to the file at one moment.
    @FunctionalInterface
    private interface Record {
        void to(EventFile file) throws IOException;
    }

    private void record(Record record) {
        if (file == null) return;
        try {
            record.to(file);
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        file = null;
        warn.accept(
                "Nothing more is written for TensorBoard, training goes on: %s: %s".formatted(folder, e.getMessage()));
    }

    @Override
    public void started(Progress progress) {
        steps = progress.steps();
        everyStep = Math.ceilDiv(steps, STEPS);
        everyFilters = Math.max(1, (int) Math.ceil(progress.epochs() / FILTERS));
        try {
            boolean resumed = EventFile.any(folder);
            file = EventFile.create(folder);
            if (resumed) file.purge(progress.step() == 0 ? 0 : progress.step() + 1);
        } catch (IOException e) {
            fail(e);
        }
        if (progress.step() == 0)
            record(file -> {
                recipe(file, progress);
                filters(file, 0);
            });
        record(EventFile::flush);
    }

    private void recipe(EventFile file, Progress progress) throws IOException {
        String json = Files.readString(trainer.folder().recipe());
        Summary.text(
                file.summary(0),
                Summary.tag("recipe"),
                progress.description() + "\n\n" + json.indent(4)); // four spaces are code in Markdown
        file.write();
    }

    /// The run's first batch as its recorder kept it.
    private void pictures(EventFile file) throws IOException {
        for (var name : List.of("batch.png", "batch.jpg")) {
            var sheet = trainer.folder().path().resolve(name);
            if (!Files.exists(sheet)) continue;
            var picture = ImageIO.read(sheet.toFile());
            Summary.image(
                    file.summary(1),
                    Summary.tag("augmented"),
                    picture.getHeight(),
                    picture.getWidth(),
                    picture.getRaster().getNumBands(),
                    Files.readAllBytes(sheet));
            file.write();
        }
    }

    private void filters(EventFile file, long step) throws IOException {
        var found = firstFilters(trainer.model().network());
        if (found.isEmpty()) return;
        var weight = found.get();
        float[] values = trainer.model().parameters().slice(weight).toArray();
        int channels = weight.shape().dim(1),
                height = weight.shape().dim(2),
                width = weight.shape().dim(3);
        var grid = new Grid(weight.shape().dim(0), height, width, channels);
        int size = channels * height * width;
        for (int filter = 0; filter < weight.shape().dim(0); filter++) {
            int from = filter * size;
            float min = values[from], max = values[from];
            for (int i = from; i < from + size; i++) {
                min = Math.min(min, values[i]);
                max = Math.max(max, values[i]);
            }
            float low = min, span = max > min ? max - min : 1;
            grid.paint(filter, (c, y, x) -> (values[from + (c * height + y) * width + x] - low) / span);
        }
        image(file, step, "filters/" + weight.name(), grid, channels);
    }

    /// The weight of the first convolution, if a filter of it can be seen as a picture.
    private static Optional<Parameter> firstFilters(Network network) {
        return network.nodes().stream()
                .filter(node -> node.layer() instanceof Convolution)
                .findFirst()
                .flatMap(node -> node.parameters().stream()
                        .filter(p -> p.shape().rank() == 4)
                        .findFirst())
                .filter(p -> p.shape().dim(1) == 1 || p.shape().dim(1) == 3);
    }

    private static void image(EventFile file, long step, String tag, Grid grid, int channels) throws IOException {
        Summary.image(file.summary(step), Summary.tag(tag), grid.height(), grid.width(), channels, grid.png());
        file.write();
    }

    @Override
    public void step(Progress progress) {
        if (progress.step() == 1) record(this::pictures);
        if (file == null || progress.step() % everyStep != 0 && !progress.sampled()) return;
        try {
            var message = file.summary(progress.step());
            Summary.scalar(message, STEP_LOSS, progress.loss());
            if (!(trainer.recipe().optimization().rule() instanceof Minimizer)) {
                Summary.scalar(message, STEP_RATE, progress.learningRate());
                Summary.scalar(message, STEP_SPEED, progress.imagesPerSecond());
            }
            if (progress.sampled()) {
                Summary.scalar(message, STEP_GRADIENT, progress.gradientNorm());
                Summary.scalar(message, STEP_UPDATE, progress.updateRatio());
            }
            file.write();
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void epoch(EpochReport report) {
        record(file -> {
            scalars(file, report);
            histograms(file, report.step());
            if (report.epoch() % everyFilters == 0 || report.step() == steps) filters(file, report.step());
            file.flush();
        });
    }

    private static void scalars(EventFile file, EpochReport report) throws IOException {
        var message = file.summary(report.step());
        scalar(message, "loss/train", report.trainLoss());
        scalar(message, "accuracy/train", report.trainAccuracy());
        var validation = report.validation();
        if (validation != null) {
            scalar(message, "loss/validation", validation.loss());
            scalar(message, "accuracy/validation", validation.accuracy());
        }
        if (report.iteration() == null) scalar(message, "speed/images_per_second", report.imagesPerSecond());
        if (report.loaded()) {
            scalar(message, "speed/loader_images_per_second", report.loaderImagesPerSecond());
            scalar(message, "speed/step_images_per_second", report.stepImagesPerSecond());
        }
        var iteration = report.iteration();
        if (iteration != null) {
            scalar(message, "minimum/gradient_norm", iteration.gradientNorm());
            scalar(message, "minimum/evaluations", iteration.evaluations());
        }
        file.write();
    }

    private void histograms(EventFile file, long step) throws IOException {
        var model = trainer.model();
        for (var parameter : model.network().parameters()) {
            var message = file.summary(step);
            Summary.histogram(
                    message,
                    Summary.tag("weights/" + parameter.name()),
                    Histogram.of(model.parameters().slice(parameter).toArray()));
            Summary.histogram(
                    message, Summary.tag("gradients/" + parameter.name()), Histogram.of(trainer.gradient(parameter)));
            file.write();
        }
    }

    private static void scalar(Message message, String tag, double value) {
        Summary.scalar(message, Summary.tag(tag), value);
    }

    @Override
    public void finished(Result result) {
        record(file -> {
            numbers(file, result.steps(), "test", result.test());
            numbers(file, result.steps(), "validation", result.validation());
            file.flush();
        });
    }

    private static void numbers(EventFile file, long step, String part, Result.@Nullable Numbers numbers)
            throws IOException {
        if (numbers == null) return;
        var message = file.summary(step);
        scalar(message, part + "/accuracy", numbers.accuracy());
        scalar(message, part + "/loss", numbers.loss());
        scalar(message, part + "/plain_accuracy", numbers.plainAccuracy());
        scalar(message, part + "/plain_loss", numbers.plainLoss());
        file.write();
    }

    /// Writes what is still in memory.
    @Override
    public void close() {
        record(EventFile::close);
        file = null;
    }
}
