package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderStats;
import dev.thalweg.picture.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A run while it runs: step after step, what is due when epochs end, checkpoints, and what is left behind in the
/// end. What a step does is the [Learner]'s matter; where the run comes from and who owns what it needs, the
/// [Trainer]'s.
final class TrainingLoop implements AutoCloseable {
    private final Trainer trainer;
    private final Recipe recipe;
    private final RunFolder folder;
    private final DataSet data;
    private final Learner learner;
    private final Feeding feeding;
    private final Controls controls;
    private final Listener listener;
    private final TimeAccount.Clock clock;
    private final Pace pace;
    private final int stepsPerEpoch;
    private final long totalSteps;
    private final Recorder recorder;
    private final Examiner examiner;
    private final Progress progress = new Progress();
    private final Standing now;
    private boolean advised;
    private int epochsHere;

    /// @param now where the run is, brought up to date with each step
    TrainingLoop(
            Trainer trainer,
            Learner learner,
            Feeding feeding,
            Listener listener,
            TimeAccount.Clock clock,
            Pace pace,
            Standing now) {
        this.trainer = trainer;
        this.learner = learner;
        this.feeding = feeding;
        this.listener = listener;
        this.clock = clock;
        this.pace = pace;
        this.now = now;
        recipe = trainer.recipe();
        folder = trainer.folder();
        data = trainer.data();
        controls = trainer.controls();
        stepsPerEpoch = pace.stepsPerEpoch();
        var t = recipe.training();
        totalSteps = pace.steps(t.epochs());
        var sampling = Sampling.of(totalSteps, trainer.model().network(), t.batch() * t.accumulate());
        recorder = new Recorder(folder, data, trainer.card().preprocessing(), learner, sampling, stepsPerEpoch, clock);
        examiner = new Examiner(trainer, learner, feeding, stepsPerEpoch, clock);
    }

    /// @param resuming whether to begin at the checkpoint
    Result run(boolean resuming) throws IOException {
        var earlierDecoder = resuming ? restore() : null;
        long lines = folder.truncate(folder.metrics(), now.metricsLines);
        if (lines < now.metricsLines)
            listener.note(
                    "%s has lost %d of the %d lines that were written before the last checkpoint; the run goes on without them."
                            .formatted(folder.metrics(), now.metricsLines - lines, now.metricsLines));
        now.metricsLines = (int) lines;
        recorder.begin(now.step);
        describe();
        listener.started(progress);
        noteOtherDecoder(earlierDecoder);
        UnfinishedWarmup.note(recipe, data.train().size()).ifPresent(listener::note);
        // A minimizer that has no steps left still says where it came to.
        Result.Ended ended;
        try (var loader = learner.open(feeding, now.step)) {
            ended = train(loader);
        }
        return finish(ended);
    }

    private Result.Ended train(Loader loader) throws IOException {
        long lastCheckpoint = System.nanoTime();
        clock.setup = clock.since();
        var before = loader.stats();
        double rested = 0;
        while (true) {
            var end = learner.end();
            if (end != null) return leave(end);
            if (now.step == totalSteps) return Result.Ended.FINISHED;
            learner.prepare(now.step);
            if (now.step % stepsPerEpoch == 0) now.beginEpoch();
            double rate = recipe.optimization().learningRate()
                    * recipe.optimization().schedule().factor(now.step, totalSteps)
                    * controls.factor(now.step);
            boolean sampled = recorder.wants(now.step);
            recorder.beforeStep();
            long begin = System.nanoTime();
            try {
                if (!learner.step(loader, now.step, totalSteps, rate, now.tally, sampled)) continue;
            } catch (ArithmeticException e) { // the gradient's norm, before it was used
                listener.note("%s. %s".formatted(e.getMessage(), advice()));
                return Result.Ended.DIVERGED;
            }
            double loss = now.tally.last;
            double elapsed = (System.nanoTime() - begin) * 1e-9;
            if (!Double.isFinite(loss)) {
                listener.note("The loss is not a number any more at step %d. %s".formatted(now.step + 1, advice()));
                return Result.Ended.DIVERGED;
            }
            now.add(elapsed);
            recorder.afterStep(now.step, loss, rate, sampled);
            progress.sampled = sampled;
            report(rate);
            boolean epochOver = now.step % stepsPerEpoch == 0 || now.step == totalSteps;
            if (epochOver) {
                skipRest(loader);
                var stats = loader.stats();
                boolean fine = endEpoch(stats.since(before).without(rested));
                before = stats;
                rested = 0;
                if (!fine) return Result.Ended.DIVERGED;
            }
            if (controls.asked()) rested += obey();
            boolean stopping = controls.stopping(epochOver);
            boolean due = System.nanoTime() - lastCheckpoint > recipe.training().checkpointSeconds() * 1e9;
            // Epochs of one step are too short for a checkpoint each.
            boolean longEpochOver = epochOver && (stepsPerEpoch > 1 || now.step == totalSteps);
            if (longEpochOver || due || stopping) {
                if (!checkpoint()) return Result.Ended.DIVERGED;
                lastCheckpoint = System.nanoTime();
            }
            if (stopping && now.step < totalSteps) return Result.Ended.STOPPED;
        }
    }

