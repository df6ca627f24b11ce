package dev.thalweg.train;

import dev.thalweg.data.Batch;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Loader;
import dev.thalweg.data.LoaderOptions;
import dev.thalweg.data.LoaderStats;
import dev.thalweg.data.Position;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.Views;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Whitening;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.Accumulator;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Vectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Runs a recipe in a folder, from the first step or from the folder's checkpoint.
///
///     var recipe = Defaults.forData("photos");
///     try (var trainer = Trainer.start(recipe, Path.of("runs/photos"))) {
///         Result result = trainer.run();
///     }
///
/// A run that was stopped or killed at any moment and resumed ends with the same bytes as one that
/// was not. To be used by one thread, except for [#stop].
public final class Trainer implements AutoCloseable {
    /// Training examples from which mean and deviation are measured, at most.
    private static final int MEASURED = 10_000;
    /// Training examples whose patches whitening layers are computed from.
    private static final int WHITENED = 5_000;
    /// Steps whose mean loss is where the run "began".
    private static final int FIRST_STEPS = 10;
    /// How far above where it began the loss of an epoch counts as divergence.
    private static final double DIVERGED = 5;

    private final Recipe recipe;
    private final RunFolder folder;
    private final DataSet data;
    private final Arena arena = Arena.ofShared();
    private final Model model;
    private final ModelCard card;
    private final Optimizer<?> optimizer;
    private final List<Rider> riders = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Progress progress = new Progress();
    private final int batchesPerEpoch;
    private final int stepsPerEpoch;
    private final long totalSteps;
    private final @Nullable Accumulator accumulator;

    private Plan plan;
    private Set<String> frozen;
    private @Nullable Evaluator evaluator;
    private volatile boolean stopped;

    // The run's state, saved in checkpoints.
    private long step;
    private double epochLossSum;
    private long epochRight;
    private long epochExamples;
    private double seconds;
    private double epochSeconds;
    private double best = -1;
    private double firstLoss = Double.NaN;
    private double lastEpochLoss = Double.NaN;
    private double lastEpochAccuracy = Double.NaN;
    private int metricsLines;

