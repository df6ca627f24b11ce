package dev.thalweg.cli;

import dev.thalweg.data.UnreadablePicture;
import dev.thalweg.report.RunReport;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.ShellWord;
import dev.thalweg.train.Averaging;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/// A trainer's run as a user sees it: what it is before, progress while, what to do next after.
///
/// @param out for the results
/// @param err for what goes on
record TrainingRun(Trainer trainer, ProgressReport progress, PrintWriter out, PrintWriter err) {

    static TrainingRun of(Trainer trainer, PrintWriter out, PrintWriter err) {
        return new TrainingRun(trainer, ProgressReport.on(err, trainer), out, err);
    }

    /// @return the exit status
    int run() throws IOException {
        return summary(train());
    }

    /// The run alone, without a word on its result.
    Result train() throws IOException {
        trainer.listen(progress);
        try (var signals = new Signals(this::stop)) {
            return trainer.run();
        } catch (UnreadablePicture e) {
            if (Files.isRegularFile(trainer.folder().model()))
                progress.say(
                        "The network is trained. To test it without what cannot be read: ./thalweg evaluate %s --skip-unreadable"
                                .formatted(ShellWord.of(trainer.folder().path().toString())));
            throw e;
        } finally {
            progress.clear();
        }
    }

    private void stop() {
        trainer.stop();
        progress.say("Ending with a checkpoint … (Ctrl-C again quits at once)");
    }

    private int summary(Result result) {
        Path folder = trainer.folder().path();
        int status = switch (result.ended()) {
            case FINISHED -> {
                finished(result);
                yield Exit.DONE;
            }
            case STOPPED -> {
                out.printf("Stopped after step %,d of %,d.%n", result.steps(), progress.steps());
                report();
                next("to go on", "train --resume " + ShellWord.of(folder.toString()));
                yield Exit.STOPPED;
            }
            case DIVERGED -> {
                err.println("Training diverged after step %,d of %,d.".formatted(result.steps(), progress.steps()));
                report();
                yield Exit.DIVERGED;
            }
        };
        out.flush();
        err.flush();
        return status;
    }

    private void finished(Result result) {
        var minimum = result.minimum();
        if (minimum != null)
            row(
                    "trained",
                    "%s in %s, %,d evaluations; loss %.6f, gradient %.2e: %s"
                            .formatted(
                                    Text.counted(minimum.iterations(), "iteration"),
                                    Text.clock(result.train().seconds()),
                                    minimum.evaluations(),
                                    minimum.value(),
                                    minimum.gradientNorm(),
                                    minimum.reason().replace('_', ' ')));
        else
            row(
                    "trained",
                    "%s in %s, %s images/s"
                            .formatted(
                                    Text.counted(trainer.recipe().training().epochs(), "epoch"),
                                    Text.clock(result.train().seconds()),
                                    Text.rate(result.train().imagesPerSecond())));
        numbers("validation", result.validation());
        numbers("test", result.test());
        row("model", trainer.folder().model().toString());
        report();
        String model = ShellWord.of(trainer.folder().model().toString());
        String data = ShellWord.of(trainer.recipe().data().source());
        String skip = trainer.recipe().data().skipUnreadable() ? " --skip-unreadable" : "";
        next("to test it", "evaluate %s %s%s".formatted(model, data, skip));
        next("to use it", "predict %s PICTURE…".formatted(model));
    }

    /// The run's page. Whatever hinders it, the model is there.
    private void report() {
        Path file = trainer.folder().report();
        try {
            new RunReport(trainer.folder()).write(file);
            row("report", file.toString());
        } catch (IOException | RuntimeException e) {
            err.println("The report was not written: " + Failures.sentence(e));
        }
    }

    private void numbers(String name, Result.@org.jspecify.annotations.Nullable Numbers numbers) {
        if (numbers == null) return;
        var averaging = trainer.recipe().test();
        row(
                name,
                "accuracy %s%s, loss %.4f, %,d examples"
                        .formatted(
                                Text.percent(numbers.accuracy()),
                                averaging == Averaging.NONE
                                        ? ""
                                        : " %s (%s without)"
                                                .formatted(
                                                        RecipeOptions.describe(averaging),
                                                        Text.percent(numbers.plainAccuracy())),
                                numbers.loss(),
                                numbers.examples()));
    }

    private void next(String what, String command) {
        row(what, "./thalweg " + command);
    }

    private void row(String name, String text) {
        out.printf("%-11s %s%n", name, Quote.line(text));
    }
}
