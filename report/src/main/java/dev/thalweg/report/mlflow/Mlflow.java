package dev.thalweg.report.mlflow;

import dev.thalweg.minimize.Minimizer;
import dev.thalweg.train.EpochReport;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Records a run in an MLflow tracking server while it trains: the recipe as parameters, numbers of epochs and of the
/// steps that the run measures as metrics, at the end the state and the files.
///
/// The server can neither slow down training nor break it: see [Sender]. `mlflow.json` in the run's folder names the
/// record, which goes on when the run is resumed; steps that are done again are not recorded again.
public final class Mlflow implements Listener, Closeable {
    private final Trainer trainer;
    private final Address address;
    private final String experiment;
    private final Sender.Pace pace;
    private final Consumer<String> say;
    private @Nullable Sender sender;
    private String status = "FAILED";

    /// @param say hears what the user should know, from any thread
    public Mlflow(Trainer trainer, Address address, String experiment, Consumer<String> say) {
        this(trainer, address, experiment, Sender.Pace.USUAL, say);
    }

    Mlflow(Trainer trainer, Address address, String experiment, Sender.Pace pace, Consumer<String> say) {
        this.trainer = trainer;
        this.address = address;
        this.experiment = experiment;
        this.pace = pace;
        this.say = say;
    }

    @Override
    public void started(Progress progress) {
        try {
            var description = Description.of(trainer, progress, experiment);
            sender = new Sender(address, trainer.folder(), description, pace, say);
            sender.start();
        } catch (IOException e) {
            say.accept("Nothing is recorded in MLflow, training goes on: " + e.getMessage());
        }
    }

    @Override
    public void step(Progress progress) {
        if (!progress.sampled()) return;
        add(Metric.Kind.STEP, "step/loss", progress.loss(), progress.step());
        add(Metric.Kind.STEP, "step/gradient_norm", progress.gradientNorm(), progress.step());
        add(Metric.Kind.STEP, "step/update_ratio", progress.updateRatio(), progress.step());
        if (trainer.recipe().optimization().rule() instanceof Minimizer) return;
        add(Metric.Kind.STEP, "step/learning_rate", progress.learningRate(), progress.step());
        add(Metric.Kind.STEP, "step/images_per_second", progress.imagesPerSecond(), progress.step());
    }

    @Override
    public void epoch(EpochReport report) {
        epoch("epoch", report.epoch(), report);
        epoch("loss/train", report.trainLoss(), report);
        epoch("accuracy/train", report.trainAccuracy(), report);
        var validation = report.validation();
        if (validation != null) {
            epoch("loss/validation", validation.loss(), report);
            epoch("accuracy/validation", validation.accuracy(), report);
        }
        if (report.iteration() == null) epoch("speed/images_per_second", report.imagesPerSecond(), report);
        if (report.loaded()) {
            epoch("speed/loader_images_per_second", report.loaderImagesPerSecond(), report);
            epoch("speed/step_images_per_second", report.stepImagesPerSecond(), report);
        }
        var iteration = report.iteration();
        if (iteration != null) {
            epoch("minimum/gradient_norm", iteration.gradientNorm(), report);
            epoch("minimum/evaluations", iteration.evaluations(), report);
        }
    }

    private void epoch(String key, double value, EpochReport report) {
        add(Metric.Kind.EPOCH, key, value, report.step());
    }

    @Override
    public void finished(Result result) {
        status = switch (result.ended()) {
            case FINISHED -> "FINISHED";
            case STOPPED -> "KILLED";
            case DIVERGED -> "FAILED";
        };
        numbers("test", result.test(), result.steps());
        numbers("validation", result.validation(), result.steps());
        if (result.ended() == Result.Ended.FINISHED)
            add(Metric.Kind.FINAL, "seconds", result.train().seconds(), result.steps());
    }

    private void numbers(String part, Result.@Nullable Numbers numbers, long step) {
        if (numbers == null) return;
        add(Metric.Kind.FINAL, part + "/accuracy", numbers.accuracy(), step);
        add(Metric.Kind.FINAL, part + "/loss", numbers.loss(), step);
        add(Metric.Kind.FINAL, part + "/plain_accuracy", numbers.plainAccuracy(), step);
        add(Metric.Kind.FINAL, part + "/plain_loss", numbers.plainLoss(), step);
    }

    private void add(Metric.Kind kind, String key, double value, long step) {
        if (sender != null) sender.add(new Metric(kind, key, value, step, System.currentTimeMillis()));
    }

    /// Waits a bounded time for what is still to be sent. To be called when the run's files are all written.
    @Override
    public void close() throws IOException {
        if (sender == null) return;
        var folder = trainer.folder();
        var files = Stream.of(
                        "recipe.json",
                        "report.html",
                        "result.json",
                        "metrics.jsonl",
                        "controls.jsonl",
                        "model.safetensors")
                .map(folder.path()::resolve)
                .toList();
        try {
            sender.end(status, files);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sender = null;
        }
    }
}