    /// The learner has come to its end, or was asked to leave a step unfinished.
    private Result.Ended leave(Learner.End end) throws IOException {
        if (controls.asked()) obey();
        if (!end.sentence().isEmpty()) listener.note(end.sentence());
        return checkpoint() ? end.ended() : Result.Ended.DIVERGED;
    }

    /// Does what was asked for from outside, with a checkpoint where that means to wait.
    ///
    /// @return seconds that the run rested
    private double obey() throws IOException {
        long before = controls.pausedNanos();
        controls.obey(now.step, control -> {
            if (control.what() == Control.What.PAUSE) checkpoint();
            listener.controlled(control);
        });
        long rested = controls.pausedNanos() - before;
        clock.rest += rested;
        return rested * 1e-9;
    }

    private void skipRest(Loader loader) throws IOException {
        if (now.step % stepsPerEpoch != 0) return;
        for (int i = 0; i < pace.leftOver(); i++) loader.next().release();
    }

    private void report(double rate) {
        progress.step = now.step;
        progress.epoch = (int) ((now.step - 1) / stepsPerEpoch) + 1;
        progress.stepInEpoch = (int) ((now.step - 1) % stepsPerEpoch) + 1;
        progress.loss = now.tally.last;
        progress.learningRate = rate;
        progress.gradientNorm = learner.probe().gradientNorm();
        progress.updateRatio = learner.probe().update();
        progress.epochLoss = now.tally.loss();
        progress.epochAccuracy = now.tally.accuracy();
        progress.imagesPerSecond = now.imagesPerSecond();
        progress.seconds = now.seconds;
        progress.secondsLeft = (totalSteps - now.step) * now.seconds / now.step;
        listener.step(progress);
    }

    private void describe() throws IOException {
        var network = trainer.model().network();
        var manner = learner.manner(feeding);
        progress.loading = manner == null ? feeding.describe() : manner;
        progress.steps = totalSteps;
        progress.stepsPerEpoch = stepsPerEpoch;
        progress.epochs = recipe.training().epochs();
        progress.step = now.step;
        progress.epoch = (int) (now.step / stepsPerEpoch) + 1;
        progress.description = "%s (%,d parameters, %s) on %s"
                .formatted(
                        network.name(),
                        network.parameters().length(),
                        learner.precision().name().toLowerCase(Locale.ROOT),
                        data);
    }

    private boolean endEpoch(LoaderStats stats) throws IOException {
        int epoch = (int) Math.ceilDiv(now.step, stepsPerEpoch);
        now.endEpoch();
        Evaluation validation = null;
        boolean isBest = false;
        if (data.validation().size() > 0) {
            examiner.settle(now.step);
            validation = examiner.evaluate(data.validation(), Averaging.NONE);
            isBest = now.isBest(validation.accuracy());
            if (isBest) examiner.write(folder.best());
            if (learner.trainsBeside()) learner.resume();
        }
        var minimum = learner.minimum();
        var report = new EpochReport(
                epoch,
                now.step,
                now.lastEpochLoss,
                now.lastEpochAccuracy,
                progress.learningRate,
                now.epochSeconds,
                now.imagesPerSecond(),
                stats.capacity(),
                stats.demand(),
                stats.loaderBound(),
                validation,
                isBest,
                minimum == null ? null : new EpochReport.Iteration(minimum.gradientNorm(), minimum.evaluations()));
        folder.append(folder.metrics(), RecipeFile.line(report.line()) + "\n");
        now.metricsLines++;
        listener.epoch(report);
        // The first epoch of a process decodes what the cache keeps from then on.
        boolean filling = epochsHere++ == 0 && feeding.isCached();
        if (stats.loaderBound() && !filling && !advised) {
            advised = true;
            listener.note(feeding.advice());
        }
        if (now.hasDiverged()) {
            listener.note("The loss has risen to %.3g, from %.3g in the first steps. %s"
                    .formatted(now.lastEpochLoss, now.firstLoss, advice()));
            return false;
        }
        return true;
    }

