package dev.thalweg.compare;

import dev.thalweg.data.DataSet;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.RecipeDiff;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.RunFolder;
import dev.thalweg.train.Trainer;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares update rules in a folder.
///
///     search/adam/rate-0.001/   a try of a learning rate, as a trainer leaves a run
///     runs/adam/seed-0/         a full run
///     compare.json              what it has come to: see Standings
///
/// Runs that are there are not done again, and one that was stopped or killed goes on from its checkpoint: the same
/// contest in the same folder ends where it would have ended. Of runs that are over no checkpoint is kept, and of tries
/// no model. To be used by one thread, except for [#stop].
public final class ContestRun implements AutoCloseable {
    /// What a run needs only while it goes on, and of what a full run leaves nobody will ask of a try.
    private static final List<String> PASSING = List.of("checkpoint.safetensors", "best.safetensors");
    private static final List<String> OF_FULL_RUNS =
            List.of("model.safetensors", "predictions.csv", "mistakes.png", "mistakes.jpg");

    private final Contest contest;
    private final Path folder;
    private final DataSet source;
    private final DataSet data;
    private final long cacheBytes;
    private final @Nullable Double target;
    private final Standings blank;
    private final Tally tally;
    private final Pace pace = new Pace();
    private final List<ContestListener> listeners = new ArrayList<>();
    private final Set<String> said = new HashSet<>();
    private volatile boolean stopped;
    private volatile @Nullable Trainer trainer;

