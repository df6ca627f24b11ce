package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderStats;
import dev.thalweg.data.check.Readable;
import dev.thalweg.data.check.Scan;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Reason;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.picture.ImageDecoder;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Runs a recipe in a folder, from the first step or from the folder's checkpoint.
///
///     var recipe = Defaults.forData("photos");
///     try (var trainer = Trainer.start(recipe, Path.of("runs/photos"))) {
///         Result result = trainer.run();
///     }
///
/// A run that was stopped or killed at any moment and resumed ends with the same bytes as one that
/// was not. To be used by one thread, except for [#stop] and [#controls].
public final class Trainer implements AutoCloseable {
    /// Steps whose mean loss is where the run "began".
    private static final int FIRST_STEPS = 10;
    /// How far above where it began the loss of an epoch counts as divergence.
    private static final double DIVERGED = 5;

    private final Recipe recipe;
    private final RunFolder folder;
    private final RunLock lock;
    private final DataSet data;
    private final Arena arena = Arena.ofShared();
    private final Model model;
    private final ModelCard card;
    private final Learner learner;
    private final TimeAccount.Clock clock = new TimeAccount.Clock();
    private final Recorder recorder;
    private final List<Listener> listeners = new ArrayList<>();
    private final Progress progress = new Progress();
    private final Machine machine = Machine.here();
    private final Controls controls;
    private final Pace pace;
    private final int stepsPerEpoch;
    private final long totalSteps;
    private boolean resuming;
    private boolean advised;
    private int epochsHere;
    private long cacheBytes = Runtime.getRuntime().maxMemory() / 4;
    private @Nullable Evaluator evaluator;
    /// Where a minimizer is.
    private dev.thalweg.minimize.@Nullable Result minimum;

    // The run's state, saved in checkpoints.
    private long step;
    private final Learner.Tally tally = new Learner.Tally();
    private double seconds;
    private double epochSeconds;
    private double best = -1;
    private double firstLoss = Double.NaN;
    private double lastEpochLoss = Double.NaN;
    private double lastEpochAccuracy = Double.NaN;
    private int metricsLines;