    private Trainer(Recipe recipe, RunFolder folder, DataSet data) throws IOException {
        this.recipe = recipe;
        this.folder = folder;
        this.data = data;
        var t = recipe.training();
        var net = recipe.network();
        var network = Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                data.classes().size());
        var preprocessing = new Preprocessing(
                        net.channels(),
                        net.height(),
                        net.width(),
                        new float[net.channels()],
                        ones(net.channels()),
                        recipe.data().centre())
                .measured(data.train(), MEASURED);
        model = Model.initialise(network, t.seed(), arena);
        card = new ModelCard(net.name(), data.classes(), preprocessing, recipe.test(), data.fingerprint(), t.seed());
        int examples = data.train().size();
        batchesPerEpoch = examples / t.batch();
        Require.that(
                batchesPerEpoch >= 1,
                "the training part has %s examples, fewer than one batch of %s; choose a smaller batch",
                examples,
                t.batch());
        stepsPerEpoch = Math.max(1, batchesPerEpoch / t.accumulate());
        totalSteps = Math.max(1, (long) Math.ceil(stepsPerEpoch * t.epochs() - 1e-9));
        frozen = frozenAt(0);
        plan = compile();
        optimizer = optimizer(recipe.optimization().rule());
        accumulator = t.accumulate() > 1 ? new Accumulator(network.parameters().length(), plan.workers(), arena) : null;
    }

    private static float[] ones(int n) {
        var ones = new float[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    private <M extends Record> Optimizer<M> optimizer(FirstOrder<M> rule) {
        return new Optimizer<>(
                rule,
                model.network().parameters(),
                groups(),
                recipe.optimization().clip(),
                plan.workers(),
                arena);
    }

    /// A new run in `path`, which must be absent or empty.
    ///
    /// @throws IOException if the data cannot be read or the folder not be written
    /// @throws IllegalArgumentException if the recipe does not fit the data
    public static Trainer start(Recipe recipe, Path path) throws IOException {
        return start(recipe, path, open(recipe));
    }

    /// The same with data that was opened already, as the recipe says, and is closed with the trainer.
    public static Trainer start(Recipe recipe, Path path, DataSet data) throws IOException {
        Trainer trainer = null;
        try {
            trainer = new Trainer(recipe, RunFolder.create(path), data);
            trainer.whiten();
            trainer.lookahead();
            RecipeFile.write(trainer.folder.recipe(), recipe);
            return trainer;
        } catch (IOException | RuntimeException e) {
            if (trainer != null) trainer.close();
            else data.close();
            throw e;
        }
    }

    /// The run in `path`, from its checkpoint on, or from its beginning if it has none yet.
    ///
    /// @throws NoSuchFileException if `path` holds no run
    public static Trainer resume(Path path) throws IOException {
        var folder = new RunFolder(path);
        if (!Files.isRegularFile(folder.recipe()))
            throw new NoSuchFileException(
                    path.toString(), null, "there is no run in this folder: it has no recipe.json");
        var recipe = RecipeFile.read(folder.recipe());
        var data = open(recipe);
        Trainer trainer = null;
        try {
            trainer = new Trainer(recipe, folder, data);
            boolean begun = Files.isRegularFile(folder.checkpoint());
            if (!begun) trainer.whiten();
            trainer.lookahead();
            if (begun) trainer.restore(Checkpoint.read(folder.checkpoint(), trainer.vectors(), data.fingerprint()));
            folder.truncateMetrics(trainer.metricsLines);
            return trainer;
        } catch (IOException | RuntimeException e) {
            if (trainer != null) trainer.close();
            else data.close();
            throw e;
        }
    }

    private static DataSet open(Recipe recipe) throws IOException {
        var d = recipe.data();
        return DataSets.open(d.source(), new SplitOptions(d.testShare(), d.validationShare(), d.splitSeed()));
    }

    /// Adds someone who hears of this run.
    public Trainer listen(Listener listener) {
        listeners.add(listener);
        return this;
    }

    /// Adds a rider. Riders must be added in the same order when a run is resumed, before [#run].
    public Trainer ride(Rider rider) {
        riders.add(rider);
        return this;
    }

    /// Asks the run to end after the step under way, with a checkpoint. From any thread.
    public void stop() {
        stopped = true;
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

    public RunFolder folder() {
        return folder;
    }

    /// What the trained model's file will say of it.
    public ModelCard card() {
        return card;
    }

    // Compiling, and freezing as the run goes.

    private Set<String> frozenAt(long step) {
        var names = new TreeSet<>(model.network().frozen());
        for (var freeze : recipe.freeze())
            if (step >= Math.round(freeze.epoch() * stepsPerEpoch))
                for (Parameter p : model.network().parameters())
                    if (freeze.select().selects(p)) names.add(p.name());
        return names;
    }

    private Plan compile() {
        var t = recipe.training();
        return Plan.compile(
                model,
                PlanOptions.training(t.batch())
                        .precision(t.precision())
                        .loss(recipe.loss())
                        .frozen(frozen)
                        .threads(t.threads())
                        .seed(t.seed()));
    }

    private List<Group> groups() {
        var groups = new ArrayList<Group>();
        if (!frozen.isEmpty()) groups.add(Group.frozen(new Selector.ByName(List.copyOf(frozen))));
        groups.addAll(recipe.optimization().groups());
        groups.add(Group.everything(recipe.optimization().decay()));
        return groups;
    }

    private void freeze() {
        var now = frozenAt(step);
        if (now.equals(frozen)) return;
        frozen = now;
        plan.close();
        plan = compile();
        optimizer.regroup(groups());
    }

    /// Computes data-dependent initial weights from training examples as they are, not augmented.
    private void whiten() throws IOException {
        if (Whitening.neededBy(model.network()).isEmpty()) return;
        int count = Math.min(WHITENED, data.train().size());
        // Evenly spread: many sets list their examples class by class.
        var indices = new int[count];
        for (int i = 0; i < count; i++)
            indices[i] = (int) ((long) i * data.train().size() / count);
        var examples = data.train().select(indices);
        long pixels = model.network().input().size();
        try (var whole = Arena.ofShared();
                var loader = new Loader(
                        examples,
                        card.preprocessing(),
                        Views.PLAIN,
                        LoaderOptions.of(Math.min(count, 500), 0).withCacheBytes(0))) {
            var images = FlatVector.allocate(count * pixels, whole);
            for (int done = 0; done < count; ) {
                var batch = loader.next();
                MemorySegment.copy(
                        batch.images(),
                        0,
                        images.segment(),
                        done * pixels * Float.BYTES,
                        batch.size() * pixels * Float.BYTES);
                done += batch.size();
                batch.release();
            }
            Whitening.apply(model, images, count);
        }
    }

    private void lookahead() {
        var lookahead = recipe.lookahead();
        if (lookahead != null) riders.addFirst(lookahead.rider(model, plan.workers(), arena));
    }

    // The run.

    /// Trains to the end of the recipe, or until [#stop] or divergence; then, unless it was stopped,
    /// evaluates the test part and writes the model and the result.
    ///
    /// @throws IOException if an example cannot be read or a file not be written
    public Result run() throws IOException {
        describe();
        for (var listener : listeners) listener.started(progress);
        var ended = Result.Ended.FINISHED;
        if (step < totalSteps) {
            var t = recipe.training();
            var start = new Position((int) (step / stepsPerEpoch), (int) (step % stepsPerEpoch) * t.accumulate());
            var options = LoaderOptions.of(t.batch(), t.seed()).withDropLast(true);
            try (var loader = new Loader(
                    data.train(), card.preprocessing(), recipe.augmentation(), options, start, plan.workers())) {
                ended = train(loader);
            }
        }
        return finish(ended);
    }

    private Result.Ended train(Loader loader) throws IOException {
        long lastCheckpoint = System.nanoTime();
        var before = loader.stats();
        while (step < totalSteps) {
            freeze();
            long begin = System.nanoTime();
            double loss;
            try {
                loss = oneStep(loader);
            } catch (ArithmeticException e) { // the gradient's norm, before it was used
                note("%s. %s".formatted(e.getMessage(), advice()));
                return Result.Ended.DIVERGED;
            }
            double elapsed = (System.nanoTime() - begin) * 1e-9;
            seconds += elapsed;
            epochSeconds += elapsed;
            if (!Double.isFinite(loss)) {
                note("The loss is not a number any more at step %d. %s".formatted(step, advice()));
                return Result.Ended.DIVERGED;
            }
            report(loss);
            boolean epochOver = step % stepsPerEpoch == 0 || step == totalSteps;
            if (epochOver) {
                skipRest(loader);
                var stats = loader.stats();
                boolean fine = endEpoch(stats.since(before));
                before = stats;
                if (!fine) return Result.Ended.DIVERGED;
            }
            boolean due = System.nanoTime() - lastCheckpoint > recipe.training().checkpointSeconds() * 1e9;
            if (epochOver || due || stopped) {
                if (!checkpoint()) return Result.Ended.DIVERGED;
                lastCheckpoint = System.nanoTime();
            }
            if (stopped && step < totalSteps) return Result.Ended.STOPPED;
        }
        return Result.Ended.FINISHED;
    }

    /// With accumulation, an epoch's last batches may not fill a step: they are left out.
    private void skipRest(Loader loader) throws IOException {
        if (step % stepsPerEpoch != 0) return;
        int rest = batchesPerEpoch - stepsPerEpoch * recipe.training().accumulate();
        for (int i = 0; i < rest; i++) loader.next().release();
    }

    private double oneStep(Loader loader) throws IOException {
        var t = recipe.training();
        double loss = 0;
        long stepInEpoch = step % stepsPerEpoch;
        if (stepInEpoch == 0) beginEpoch();
        if (accumulator != null) accumulator.clear();
        for (int micro = 0; micro < t.accumulate(); micro++) {
            var batch = loader.next();
            int size = batch.size();
            load(batch);
            double batchLoss = plan.forward(step * t.accumulate() + micro);
            plan.backward();
            epochLossSum += batchLoss * size;
            epochRight += plan.right();
            epochExamples += size;
            loss += batchLoss / t.accumulate();
            if (accumulator != null) accumulator.add(plan.gradient());
        }
        if (!Double.isFinite(loss)) return loss;
        double rate = recipe.optimization().learningRate()
                * recipe.optimization().schedule().factor(step, totalSteps);
        progress.learningRate = rate;
        step++;
        if (accumulator == null) optimizer.step(model.parameters(), plan.gradient(), step, rate);
        else optimizer.step(model.parameters(), accumulator.sum(), step, rate, accumulator.scale());
        for (var rider : riders) rider.afterStep(model, step, totalSteps);
        return loss;
    }

    private void load(Batch batch) {
        MemorySegment.copy(
                batch.images(), 0, plan.input().segment(), 0, plan.input().length() * Float.BYTES);
        MemorySegment.copy(
                batch.labels(), 0, plan.labels(), 0, (long) recipe.training().batch() * Integer.BYTES);
        batch.release();
    }

    private void beginEpoch() {
        epochLossSum = 0;
        epochRight = 0;
        epochExamples = 0;
        epochSeconds = 0;
    }

    private void report(double loss) {
        if (step <= FIRST_STEPS) firstLoss = step == 1 ? loss : firstLoss + (loss - firstLoss) / step;
        progress.step = step;
        progress.epoch = (int) ((step - 1) / stepsPerEpoch) + 1;
        progress.stepInEpoch = (int) ((step - 1) % stepsPerEpoch) + 1;
        progress.loss = loss;
        progress.epochLoss = epochLossSum / epochExamples;
        progress.epochAccuracy = (double) epochRight / epochExamples;
        progress.imagesPerSecond = epochExamples / epochSeconds;
        progress.seconds = seconds;
        progress.secondsLeft = (totalSteps - step) * seconds / step;
        for (var listener : listeners) listener.step(progress);
    }

    private void describe() {
        var t = recipe.training();
        progress.steps = totalSteps;
        progress.stepsPerEpoch = stepsPerEpoch;
        progress.epochs = t.epochs();
        progress.step = step;
        progress.epoch = (int) (step / stepsPerEpoch) + 1;
        progress.description = "%s (%,d parameters, %s) on %s"
                .formatted(
                        model.network().name(),
                        model.network().parameters().length(),
                        plan.precision().name().toLowerCase(Locale.ROOT),
                        data);
    }

    private boolean endEpoch(LoaderStats stats) throws IOException {
        int epoch = (int) Math.ceilDiv(step, stepsPerEpoch);
        lastEpochLoss = epochLossSum / epochExamples;
        lastEpochAccuracy = (double) epochRight / epochExamples;
        Evaluation validation = null;
        boolean isBest = false;
        if (data.validation().size() > 0) {
            validation = evaluate(data.validation(), Averaging.NONE);
            isBest = validation.accuracy() > best;
            if (isBest) {
                best = validation.accuracy();
                ModelStore.write(folder.best(), model, card);
            }
        }
        var report = new EpochReport(
                epoch,
                step,
                lastEpochLoss,
                lastEpochAccuracy,
                progress.learningRate,
                epochSeconds,
                epochExamples / epochSeconds,
                stats.capacity(),
                stats.demand(),
                stats.loaderBound(),
                validation,
                isBest);
        folder.append(RecipeFile.line(metrics(report)));
        metricsLines++;
        for (var listener : listeners) listener.epoch(report);
        if (lastEpochLoss > DIVERGED * firstLoss) {
            note("The loss has risen to %.3g, from %.3g in the first steps. %s"
                    .formatted(lastEpochLoss, firstLoss, advice()));
            return false;
        }
        return true;
    }

    private static Map<String, Object> metrics(EpochReport report) {
        var line = new LinkedHashMap<String, Object>();
        line.put("epoch", report.epoch());
        line.put("step", report.step());
        line.put("train.loss", report.trainLoss());
        line.put("train.accuracy", report.trainAccuracy());
        var validation = report.validation();
        if (validation != null) {
            line.put("validation.loss", validation.loss());
            line.put("validation.accuracy", validation.accuracy());
        }
        line.put("learning_rate", report.learningRate());
        line.put("seconds", report.seconds());
        line.put("images_per_second", report.imagesPerSecond());
        line.put("loader.images_per_second", report.loaderImagesPerSecond());
        line.put("step.images_per_second", report.stepImagesPerSecond());
        line.put("loader_bound", report.loaderBound());
        return line;
    }

    private Evaluation evaluate(Examples examples, Averaging averaging) throws IOException {
        var t = recipe.training();
        if (evaluator == null)
            evaluator = new Evaluator(model, card.preprocessing(), t.batch(), t.precision(), t.threads());
        return evaluator.evaluate(examples, averaging.views());
    }

    private Result finish(Result.Ended ended) throws IOException {
        Result.Numbers test = null;
        Result.Numbers validation = null;
        if (ended == Result.Ended.FINISHED) {
            ModelStore.write(folder.model(), model, card);
            if (data.test().size() > 0) test = Result.Numbers.of(evaluate(data.test(), recipe.test()));
            if (data.validation().size() > 0)
                validation = Result.Numbers.of(evaluate(data.validation(), recipe.test()));
        }
        var t = recipe.training();
        long examples = step * t.batch() * t.accumulate();
        var result = new Result(
                ended,
                test,
                validation,
                new Result.Speed(seconds, seconds == 0 ? 0 : examples / seconds, lastEpochLoss, lastEpochAccuracy),
                (double) step / stepsPerEpoch,
                step,
                t.seed(),
                model.network().parameters().length());
        RunFolder.write(folder.result(), RecipeFile.pretty(result) + "\n");
        for (var listener : listeners) listener.finished(result);
        return result;
    }

    private String advice() {
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

    /// Every vector that the run consists of, by name.
    private Map<String, FlatVector> vectors() {
        var vectors = new LinkedHashMap<String, FlatVector>();
        for (Parameter p : model.network().parameters())
            vectors.put(p.name(), model.parameters().slice(p));
        for (Parameter p : model.network().statistics())
            vectors.put(p.name(), model.statistics().slice(p));
        optimizer.memory().forEach((name, vector) -> vectors.put("optimizer." + name, vector));
        for (var rider : riders)
            rider.state().forEach((name, vector) -> vectors.put("rider." + rider.name() + "." + name, vector));
        return vectors;
    }

    private boolean checkpoint() throws IOException {
        if (!Vectors.allFinite(model.parameters(), plan.workers())) {
            note("A parameter is not a number any more at step %d. %s".formatted(step, advice()));
            return false;
        }
        var state = new RunState(
                step,
                epochLossSum,
                epochRight,
                epochExamples,
                seconds,
                epochSeconds,
                best,
                firstLoss,
                lastEpochLoss,
                lastEpochAccuracy,
                metricsLines);
        Checkpoint.write(folder.checkpoint(), state, vectors(), data.fingerprint());
        for (var listener : listeners) listener.checkpoint(folder.checkpoint(), step);
        return true;
    }

    private void restore(RunState state) {
        step = state.step();
        epochLossSum = state.epochLossSum();
        epochRight = state.epochRight();
        epochExamples = state.epochExamples();
        seconds = state.seconds();
        epochSeconds = state.epochSeconds();
        best = state.best();
        firstLoss = state.firstLoss();
        lastEpochLoss = state.lastEpochLoss();
        lastEpochAccuracy = state.lastEpochAccuracy();
        metricsLines = state.metricsLines();
    }

    @Override
    public void close() {
        if (evaluator != null) evaluator.close();
        plan.close();
        data.close();
        arena.close();
    }
}
