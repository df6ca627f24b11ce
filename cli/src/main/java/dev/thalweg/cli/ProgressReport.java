package dev.thalweg.cli;

import dev.thalweg.data.Augmentation;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Stop;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Schedule;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Averaging;
import dev.thalweg.train.Control;
import dev.thalweg.train.EpochReport;
import dev.thalweg.train.Listener;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.Result;
import dev.thalweg.train.Trainer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A run's progress: on a terminal one line that is written over and over, elsewhere a plain line now
/// and then; in both cases a line for each epoch that stays.
final class ProgressReport implements Listener {
    /// Nanoseconds between two looks of the live line.
    private static final long REDRAW = 100_000_000L;
    /// Seconds after which a plain line is due, and before which none is.
    private static final double LATEST = 30, EARLIEST = 5;

    private final PrintWriter err;
    private final Trainer trainer;
    private final boolean live;
    private final boolean coloured;
    private int width = 80;
    private boolean drawn;
    private long lastDrawn;
    private long lastLine = System.nanoTime();
    private int lastTenth;
    private long steps;
    private String epochsInAll = "";

    ProgressReport(PrintWriter err, Trainer trainer, boolean live, boolean coloured) {
        this.err = err;
        this.trainer = trainer;
        this.live = live;
        this.coloured = coloured;
    }

    static ProgressReport on(PrintWriter err, Trainer trainer) {
        return new ProgressReport(err, trainer, Terminal.live(), Terminal.coloured());
    }

    /// Steps of the whole run.
    long steps() {
        return steps;
    }

    @Override
    public void started(Progress progress) {
        steps = progress.steps();
        epochsInAll = Text.plain(Math.ceil(progress.epochs()));
        Recipe recipe = trainer.recipe();
        var network = trainer.model().network();
        var t = recipe.training();
        var o = recipe.optimization();
        int skipped = trainer.data().skipped().size();
        row(
                "data",
                trainer.data()
                        + (skipped == 0
                                ? ""
                                : "; %,d unreadable left out, named in %s"
                                        .formatted(skipped, trainer.folder().skipped())));
        row("loading", progress.loading());
        row(
                "network",
                "%s, %,d parameters, %.1f million multiply-adds a picture of %s"
                        .formatted(
                                network.name(),
                                network.parameters().length(),
                                network.multiplyAdds() / 1e6,
                                network.input()));
        if (o.rule() instanceof Minimizer) whole(recipe);
        else {
            row(
                    "training",
                    "%s of %,d steps of %s; %s, %s, seed %d"
                            .formatted(
                                    Text.counted(t.epochs(), "epoch"),
                                    progress.stepsPerEpoch(),
                                    t.accumulate() == 1
                                            ? "batch " + t.batch()
                                            : t.accumulate() + " batches of " + t.batch(),
                                    t.precision().resolve(network).name().toLowerCase(Locale.ROOT),
                                    Text.counted(t.threads(), "thread"),
                                    t.seed()));
            row(
                    "optimizer",
                    "%s, learning rate %s, %s, %s"
                            .formatted(
                                    o.rule().name(),
                                    Text.number(o.learningRate()),
                                    schedule(o.schedule()),
                                    decay(o.decay())));
        }
        var around = around(recipe);
        if (!around.isEmpty()) row("around it", String.join(", ", around));
        row(
                "pictures",
                (recipe.augmentation().equals(Augmentation.NONE)
                                ? "as they are"
                                : AugmentationSpec.describe(recipe.augmentation()))
                        + (recipe.test() == Averaging.NONE
                                ? ""
                                : "; at test " + RecipeOptions.describe(recipe.test())));
        row("folder", trainer.folder().path().toString());
        if (progress.step() > 0) row("resumed", "after step %,d of %,d".formatted(progress.step(), progress.steps()));
        err.println();
        err.flush();
    }

    /// A minimizer has neither batches to speak of nor a learning rate.
    private void whole(Recipe recipe) {
        var t = recipe.training();
        row(
                "training",
                "at most %s; the whole loss is added up over batches of %d; fp32, %s, seed %d"
                        .formatted(
                                Text.counted(t.epochs(), "iteration"),
                                t.batch(),
                                Text.counted(t.threads(), "thread"),
                                t.seed()));
        row(
                "optimizer",
                "%s, until the gradient's norm is %s; %s"
                        .formatted(
                                recipe.optimization().rule().name(),
                                Text.number(Stop.DEFAULT.gradientNorm()),
                                decay(recipe.optimization().decay())));
    }