    private Trainer(Recipe recipe, RunFolder folder, RunLock lock, DataSet data) throws IOException {
        this.recipe = recipe;
        this.folder = folder;
        this.lock = lock;
        this.data = data;
        controls = new Controls(ControlLog.of(folder), !(recipe.optimization().rule() instanceof Minimizer));
        var t = recipe.training();
        pace = Pace.of(recipe, data.train().size());
        stepsPerEpoch = pace.stepsPerEpoch();
        totalSteps = pace.steps(t.epochs());
        var net = recipe.network();
        var network = Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                data.classes().size());
        var preprocessing = recipe.preprocessing(data.train());
        card = new ModelCard(net.name(), data.classes(), preprocessing, recipe.test(), data.fingerprint(), t.seed());
        try {
            model = Model.initialise(network, t.seed(), arena);
            learner = Learner.of(recipe, model, stepsPerEpoch, data.train().size(), clock, arena);
            var sampling = Sampling.of(totalSteps, network, t.batch() * t.accumulate());
            recorder = new Recorder(folder, data, card.preprocessing(), learner, sampling, stepsPerEpoch, clock);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /// A new run in `path`, which must be absent or empty.
    ///
    /// @throws IOException if the data cannot be read or the folder not be written
    /// @throws IllegalArgumentException if the recipe does not fit the data
    public static Trainer start(Recipe recipe, Path path) throws IOException {
        var data = open(recipe);
        try {
            return start(recipe, path, recipe.data().skipUnreadable() ? Readable.of(data, Scan.Progress.SILENT) : data);
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    /// The same with data that was opened already, as the recipe says, and is closed with the trainer. Where
    /// the recipe says to skip what cannot be read, the data is to be without that ([Readable]).
    public static Trainer start(Recipe recipe, Path path, DataSet data) throws IOException {
        Trainer trainer = null;
        RunLock lock = null;
        try {
            var folder = RunFolder.create(path);
            lock = RunLock.acquire(path);
            RunFolder.create(path); // still empty, now that it is ours
            trainer = new Trainer(recipe, folder, lock, data);
            DataInit.apply(trainer.model, data, trainer.card.preprocessing());
            trainer.lookahead();
            if (recipe.data().skipUnreadable()) SkippedFile.write(folder.skipped(), data.skipped());
            RecipeFile.write(folder.recipe(), recipe);
            return trainer;
        } catch (IOException | RuntimeException e) {
            if (lock != null) lock.abandon();
            if (trainer != null) trainer.close();
            else data.close();
            throw e;
        }
    }

    /// The run in `path`, from its checkpoint on, or from its beginning if it has none yet.
    ///
    /// @throws NoSuchFileException if `path` holds no run
    public static Trainer resume(Path path) throws IOException {
        return resume(path, null);
    }

    /// The same with data that was opened already, as the run's recipe says, without what the run skipped, and
    /// is closed with the trainer; null to have it opened.
    public static Trainer resume(Path path, @Nullable DataSet opened) throws IOException {
        var folder = new RunFolder(path);
        RunLock lock = null;
        Trainer trainer = null;
        DataSet data = opened;
        try {
            if (!Files.isRegularFile(folder.recipe()))
                throw new NoSuchFileException(
                        path.toString(), null, "there is no run in this folder: it has no recipe.json");
            lock = RunLock.acquire(path);
            var recipe = RecipeFile.read(folder.recipe());
            if (data == null) {
                data = open(recipe);
                if (recipe.data().skipUnreadable()) data = Readable.without(data, SkippedFile.read(folder.skipped()));
            }
            trainer = new Trainer(recipe, folder, lock, data);
            trainer.resuming = Files.isRegularFile(folder.checkpoint());
            if (!trainer.resuming) DataInit.apply(trainer.model, data, trainer.card.preprocessing());
            trainer.lookahead();
            return trainer;
        } catch (IOException | RuntimeException e) {
            if (trainer != null) trainer.close();
            else {
                if (data != null) data.close();
                if (lock != null) lock.close();
            }
            throw e;
        }
    }

    private static DataSet open(Recipe recipe) throws IOException {
        return DataSets.open(recipe.data().source(), recipe.data().split());
    }

    /// Adds someone who hears of this run.
    public Trainer listen(Listener listener) {
        listeners.add(listener);
        return this;
    }

    /// Adds a rider, before [#run]; a run that is resumed needs the same ones, whose vectors are
    /// restored when it goes on.
    public Trainer ride(Rider rider) {
        learner.ride(rider);
        return this;
    }

    /// Asks the run to end after the step under way, with a checkpoint. From any thread.
    public void stop() {
        controls.interrupt();
    }

    /// What can be done to the run while it trains.
    public Controls controls() {
        return controls;
    }

    public Recipe recipe() {
        return recipe;
    }

    public DataSet data() {
        return data;
    }

    public Model model() {
        return model;
    }

    /// The part of the last step's gradient that belongs to `parameter`, before clipping by norm or value: a copy, in
    /// the
    /// tensor's order; zeros where nothing was to be learned. To be called by a [Listener] after a step.
    public float[] gradient(Parameter parameter) {
        return learner.gradient(parameter);
    }

    public RunFolder folder() {
        return folder;
    }

    /// What the trained model's file will say of it.
    public ModelCard card() {
        return card;
    }

    /// How the model came to be what it is now.
    public Provenance provenance() {
        return new Provenance(
                recipe.withData(recipe.data().withoutFolder()),
                Provenance.Data.of(data),
                step,
                learner.precision(),
                machine.kind(),
                ImageDecoder.jpegDecoderName(),
                controls.learningRates(step));
    }

    private void lookahead() {
        var lookahead = recipe.lookahead();
        if (lookahead != null) learner.ride(lookahead.rider(model, learner.workers(), arena));
    }

    // The run.

    /// Trains to the end of the recipe, or until [#stop] or divergence; then, unless it was stopped,
    /// evaluates the test part and writes the model and the result.
    ///
    /// @throws IOException if the checkpoint or an example cannot be read, or a file not be written
    public Result run() throws IOException {
        @Nullable String earlierDecoder = null;
        if (resuming) {
            var numbers = learner.numbers();
            var state = Checkpoint.read(folder.checkpoint(), learner.vectors(), numbers, data.fingerprint());
            learner.restore(numbers);
            restore(state);
            earlierDecoder = state.jpeg();
        }
        resuming = false;
        long lines = folder.truncate(folder.metrics(), metricsLines);
        if (lines < metricsLines)
            note(
                    "%s has lost %d of the %d lines that were written before the last checkpoint; the run goes on without them."
                            .formatted(folder.metrics(), metricsLines - lines, metricsLines));
        metricsLines = (int) lines;
        recorder.begin(step);
        describe();
        for (var listener : listeners) listener.started(progress);
        noteOtherDecoder(earlierDecoder);
        var ended = Result.Ended.FINISHED;
        // A minimizer that has no steps left still says where it came to.
        if (step < totalSteps || recipe.optimization().rule() instanceof Minimizer) {
            try (var loader = learner.open(feeding(), step)) {
                ended = train(loader);
            }
        }
        return finish(ended);
    }

    private Result.Ended train(Loader loader) throws IOException {
        long lastCheckpoint = System.nanoTime();
        clock.setup = clock.since();
        var before = loader.stats();
        double rested = 0;
        minimum = learner.minimum();
        while (step < totalSteps && (minimum == null || minimum.reason() == Reason.BUDGET)) {
            learner.prepare(step);
            if (step % stepsPerEpoch == 0) {
                tally.clear();
                epochSeconds = 0;
            }
            double rate = recipe.optimization().learningRate()
                    * recipe.optimization().schedule().factor(step, totalSteps)
                    * controls.factor(step);
            boolean sampled = recorder.wants(step);
            recorder.beforeStep();
            long begin = System.nanoTime();
            double loss;
            try {
                loss = learner.step(loader, step, totalSteps, rate, tally, sampled);
            } catch (ArithmeticException e) { // the gradient's norm, before it was used
                note("%s. %s".formatted(e.getMessage(), advice()));
                return Result.Ended.DIVERGED;
            }
            var reached = learner.minimum();
            if (reached != null && minimum != null && reached.iterations() == minimum.iterations()) {
                minimum = reached; // no step could be taken
                break;
            }
            double elapsed = (System.nanoTime() - begin) * 1e-9;
            seconds += elapsed;
            epochSeconds += elapsed;
            if (!Double.isFinite(loss)) {
                note("The loss is not a number any more at step %d. %s".formatted(step + 1, advice()));
                return Result.Ended.DIVERGED;
            }
            step++;
            minimum = reached;
            recorder.afterStep(step, loss, rate, sampled);
            progress.sampled = sampled;
            report(loss, rate);
            boolean epochOver = step % stepsPerEpoch == 0 || step == totalSteps;
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
            // A minimizer's epochs are single steps.
            boolean longEpochOver = epochOver && (stepsPerEpoch > 1 || step == totalSteps);
            if (longEpochOver || due || stopping) {
                if (!checkpoint()) return Result.Ended.DIVERGED;
                lastCheckpoint = System.nanoTime();
            }
            if (stopping && step < totalSteps) return Result.Ended.STOPPED;
        }
        return minimum == null || minimum.reason() == Reason.BUDGET ? Result.Ended.FINISHED : ended(minimum);
    }

    /// A minimizer has come to its end.
    private Result.Ended ended(dev.thalweg.minimize.Result end) throws IOException {
        note("%s stopped after %,d iterations and %,d evaluations of the whole loss: %s."
                .formatted(recipe.optimization().rule().name(), end.iterations(), end.evaluations(), end.detail()));
        if (step == 0 && end.reason() == Reason.NOT_FINITE) return Result.Ended.DIVERGED;
        return checkpoint() ? Result.Ended.FINISHED : Result.Ended.DIVERGED;
    }

    /// Does what was asked for from outside, with a checkpoint where that means to wait.
    ///
    /// @return seconds that the run rested
    private double obey() throws IOException {
        long before = controls.pausedNanos();
        controls.obey(step, control -> {
            if (control.what() == Control.What.PAUSE) checkpoint();
            for (var listener : listeners) listener.controlled(control);
        });
        long rested = controls.pausedNanos() - before;
        clock.rest += rested;
        return rested * 1e-9;
    }

    private void skipRest(Loader loader) throws IOException {
        if (step % stepsPerEpoch != 0) return;
        for (int i = 0; i < pace.leftOver(); i++) loader.next().release();
    }

    private void report(double loss, double rate) {
        if (step <= FIRST_STEPS) firstLoss = step == 1 ? loss : firstLoss + (loss - firstLoss) / step;
        progress.step = step;
        progress.epoch = (int) ((step - 1) / stepsPerEpoch) + 1;
        progress.stepInEpoch = (int) ((step - 1) % stepsPerEpoch) + 1;
        progress.loss = loss;
        progress.learningRate = rate;
        progress.gradientNorm = learner.probe().gradientNorm();
        progress.updateRatio = learner.probe().update();
        progress.epochLoss = tally.loss();
        progress.epochAccuracy = tally.accuracy();
        progress.imagesPerSecond = tally.examples / epochSeconds;
        progress.seconds = seconds;
        progress.secondsLeft = (totalSteps - step) * seconds / step;
        for (var listener : listeners) listener.step(progress);
    }

    /// Bytes of heap for decoded training pictures, which are kept if all of them fit; 0 for none. Without
    /// influence on the result. To be called before [#run].
    public Trainer cache(long bytes) {
        Require.that(bytes >= 0, "a cache must have at least 0 bytes, got %s", bytes);
        cacheBytes = bytes;
        return this;
    }

    private Feeding feeding() {
        return new Feeding(recipe, data.train(), card.preprocessing(), cacheBytes);
    }

    private void noteOtherDecoder(@Nullable String earlier) {
        var now = ImageDecoder.jpegDecoderName();
        if (earlier != null && !earlier.equals(now))
            note(
                    ("JPEG files were read by another decoder before, %s; now by %s. Some pictures come out slightly different, so"
                                    + " that the run does not end with the bytes that it would have. -Dthalweg.jpeg=%s in"
                                    + " THALWEG_JAVA_OPTS chooses the earlier one.")
                            .formatted(earlier, now, earlier));
    }

    private void describe() throws IOException {
        var t = recipe.training();
        var manner = learner.manner(feeding());
        progress.loading = manner == null ? feeding().describe() : manner;
        progress.steps = totalSteps;
        progress.stepsPerEpoch = stepsPerEpoch;
        progress.epochs = t.epochs();
        progress.step = step;
        progress.epoch = (int) (step / stepsPerEpoch) + 1;
        progress.description = "%s (%,d parameters, %s) on %s"
                .formatted(
                        model.network().name(),
                        model.network().parameters().length(),
                        learner.precision().name().toLowerCase(Locale.ROOT),
                        data);
    }

    private boolean endEpoch(LoaderStats stats) throws IOException {
        int epoch = (int) Math.ceilDiv(step, stepsPerEpoch);
        lastEpochLoss = tally.loss();
        lastEpochAccuracy = tally.accuracy();
        Evaluation validation = null;
        boolean isBest = false;
        if (data.validation().size() > 0) {
            settle();
            validation = evaluate(data.validation(), Averaging.NONE);
            isBest = validation.accuracy() > best;
            if (isBest) {
                best = validation.accuracy();
                writeModel(folder.best());
            }
            if (learner.trainsBeside()) learner.resume();
        }
        var report = new EpochReport(
                epoch,
                step,
                lastEpochLoss,
                lastEpochAccuracy,
                progress.learningRate,
                epochSeconds,
                tally.examples / epochSeconds,
                stats.capacity(),
                stats.demand(),
                stats.loaderBound(),
                validation,
                isBest,
                minimum == null ? null : new EpochReport.Iteration(minimum.gradientNorm(), minimum.evaluations()));
        folder.append(folder.metrics(), RecipeFile.line(report.line()) + "\n");
        metricsLines++;
        for (var listener : listeners) listener.epoch(report);
        // The first epoch of a process decodes what the cache keeps from then on.
        boolean filling = epochsHere++ == 0 && feeding().isCached();
        if (stats.loaderBound() && !filling && !advised) {
            advised = true;
            note(feeding().advice());
        }
        if (lastEpochLoss > DIVERGED * firstLoss) {
            note("The loss has risen to %.3g, from %.3g in the first steps. %s"
                    .formatted(lastEpochLoss, firstLoss, advice()));
            return false;
        }
        return true;
    }

    /// Where the rule trains beside what is to be used, puts that in place, with running statistics that fit.
    private void settle() throws IOException {
        if (!learner.trainsBeside()) return;
        long begin = System.nanoTime();
        try (var loader = learner.open(feeding(), step / stepsPerEpoch * stepsPerEpoch)) {
            learner.settle(loader, step);
        }
        clock.evaluation += System.nanoTime() - begin;
    }

    private Evaluation evaluate(Examples examples, Averaging averaging) throws IOException {
        long begin = System.nanoTime();
        var t = recipe.training();
        if (evaluator == null)
            evaluator = new Evaluator(model, card.preprocessing(), t.batch(), t.precision(), t.threads());
        var evaluation = evaluator.evaluate(examples, averaging.views());
        clock.evaluation += System.nanoTime() - begin;
        return evaluation;
    }

    /// In the end: the numbers for the result, each example's answer for the record.
    private Result.@Nullable Numbers test(String part, Examples examples) throws IOException {
        if (examples.size() == 0) return null;
        var evaluation = evaluate(examples, recipe.test());
        recorder.evaluated(part, examples, evaluation);
        return Result.Numbers.of(evaluation);
    }

    private void writeModel(Path file) throws IOException {
        long begin = System.nanoTime();
        ModelStore.write(file, model, card, provenance());
        clock.checkpoint += System.nanoTime() - begin;
    }

    private Result finish(Result.Ended ended) throws IOException {
        Result.Numbers test = null;
        Result.Numbers validation = null;
        if (ended == Result.Ended.FINISHED) {
            settle();
            writeModel(folder.model());
            test = test("test", data.test());
            validation = test("validation", data.validation());
        }
        var t = recipe.training();
        long examples = step * pace.examplesPerStep();
        var result = new Result(
                ended,
                test,
                validation,
                new Result.Speed(seconds, seconds == 0 ? 0 : examples / seconds, lastEpochLoss, lastEpochAccuracy),
                (double) step / stepsPerEpoch,
                step,
                t.seed(),
                model.network().parameters().length(),
                data.skipped().size(),
                Result.Minimum.of(minimum),
                controls.upTo(step));
        RunFolder.write(folder.result(), RecipeFile.pretty(result) + "\n");
        recorder.end();
        for (var listener : listeners) listener.finished(result);
        return result;
    }

    private String advice() {
        if (recipe.optimization().rule() instanceof Minimizer)
            return "Other weights to begin with (--seed) or weight decay may help.";
        double rate = recipe.optimization().learningRate();
        return "%s Try a learning rate of %s instead of %s, a longer warm-up, or clipping."
                .formatted(
                        Files.exists(folder.checkpoint())
                                ? "The last good state is kept in " + folder.checkpoint() + "."
                                : "No checkpoint had been written yet.",
                        (float) (rate / 4),
                        (float) rate);
    }

    private void note(String sentence) {
        for (var listener : listeners) listener.note(sentence);
    }

    // Checkpoints.

    private boolean checkpoint() throws IOException {
        long begin = System.nanoTime();
        if (!learner.allFinite()) {
            note("A parameter is not a number any more at step %d. %s".formatted(step, advice()));
            return false;
        }
        recorder.flush();
        var state = new RunState(
                step,
                tally.lossSum,
                tally.right,
                tally.examples,
                seconds,
                epochSeconds,
                best,
                firstLoss,
                lastEpochLoss,
                lastEpochAccuracy,
                metricsLines,
                clock.now(),
                ImageDecoder.jpegDecoderName());
        Checkpoint.write(
                folder.checkpoint(),
                state,
                learner.vectors(),
                learner.numbers(),
                data.fingerprint(),
                ModelStore.metadata(card, provenance()));
        clock.checkpoint += System.nanoTime() - begin;
        for (var listener : listeners) listener.checkpoint(folder.checkpoint(), step);
        return true;
    }

    private void restore(RunState state) {
        step = state.step();
        tally.lossSum = state.epochLossSum();
        tally.right = state.epochRight();
        tally.examples = state.epochExamples();
        seconds = state.seconds();
        epochSeconds = state.epochSeconds();
        best = state.best();
        firstLoss = state.firstLoss();
        lastEpochLoss = state.lastEpochLoss();
        lastEpochAccuracy = state.lastEpochAccuracy();
        metricsLines = state.metricsLines();
        var time = state.time();
        if (time != null) clock.goOn(time);
    }

    @Override
    public void close() {
        if (evaluator != null) evaluator.close();
        learner.close();
        data.close();
        arena.close();
        lock.close();
    }
}
