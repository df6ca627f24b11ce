package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.check.Readable;
import dev.thalweg.data.check.Scan;
import dev.thalweg.minimize.Minimizer;
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
    private final Recipe recipe;
    private final RunFolder folder;
    private final RunLock lock;
    private final DataSet data;
    private final Arena arena = Arena.ofShared();
    private final Model model;
    private final ModelCard card;
    private final Learner learner;
    private final Pace pace;
    private final TimeAccount.Clock clock = new TimeAccount.Clock();
    private final Listeners listeners = new Listeners();
    private final Controls controls;
    private final Machine machine = Machine.here();
    private final Standing standing = new Standing();
    private boolean resuming;
    private long cacheBytes = Runtime.getRuntime().maxMemory() / 4;

    private Trainer(Recipe recipe, RunFolder folder, RunLock lock, DataSet data) throws IOException {
        this.recipe = recipe;
        this.folder = folder;
        this.lock = lock;
        this.data = data;
        controls = new Controls(ControlLog.of(folder), !(recipe.optimization().rule() instanceof Minimizer));
        var t = recipe.training();
        pace = Pace.of(recipe, data.train().size());
        var net = recipe.network();
        var network = Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                data.classes().size());
        var preprocessing = recipe.preprocessing(data.train());
        card = new ModelCard(net.name(), data.classes(), preprocessing, recipe.test(), data.fingerprint(), t.seed());
        try {
            model = Model.initialise(network, t.seed(), arena);
            learner = Learner.of(
                    recipe, model, pace.stepsPerEpoch(), data.train().size(), clock, controls::leaving, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /// A new run in `path`, which must be absent or empty.
    ///
    /// @throws IOException if the data cannot be read, which is tried with the beginnings of validation and test
    ///     pictures, or the folder not be written
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
            if (!recipe.data().skipUnreadable()) Readable.requireHeaders(data);
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
            folder.requireRun();
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

    /// Asks the run to end after the step under way, with a checkpoint; an iteration of a minimizer is left unfinished.
    /// From any thread.
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
    /// the tensor's order; zeros where nothing was to be learned. To be called by a [Listener] after a step.
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
                standing.step,
                learner.precision(),
                machine.kind(),
                ImageDecoder.jpegDecoderName(),
                controls.learningRates(standing.step));
    }

    private void lookahead() {
        var lookahead = recipe.lookahead();
        if (lookahead != null) learner.ride(lookahead.rider(model, learner.workers(), arena));
    }

    /// Bytes of heap for decoded training pictures, which are kept if all of them fit; 0 for none. Without
    /// influence on the result. To be called before [#run].
    public Trainer cache(long bytes) {
        Require.that(bytes >= 0, "a cache must have at least 0 bytes, got %s", bytes);
        cacheBytes = bytes;
        return this;
    }

    /// Trains to the end of the recipe, or until [#stop] or divergence; then, unless it was stopped,
    /// evaluates the test part and writes the model and the result.
    ///
    /// @throws IOException if the checkpoint or an example cannot be read, or a file not be written
    public Result run() throws IOException {
        var feeding = new Feeding(recipe, data.train(), card.preprocessing(), cacheBytes);
        try (var loop = new TrainingLoop(this, learner, feeding, listeners, clock, pace, standing)) {
            boolean stored = resuming;
            resuming = false;
            return loop.run(stored);
        }
    }

    @Override
    public void close() {
        learner.close();
        data.close();
        arena.close();
        lock.close();
    }
}