    /// `CosineRestarts` → `cosine restarts`.
    private static String schedule(Schedule schedule) {
        if (schedule instanceof Schedule.Warmup warmup)
            return "%s after a warm-up of %,d steps".formatted(schedule(warmup.inner()), warmup.length());
        return schedule.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    private static String decay(Decay decay) {
        if (!decay.any()) return "no weight decay";
        var penalties = new ArrayList<String>();
        if (decay.lambda() > 0) penalties.add("weight decay " + Text.number(decay.lambda()));
        if (decay.l1() > 0) penalties.add("L1 " + Text.number(decay.l1()));
        return "%s %s"
                .formatted(String.join(" and ", penalties), decay.form().name().toLowerCase(Locale.ROOT));
    }

    /// What goes around the rule.
    private static List<String> around(Recipe recipe) {
        var o = recipe.optimization();
        var around = new ArrayList<String>();
        var lookahead = recipe.lookahead();
        if (lookahead != null)
            around.add("look-ahead every " + (lookahead.every() == 1 ? "step" : lookahead.every() + " steps"));
        var sharpness = o.sharpness();
        if (sharpness != null) around.add("gradients %s uphill (SAM)".formatted(Text.number(sharpness.rho())));
        if (o.centralise()) around.add("gradients centralised");
        switch (o.clip()) {
            case Clip.None _ -> {}
            case Clip.ByNorm clip -> around.add("clipped to a norm of " + Text.number(clip.limit()));
            case Clip.ByValue clip -> around.add("clipped to ±" + Text.number(clip.limit()));
            case Clip.Adaptive clip ->
                around.add("clipped to %s of each unit's weights".formatted(Text.number(clip.limit())));
        }
        return around;
    }

    private void row(String name, String text) {
        err.printf("%-11s %s%n", name, Quote.line(text));
    }

    @Override
    public void step(Progress progress) {
        // A minimizer's step is an iteration, which has its own line.
        if (trainer.recipe().optimization().rule() instanceof Minimizer) return;
        if (live) {
            long now = System.nanoTime();
            if (now - lastDrawn < REDRAW && share(progress) < 1) return;
            if (now - lastDrawn > 5 * REDRAW || !drawn) width = Terminal.width();
            lastDrawn = now;
            draw(line(progress, width));
            return;
        }
        int tenth = (int) (10 * share(progress));
        double since = (System.nanoTime() - lastLine) * 1e-9;
        if (progress.stepInEpoch() == 1) lastTenth = 0;
        if (since > LATEST || tenth > lastTenth && since > EARLIEST && tenth < 10) {
            lastTenth = tenth;
            lastLine = System.nanoTime();
            say(plain(progress));
        }
    }

    private String plain(Progress p) {
        return "epoch %s %3.0f %%  %s".formatted(epochs(p.epoch()), 100 * share(p), numbers(p));
    }

    /// No wider than `width`; what does not fit is cut from the bar first.
    private String line(Progress p, int width) {
        String before = "epoch %s ".formatted(epochs(p.epoch()));
        String after = " %3.0f %%  %s".formatted(100 * share(p), numbers(p));
        int room = Math.min(30, width - 1 - before.length() - after.length());
        String line = before + (room >= 5 ? ProgressLine.bar(share(p), room, coloured) : "") + after;
        return room >= 0 || line.length() < width ? line : line.substring(0, Math.max(1, width - 1));
    }

    /// Of this epoch, which may be the beginning of one at the end of the run.
    private static double share(Progress p) {
        long before = (long) (p.epoch() - 1) * p.stepsPerEpoch();
        return (double) p.stepInEpoch() / Math.min(p.stepsPerEpoch(), p.steps() - before);
    }

    private static String numbers(Progress p) {
        return "loss %.4f  accuracy %5.2f %%  %6s images/s  %5s left"
                .formatted(
                        p.epochLoss(),
                        100 * p.epochAccuracy(),
                        Text.rate(p.imagesPerSecond()),
                        Text.clock(p.secondsLeft()));
    }

    private String epochs(int epoch) {
        return ("%" + epochsInAll.length() + "d/%s").formatted(epoch, epochsInAll);
    }

    @Override
    public void epoch(EpochReport r) {
        clear();
        var validation = r.validation();
        var iteration = r.iteration();
        if (iteration != null) {
            iteration(r, iteration);
            return;
        }
        err.println("epoch %s  loss %.4f  accuracy %5.2f %%%s  lr %-8s %6s images/s  %s: loader %s, step %s"
                .formatted(
                        epochs(r.epoch()),
                        r.trainLoss(),
                        100 * r.trainAccuracy(),
                        validation == null ? "" : validation(validation.accuracy(), r.best()),
                        Text.number(r.learningRate()),
                        Text.rate(r.imagesPerSecond()),
                        r.loaderBound() ? "loader-bound" : "compute-bound",
                        Text.rate(r.loaderImagesPerSecond()),
                        Text.rate(r.stepImagesPerSecond())));
        err.flush();
        lastLine = System.nanoTime();
        lastTenth = 0;
        if (live && r.step() == steps)
            draw("testing on %,d examples …".formatted(trainer.data().test().size()));
    }

    private void iteration(EpochReport r, EpochReport.Iteration iteration) {
        var validation = r.validation();
        err.println("iteration %s  loss %.5f  accuracy %5.2f %%%s  gradient %.2e  %,d evaluations  %s"
                .formatted(
                        epochs(r.epoch()),
                        r.trainLoss(),
                        100 * r.trainAccuracy(),
                        validation == null ? "" : validation(validation.accuracy(), r.best()),
                        iteration.gradientNorm(),
                        iteration.evaluations(),
                        Text.clock(r.seconds())));
        err.flush();
        lastLine = System.nanoTime();
        if (live && r.step() == steps)
            draw("testing on %,d examples …".formatted(trainer.data().test().size()));
    }

    private static String validation(double accuracy, boolean best) {
        return "  validation %5.2f %%%s".formatted(100 * accuracy, best ? " (best)" : "       ");
    }

    @Override
    public void controlled(Control control) {
        say("From the page: %s%s"
                .formatted(control, control.what() == Control.What.PAUSE ? "; it waits to be told to go on" : ""));
    }

    @Override
    public void note(String sentence) {
        say(sentence);
    }

    @Override
    public void finished(Result result) {
        clear();
    }

    private synchronized void draw(String line) {
        err.print("\r" + line + "\033[K");
        err.flush();
        drawn = true;
    }

    /// A line that stays. From any thread.
    synchronized void say(String sentence) {
        clear();
        err.println(Quote.line(sentence));
        err.flush();
    }

    /// Takes the live line away.
    synchronized void clear() {
        if (!drawn) return;
        err.print("\r\033[K");
        err.flush();
        drawn = false;
    }
}