    private Result finish(Result.Ended ended) throws IOException {
        Result.Numbers test = null;
        Result.Numbers validation = null;
        if (ended == Result.Ended.FINISHED) {
            examiner.settle(now.step);
            examiner.write(folder.model());
            test = test("test", data.test());
            validation = test("validation", data.validation());
        }
        long examples = now.step * pace.examplesPerStep();
        var result = new Result(
                ended,
                test,
                validation,
                new Result.Speed(
                        now.seconds,
                        now.seconds == 0 ? 0 : examples / now.seconds,
                        now.lastEpochLoss,
                        now.lastEpochAccuracy),
                (double) now.step / stepsPerEpoch,
                now.step,
                recipe.training().seed(),
                trainer.model().network().parameters().length(),
                data.skipped().size(),
                Result.Minimum.of(learner.minimum()),
                controls.upTo(now.step));
        RunFolder.write(folder.result(), RecipeFile.pretty(result) + "\n");
        recorder.end();
        listener.finished(result);
        return result;
    }

    /// In the end: the numbers for the result, each example's answer for the record.
    private Result.@Nullable Numbers test(String part, Examples examples) throws IOException {
        if (examples.size() == 0) return null;
        var evaluation = examiner.evaluate(examples, recipe.test());
        recorder.evaluated(part, examples, evaluation);
        return Result.Numbers.of(evaluation);
    }

    private String advice() {
        return "%s %s"
                .formatted(
                        Files.exists(folder.checkpoint())
                                ? "The last good state is kept in " + folder.checkpoint() + "."
                                : "No checkpoint had been written yet.",
                        learner.advice());
    }

    private void noteOtherDecoder(@Nullable String earlier) {
        var here = ImageDecoder.jpegDecoderName();
        if (earlier != null && !earlier.equals(here))
            listener.note(
                    ("JPEG files were read by another decoder before, %s; now by %s. Some pictures come out slightly different, so"
                                    + " that the run does not end with the bytes that it would have. -Dthalweg.jpeg=%s in"
                                    + " THALWEG_JAVA_OPTS chooses the earlier one.")
                            .formatted(earlier, here, earlier));
    }

    // Checkpoints.

    private boolean checkpoint() throws IOException {
        long begin = System.nanoTime();
        if (!learner.allFinite()) {
            listener.note("A parameter is not a number any more at step %d. %s".formatted(now.step, advice()));
            return false;
        }
        recorder.flush();
        Checkpoint.write(
                folder.checkpoint(),
                now.state(clock.now(), ImageDecoder.jpegDecoderName()),
                learner.vectors(),
                learner.numbers(),
                data.fingerprint(),
                ModelStore.metadata(trainer.card(), trainer.provenance()));
        clock.checkpoint += System.nanoTime() - begin;
        listener.checkpoint(folder.checkpoint(), now.step);
        return true;
    }

    /// @return which decoder had read JPEG files
    private @Nullable String restore() throws IOException {
        var numbers = learner.numbers();
        var state = Checkpoint.read(folder.checkpoint(), learner.vectors(), numbers, data.fingerprint());
        if (state.step() > totalSteps)
            throw new IOException("%s is at step %,d, behind the end of the run, which %s sets at step %,d"
                    .formatted(folder.checkpoint(), state.step(), folder.recipe(), totalSteps));
        learner.restore(numbers);
        now.restore(state);
        var time = state.time();
        if (time != null) clock.goOn(time);
        return state.jpeg();
    }

    @Override
    public void close() {
        examiner.close();
    }
}
