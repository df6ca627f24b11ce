package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.report.RatePage;
import dev.thalweg.train.RangeFinder;
import dev.thalweg.train.RateSweep;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A search for a learning rate as a user sees it.
///
/// @param err for what goes on
record RateSearch(Recipe recipe, DataSet data, PrintWriter err) {

    /// Sweeps, which Ctrl-C ends.
    ///
    /// @param cacheBytes for decoded pictures, null if nothing is said
    /// @return empty if it was stopped
    Optional<RateSweep> sweep(RangeFinder range, @Nullable Long cacheBytes) throws IOException {
        var t = recipe.training();
        long pictures = (long) t.batch() * t.accumulate();
        var progress = new ProgressLine(err, "%,d pictures"::formatted);
        var stopped = new AtomicBoolean();
        progress.begin("looking for a learning rate", 0);
        try (var signals = new Signals(() -> stopped.set(true))) {
            var sweep = range.sweep(
                    recipe,
                    data,
                    cacheBytes != null ? cacheBytes : Runtime.getRuntime().maxMemory() / 4,
                    (done, point) -> {
                        progress.at(done * pictures, range.steps() * pictures);
                        return !stopped.get();
                    });
            progress.clear();
            if (!stopped.get()) return Optional.of(sweep);
            progress.say("Stopped after step %,d of %,d of the search for a learning rate; nothing was written."
                    .formatted(sweep.points().size(), range.steps()));
            return Optional.empty();
        } finally {
            progress.clear();
        }
    }

    /// Leaves what was seen in the folder of the run that begins with the rate that is suggested, and says so.
    void keepIn(RunFolder folder, RateSweep sweep) throws IOException {
        sweep.write(folder.sweep());
        new RatePage("Learning rate of " + folder.path().getFileName(), recipe, data.name(), sweep, true)
                .write(folder.sweepPage());
        err.printf(
                "%-11s %s, found in %s; see %s%n",
                "rate", RateSweep.text(sweep.suggested().rate()), describe(sweep), folder.sweepPage());
        err.flush();
    }

    /// `84 of 100 steps at rates from 0.0001 to 2.15, then the loss had risen; 4.2 seconds`.
    static String describe(RateSweep sweep) {
        var points = sweep.points();
        var range = sweep.range();
        int taken = points.size();
        String ended = switch (sweep.ended()) {
            case COMPLETE -> "";
            case RISEN -> ", when the loss had risen to %s times its lowest".formatted(Text.plain(RangeFinder.RISEN));
            case NOT_FINITE -> ", when the loss was not a number any more";
            case STOPPED -> ", when it was stopped";
        };
        return "%,d of %,d steps at rates from %s to %s in %.1f s%s"
                .formatted(
                        taken,
                        range.steps(),
                        RateSweep.text(range.from()),
                        RateSweep.text(
                                taken == 0 ? range.from() : points.getLast().rate()),
                        sweep.seconds(),
                        ended);
    }
}
