package dev.thalweg.train;

import dev.thalweg.data.Loader;
import dev.thalweg.data.Position;
import dev.thalweg.data.Views;
import dev.thalweg.minimize.Descent;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Reason;
import dev.thalweg.minimize.Result;
import dev.thalweg.minimize.Stop;
import dev.thalweg.nn.Model;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Vectors;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Learns by a minimizer: a step is one of its iterations, on the loss of all examples.
final class FullBatchLearner implements Learner {
    /// Begins the names of the minimizer's numbers in checkpoints.
    private static final String PREFIX = "optimizer.";

    private final Recipe recipe;
    private final Model model;
    private final WholeLoss whole;
    private final Descent descent;
    private final StepProbe probe;
    private final FlatVector gradient;
    private final TimeAccount.Clock clock;
    /// Where the descent is: the loss without decay, not a number before the first evaluation, and how many answers are
    /// right.
    private double loss = Double.NaN;

    private int right;
    private boolean interrupted;

    /// @param examples that are learned from
    /// @param leaving whether an iteration is to be left unfinished
    /// @param arena holds a gradient
    /// @throws IllegalArgumentException if the recipe asks for something that does not go with a minimizer
    FullBatchLearner(
            Recipe recipe, Model model, int examples, TimeAccount.Clock clock, BooleanSupplier leaving, Arena arena) {
        this.recipe = recipe;
        this.model = model;
        this.clock = clock;
        var minimizer = (Minimizer) recipe.optimization().rule();
        refuseMisfits(recipe, model);
        var frozen = FrozenParameters.at(recipe, model.network(), 0, 1);
        whole = new WholeLoss(recipe, model, frozen, examples, clock, leaving);
        try {
            descent = minimizer.start(whole, whole.point());
            probe = new StepProbe(model.network(), whole.workers());
            gradient = FlatVector.allocate(model.network().parameters().length(), arena);
        } catch (RuntimeException | Error e) {
            whole.close();
            throw e;
        }
    }

    private static void refuseMisfits(Recipe recipe, Model model) {
        var rule = recipe.optimization().rule();
        for (var misfit : Misfit.of(recipe)) throw new IllegalArgumentException(misfit.path() + misfit.sentence(rule));
        Require.that(
                model.statistics().length() == 0,
                "batch normalization makes of each batch another function: it does not go with %s",
                rule.name());
    }

    @Override
    public Loader open(Feeding feeding, long step) {
        var loader = new Loader(
                feeding.examples(),
                feeding.preprocessing(),
                Views.PLAIN,
                feeding.options().withDropLast(false).withShuffle(null).withCacheBytes(0),
                Position.START,
                whole.workers());
        whole.read(loader, feeding.cacheBytes());
        return loader;
    }

    @Override
    public String manner(Feeding feeding) {
        return "all %,d examples in their order, %s; masks of dropout and the like are the same in every evaluation"
                .formatted(
                        whole.data().examples(),
                        whole.data().fits(feeding.cacheBytes()) ? "kept in memory" : "read for each evaluation");
    }

    @Override
    public @Nullable End end() throws IOException {
        var at = interrupted ? null : asked(this::result);
        if (at == null) return new End(dev.thalweg.train.Result.Ended.STOPPED, "");
        if (at.reason() == Reason.BUDGET) return null;
        String sentence = "%s stopped after %,d iterations and %,d evaluations of the whole loss: %s."
                .formatted(recipe.optimization().rule().name(), at.iterations(), at.evaluations(), at.detail());
        return at.reason() == Reason.NOT_FINITE
                ? new End(dev.thalweg.train.Result.Ended.DIVERGED, sentence + " " + advice())
                : new End(dev.thalweg.train.Result.Ended.FINISHED, sentence);
    }

    @Override
    public @Nullable Result minimum() throws IOException {
        return Double.isNaN(loss) ? null : asked(this::result);
    }

    private Result result() {
        descent.value();
        if (Double.isNaN(loss)) remember();
        return descent.result(Stop.DEFAULT);
    }

    private boolean took() {
        if (!descent.step()) return false;
        remember();
        return true;
    }

    @Override
    public String advice() {
        return "Other weights to begin with (--seed) or weight decay may help.";
    }

    /// What the descent answers, for which it may evaluate the loss. If that is interrupted, the descent is as it was
    /// before.
    ///
    /// @return null if it was interrupted
    private <T> @Nullable T asked(Supplier<T> question) throws IOException {
        var before = descent.memory();
        try {
            return question.get();
        } catch (WholeLoss.Interruption e) {
            descent.restore(before);
            interrupted = true;
            return null;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            // Where it is, and not where it looked last.
            whole.put(descent.point());
        }
    }

    @Override
    public void prepare(long step) {}

    @Override
    public boolean step(Loader loader, long step, long steps, double rate, Tally tally, boolean measured)
            throws IOException {
        if (measured) probe.before(model.parameters());
        long began = System.nanoTime();
        long inside = clock.data + clock.forward + clock.backward;
        boolean took = Boolean.TRUE.equals(asked(this::took));
        clock.update += System.nanoTime() - began - (clock.data + clock.forward + clock.backward - inside);
        if (!took) return false;
        int examples = whole.data().examples();
        tally.lossSum += loss * examples;
        tally.right += right;
        tally.examples += examples;
        tally.last = loss;
        whole.spread(descent.gradient(), gradient.segment());
        if (measured) probe.after(model.parameters(), gradient, 1);
        return true;
    }

    /// The last evaluation was where the descent is now.
    private void remember() {
        loss = whole.loss;
        right = whole.right;
    }

    @Override
    public void ride(Rider rider) {
        throw new IllegalArgumentException("a rider goes with batches: %s looks at all examples in each step"
                .formatted(recipe.optimization().rule().name()));
    }

    @Override
    public Workers workers() {
        return whole.workers();
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public StepProbe probe() {
        return probe;
    }

    @Override
    public void watch(Watcher watcher) {
        whole.data().watch(watcher);
    }

    @Override
    public long batches() {
        return whole.batches;
    }

    @Override
    public void profile(boolean on) {
        whole.plan().profile(on);
    }

    @Override
    public RunRecord.Profile profiled() {
        return new RunRecord.Profile(
                (int) whole.plan().profiledRuns(), whole.plan().steps());
    }

    @Override
    public boolean trainsBeside() {
        return false;
    }

    @Override
    public void settle(Loader loader, long step) {}

    @Override
    public void resume() {}

    @Override
    public float[] gradient(Parameter parameter) {
        return gradient.slice(parameter).toArray();
    }

    @Override
    public boolean allFinite() {
        return Vectors.allFinite(model.parameters(), whole.workers());
    }

    @Override
    public Map<String, FlatVector> vectors() {
        return Learner.vectors(model);
    }

    @Override
    public Map<String, double[]> numbers() {
        var numbers = new LinkedHashMap<String, double[]>();
        descent.memory().forEach((name, values) -> numbers.put(PREFIX + name, values));
        numbers.put(PREFIX + "loss", new double[] {loss, right});
        return numbers;
    }

    @Override
    public void restore(Map<String, double[]> numbers) {
        var memory = new LinkedHashMap<String, double[]>();
        numbers.forEach((name, values) -> memory.put(name.substring(PREFIX.length()), values));
        descent.restore(memory);
        var kept = numbers.getOrDefault(PREFIX + "loss", new double[2]);
        loss = kept[0];
        right = (int) kept[1];
    }

    @Override
    public void close() {
        whole.close();
    }
}
