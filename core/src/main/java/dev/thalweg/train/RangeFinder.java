package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Loader;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Rule;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;

/// Looks for a learning rate: the range test of Smith (2017, arXiv:1506.01186, section 3.3) with the exponential
/// sweep that fastai made popular. A network is trained for some steps, each at a greater rate than the one
/// before,
///
///     αᵢ = from · (to / from)^(i / (steps − 1)),   i = 0, …, steps − 1
///
/// and its losses are watched: level while the rate is too small to learn anything, falling where it learns,
/// rising where steps undo what was learned.
///
///     RateSweep sweep = RangeFinder.of(recipe.optimization().rule()).sweep(recipe, data);
///     recipe = recipe.withLearningRate(sweep.suggested().rate());
///
/// It leaves no trace: model, optimizer and loader are its own, and all that is random follows from the recipe's
/// seed. They are as a run of the recipe has them: the same initial weights, order, augmentation, groups,
/// clipping and look-ahead. Only the schedule does not count, and what freezes later than at the start does not
/// freeze. The same recipe, data, threads and kind of machine give the same losses, bit for bit.
///
/// @param from the first rate
/// @param to the last one, if the loss lets it come so far
/// @param steps that there are at most; small data is gone over as often as it takes
public record RangeFinder(double from, double to, int steps) {
    /// The sweep ends when the smoothed loss has risen to so many times its lowest.
    public static final double RISEN = 4;
    /// The least and greatest number of steps.
    public static final int FEWEST = 20, MOST = 10_000;
    /// The greatest rate: whatever is beyond it was mistyped.
    public static final double LARGEST = 1e6;

    /// How far the usual range reaches below and above the rule's usual rate.
    private static final double BELOW = 100, ABOVE = 1000;
    /// Twenty for each factor of ten.
    private static final int STEPS = 100;

    public RangeFinder {
        Require.that(0 < from && from < to, "the range must begin above 0 and below its end, got %s to %s", from, to);
        Require.that(to <= LARGEST, "the range must end at %s at most, got %s", LARGEST, to);
        Require.that(
                FEWEST <= steps && steps <= MOST, "the sweep must have %s to %,d steps, got %s", FEWEST, MOST, steps);
    }

    /// A hundredth of the rule's usual rate to a thousand times it, in 100 steps. It reaches further up because
    /// what is usual depends on batch and network: airbench94's rate is a hundred times Nesterov's usual one.
    /// What is too high costs little, for the sweep ends where the loss rises.
    ///
    /// @throws IllegalArgumentException if the rule is a minimizer
    public static RangeFinder of(Rule rule) {
        Require.that(rule instanceof FirstOrder, "%s has no learning rate that could be looked for", rule.name());
        double usual = rule.usual().learningRate();
        return new RangeFinder(RateSweep.rounded(usual / BELOW), RateSweep.rounded(usual * ABOVE), STEPS);
    }

    /// Hears of a sweep under way.
    @FunctionalInterface
    public interface Watcher {
        /// After a step.
        ///
        /// @param done steps
        /// @return whether to go on
        boolean stepped(int done, RateSweep.Point point);
    }

    /// The rate of step `i`, from 0.
    public double rate(int i) {
        return i == steps - 1 ? to : from * Math.pow(to / from, (double) i / (steps - 1));
    }

    /// β of the smoothed loss, m ← β m + (1 − β) L and L̂ᵢ = mᵢ / (1 − βⁱ): losses count whose mean age is a
    /// twentieth of the sweep.
    public double smoothing() {
        double age = steps / 20.0;
        return age / (1 + age);
    }

    /// Sweeps.
    ///
    /// @param data as a run of `recipe` would have it; stays open
    /// @throws IOException if an example cannot be read
    /// @throws IllegalArgumentException if the recipe does not fit the data
    public RateSweep sweep(Recipe recipe, DataSet data) throws IOException {
        return sweep(recipe, data, 0, (done, point) -> true);
    }

    /// The same under somebody's eyes.
    ///
    /// @param cacheBytes of heap for decoded pictures, as [Trainer#cache]; used where the data is gone over
    ///     again
    public RateSweep sweep(Recipe recipe, DataSet data, long cacheBytes, Watcher watcher) throws IOException {
        long began = System.nanoTime();
        var t = recipe.training();
        var pace = Pace.of(recipe, data.train().size());
        var net = recipe.network();
        var network = Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                data.classes().size());
        var preprocessing = recipe.preprocessing(data.train());
        try (var arena = Arena.ofShared()) {
            var model = Model.initialise(network, t.seed(), arena);
            try (var learner =
                    new StochasticLearner(recipe, model, pace.stepsPerEpoch(), new TimeAccount.Clock(), arena)) {
                DataInit.apply(model, data, preprocessing);
                var lookahead = recipe.lookahead();
                if (lookahead != null) learner.ride(lookahead.rider(model, learner.workers(), arena));
                var feeding =
                        new Feeding(recipe, data.train(), preprocessing, steps > pace.stepsPerEpoch() ? cacheBytes : 0);
                try (var loader = learner.open(feeding, 0)) {
                    var points = new ArrayList<RateSweep.Point>();
                    var ended = sweep(learner, loader, pace, pace.steps(t.epochs()), points, watcher);
                    var o = recipe.optimization();
                    return new RateSweep(
                            o.rule().name(), o.learningRate(), this, ended, (System.nanoTime() - began) * 1e-9, points);
                }
            }
        }
    }

    /// @param run steps that a run has: a look-ahead that ramps up is at its beginning here as there
    private RateSweep.Ended sweep(
            Learner learner, Loader loader, Pace pace, long run, ArrayList<RateSweep.Point> points, Watcher watcher)
            throws IOException {
        double mean = 0, weight = 0, lowest = Double.POSITIVE_INFINITY;
        double keep = smoothing();
        var tally = new Learner.Tally();
        for (int i = 0; i < steps; i++) {
            try {
                learner.step(loader, i, Math.max(run, steps), rate(i), tally, false);
            } catch (ArithmeticException e) { // the gradient's norm
                return RateSweep.Ended.NOT_FINITE;
            }
            double loss = tally.last;
            if (!Double.isFinite(loss)) return RateSweep.Ended.NOT_FINITE;
            mean = keep * mean + (1 - keep) * loss;
            weight = keep * weight + (1 - keep);
            var point = new RateSweep.Point(rate(i), loss, mean / weight);
            points.add(point);
            boolean goOn = watcher.stepped(i + 1, point);
            lowest = Math.min(lowest, point.smoothed());
            if (point.smoothed() > RISEN * lowest) return RateSweep.Ended.RISEN;
            if (!goOn) return RateSweep.Ended.STOPPED;
            if ((i + 1) % pace.stepsPerEpoch() == 0)
                for (int rest = 0; rest < pace.leftOver(); rest++) loader.next().release();
        }
        return RateSweep.Ended.COMPLETE;
    }
}