    private ContestRun(
            Contest contest,
            Path folder,
            DataSet source,
            long cacheBytes,
            @Nullable Double target,
            @Nullable Standings before)
            throws IOException {
        this.contest = contest;
        this.folder = folder;
        this.source = source;
        this.cacheBytes = cacheBytes;
        this.target = target;
        var net = contest.recipe().network();
        var network = Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                source.classes().size());
        data = KeptExamples.lent(source, new Dimensions(net.width(), net.height()), cacheBytes);
        tally = new Tally(contest);
        blank = new Standings(
                source.toString(),
                net.name(),
                network.parameters().length(),
                contest.recipe().training().precision().resolve(network).name().toLowerCase(Locale.ROOT),
                machines(before),
                before == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS).toString() : before.began(),
                Standings.Settings.of(contest),
                null,
                false,
                tally.rows(null));
    }

    /// A comparison in `folder`, which is absent, empty, or holds one with the same settings. What is there may be
    /// added to: rules, and seeds.
    ///
    /// @param data opened as the recipe says, with a validation part; closed with this
    /// @param cacheBytes of heap for decoded pictures; 0 for none
    /// @param target null for the median rule's accuracy
    /// @throws FileSystemException if something else is in the folder, saying what
    public static ContestRun open(Contest contest, Path folder, DataSet data, long cacheBytes, @Nullable Double target)
            throws IOException {
        try {
            if (data.validation().size() == 0)
                throw new IllegalArgumentException(
                        "a comparison needs a validation part, by which learning rates are judged, and there is none");
            Standings before = null;
            if (Standings.in(folder)) {
                before = Standings.read(folder);
                refuseOther(contest, before, folder);
            } else refuseFull(folder);
            var run = new ContestRun(contest, folder, data, cacheBytes, target, before);
            run.takeWhatIsThere();
            return run;
        } catch (IOException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static void refuseFull(Path folder) throws IOException {
        try {
            RunFolder.create(folder);
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(
                    folder.toString(), null, "the folder is not empty, and holds no comparison; choose another one");
        }
    }

    private static void refuseOther(Contest contest, Standings before, Path folder) throws IOException {
        var old = before.settings();
        var now = Standings.Settings.of(contest);
        String difference = null;
        for (var entrant : before.entrants())
            if (!contest.entrants().contains(entrant))
                difference = "%s with %s, which is not named now".formatted(entrant.name(), entrant.decay());
        if (now.seeds() < old.seeds()) difference = "%d seeds, not %d".formatted(old.seeds(), now.seeds());
        if (now.rates() != old.rates()) difference = "%d learning rates, not %d".formatted(old.rates(), now.rates());
        if (now.searchEpochs() != old.searchEpochs())
            difference = "%s epochs of search, not %s".formatted(old.searchEpochs(), now.searchEpochs());
        var recipes = RecipeDiff.between(part(old), part(now));
        if (!recipes.isEmpty())
            difference = "%s %s, not %s"
                    .formatted(
                            recipes.getFirst().key(),
                            recipes.getFirst().first(),
                            recipes.getFirst().second());
        if (difference != null)
            throw new FileSystemException(
                    folder.toString(),
                    null,
                    "the comparison in this folder has %s; choose another folder".formatted(difference));
    }

    private static RecipeFile.Part part(Standings.Settings settings) {
        return RecipeFile.part(Standings.FILE, settings.recipe().toString());
    }

    private static List<Machine> machines(@Nullable Standings before) {
        var all = new LinkedHashSet<Machine>();
        if (before != null) all.addAll(before.machines());
        var here = Machine.here();
        if (all.stream().noneMatch(m -> m.kind().equals(here.kind()) && m.processors() == here.processors()))
            all.add(here);
        return List.copyOf(all);
    }

    public ContestRun listen(ContestListener listener) {
        listeners.add(listener);
        return this;
    }

    /// Asks the run under way to end after its step, with a checkpoint, and the comparison with it. From any thread.
    public void stop() {
        stopped = true;
        var running = trainer;
        if (running != null) running.stop();
    }

    /// Runs that are over.
    public int done() {
        return tally.done();
    }

    public Path folder() {
        return folder;
    }

    public Contest contest() {
        return contest;
    }

    /// What it has come to so far.
    public Standings standings() {
        var goal = target == null ? tally.medianTarget().orElse(null) : new Target(target, true);
        return new Standings(
                blank.data(),
                blank.network(),
                blank.parameters(),
                blank.precision(),
                blank.machines(),
                blank.began(),
                blank.settings(),
                goal,
                tally.next().isEmpty(),
                tally.rows(goal));
    }

    /// Does every run that is not there yet, or those until [#stop].
    ///
    /// @throws IOException if the data cannot be read, a file not be written, or a run there is not the contest's
    public Standings run() throws IOException {
        standings().write(folder);
        for (var next = tally.next(); next.isPresent() && !stopped; next = tally.next()) {
            var trial = next.get();
            var outcome = outcome(trial);
            if (outcome == null) return standings();
            tally.add(trial, outcome);
            var standings = standings();
            standings.write(folder);
            var row = standings.optimizers().get(contest.entrants().indexOf(trial.entrant()));
            for (var listener : listeners) listener.finished(trial, row, standings);
        }
        return standings();
    }

    /// Runs that were over before.
    private void takeWhatIsThere() throws IOException {
        for (var entrant : contest.entrants()) {
            for (var next = tally.nextTry(entrant); next.isPresent() && take(next.get()); )
                next = tally.nextTry(entrant);
            for (var trial : tally.left(entrant)) take(trial);
        }
    }

    /// @return whether that run is over
    private boolean take(Trial trial) throws IOException {
        var run = new RunFolder(trial.folder(folder));
        if (Files.exists(run.recipe()) && !RecipeFile.read(run.recipe()).equals(contest.recipe(trial)))
            throw new FileSystemException(
                    run.path().toString(),
                    null,
                    "the run in this folder is not that of %s; delete it, and it is done again".formatted(trial));
        var outcome = Outcome.read(run, contest.epochs(trial.search()));
        if (outcome.isEmpty()) return false;
        tally.add(trial, outcome.get());
        tidy(run, trial.search());
        return true;
    }

    /// @return null if the run was stopped before its end
    private @Nullable Outcome outcome(Trial trial) throws IOException {
        var run = new RunFolder(trial.folder(folder));
        double epochs = contest.epochs(trial.search());
        long began = System.nanoTime();
        train(trial, run, began);
        var outcome = Outcome.read(run, epochs).orElse(null);
        if (outcome != null) {
            if (!outcome.diverged()) pace.add(trial.entrant(), epochs, (System.nanoTime() - began) * 1e-9);
            tidy(run, trial.search());
        }
        return outcome;
    }

    private void train(Trial trial, RunFolder run, long began) throws IOException {
        var notes = new ArrayList<String>();
        var shown = trial.search() ? KeptExamples.withoutTest(data) : data;
        try (var running = Files.exists(run.recipe())
                ? Trainer.resume(run.path(), shown)
                : Trainer.start(contest.recipe(trial), run.path(), shown)) {
            running.cache(cacheBytes).listen(new Listener() {
                private long first;

                @Override
                public void started(Progress progress) {
                    first = progress.step();
                }

                @Override
                public void step(Progress progress) {
                    progress(trial, progress, first, (System.nanoTime() - began) * 1e-9);
                }

                @Override
                public void note(String sentence) {
                    notes.add(sentence);
                }
            });
            trainer = running;
            if (stopped) running.stop();
            switch (running.run().ended()) {
                case FINISHED, STOPPED -> notes.forEach(this::note);
                case DIVERGED -> {} // what there is to say of it, the outcome says
            }
        } finally {
            trainer = null;
        }
    }

    /// @param first step of this process
    /// @param seconds since it began with this trial
    private void progress(Trial trial, Progress run, long first, double seconds) {
        double epochs = contest.epochs(trial.search());
        double here = epochs * (run.step() - first) / run.steps();
        double left = Double.NaN;
        int of = tally.done();
        for (var entrant : contest.entrants()) {
            int tries = tally.runsLeft(entrant, true), full = tally.runsLeft(entrant, false);
            of += tries + full;
            double pace = this.pace.secondsPerEpoch(entrant);
            if (Double.isNaN(pace)) pace = seconds / here;
            double all = pace * (tries * contest.epochs(true) + full * contest.epochs(false));
            if (entrant.equals(trial.entrant())) all -= pace * epochs * run.step() / run.steps();
            left = Double.isNaN(left) ? all : left + all;
        }
        var progress = new ContestProgress(trial, run, tally.done(), of, Math.max(0, left));
        for (var listener : listeners) listener.progress(progress);
    }

    /// What every run says is said once.
    private void note(String sentence) {
        if (said.add(sentence)) for (var listener : listeners) listener.note(sentence);
    }

    private static void tidy(RunFolder run, boolean search) throws IOException {
        for (String name : PASSING) Files.deleteIfExists(run.path().resolve(name));
        if (search)
            for (String name : OF_FULL_RUNS) Files.deleteIfExists(run.path().resolve(name));
    }

    @Override
    public void close() {
        source.close();
    }
}
