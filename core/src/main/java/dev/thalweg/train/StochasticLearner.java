package dev.thalweg.train;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.data.Batch;
import dev.thalweg.data.Loader;
import dev.thalweg.data.Position;
import dev.thalweg.minimize.Result;
import dev.thalweg.nn.Model;
import dev.thalweg.optim.Accumulator;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Vectors;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Learns from one batch after the other, by a first-order rule.
final class StochasticLearner implements Learner {
    /// Batches that running statistics are measured on: at a share of a tenth for each, all but half a per cent of
    /// what was there before is forgotten.
    private static final int SETTLING = 50;

    private final Recipe recipe;
    private final Model model;
    private final int stepsPerEpoch;
    private final Optimizer optimizer;
    private final @Nullable Accumulator accumulator;
    private final List<Rider> riders = new ArrayList<>();
    private final StepProbe probe;
    private final Aside aside;
    private final TimeAccount.Clock clock;
    private Set<String> frozen;
    private Plan plan;
    private boolean profiling;
    private long batches;
    private @Nullable Watcher watcher;

    /// @param clock counts what the parts of a step take
    /// @param arena holds the optimizer's memory
    StochasticLearner(Recipe recipe, Model model, int stepsPerEpoch, TimeAccount.Clock clock, Arena arena) {
        this.recipe = recipe;
        this.clock = clock;
        this.model = model;
        this.stepsPerEpoch = stepsPerEpoch;
        frozen = frozenAt(0);
        plan = compile();
        optimizer = optimizer(arena);
        accumulator = recipe.training().accumulate() > 1
                ? new Accumulator(model.network().parameters().length(), plan.workers(), arena)
                : null;
        probe = new StepProbe(model.network(), plan.workers());
        aside = new Aside(model, arena);
    }

    private Optimizer optimizer(Arena arena) {
        return new Optimizer(
                (FirstOrder) recipe.optimization().rule(),
                model.network().parameters(),
                groups(),
                recipe.optimization().clip(),
                recipe.optimization().centralise(),
                plan.workers(),
                plan.products(),
                arena);
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

    private Set<String> frozenAt(long step) {
        return FrozenParameters.at(recipe, model.network(), step, stepsPerEpoch);
    }

    private List<Group> groups() {
        var groups = new ArrayList<Group>();
        if (!frozen.isEmpty()) groups.add(Group.frozen(new Selector.ByName(List.copyOf(frozen))));
        groups.addAll(recipe.optimization().groups());
        groups.add(Group.everything(recipe.optimization().decay()));
        return groups;
    }

    @Override
    public Loader open(Feeding feeding, long step) {
        var start = new Position(
                (int) (step / stepsPerEpoch),
                (int) (step % stepsPerEpoch) * recipe.training().accumulate());
        return new Loader(
                feeding.examples(),
                feeding.preprocessing(),
                recipe.augmentation(),
                feeding.options(),
                start,
                plan.workers());
    }

    @Override
    public @Nullable String manner(Feeding feeding) {
        return null;
    }

    @Override
    public @Nullable End end() {
        return null;
    }

    @Override
    public @Nullable Result minimum() {
        return null;
    }

    @Override
    public String advice() {
        double rate = recipe.optimization().learningRate();
        return "Try a learning rate of %s instead of %s, a longer warm-up, or clipping."
                .formatted((float) (rate / 4), (float) rate);
    }

    @Override
    public void prepare(long step) {
        var now = frozenAt(step);
        if (now.equals(frozen)) return;
        frozen = now;
        plan.close();
        plan = compile();
        plan.profile(profiling);
        optimizer.regroup(groups());
    }

    @Override
    public void ride(Rider rider) {
        riders.add(rider);
    }

    @Override
    public Workers workers() {
        return plan.workers();
    }

    @Override
    public Precision precision() {
        return plan.precision();
    }

    @Override
    public StepProbe probe() {
        return probe;
    }

    @Override
    public void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public long batches() {
        return batches;
    }

    @Override
    public void profile(boolean on) {
        profiling = on;
        plan.profile(on);
    }

    @Override
    public RunRecord.Profile profiled() {
        return new RunRecord.Profile((int) plan.profiledRuns(), plan.steps());
    }

    /// Takes step number `step` on the loader's next batches. If the loss is not a finite number, nothing
    /// has changed but the running statistics and, with [dev.thalweg.optim.Sophia], what is remembered of
    /// the curvature.
    @Override
    public boolean step(Loader loader, long step, long steps, double rate, Tally tally, boolean measured)
            throws IOException {
        int micros = recipe.training().accumulate();
        double loss = 0;
        if (accumulator != null) accumulator.clear();
        for (int micro = 0; micro < micros; micro++) {
            long began = System.nanoTime();
            var batch = loader.next();
            int size = batch.size();
            load(batch);
            if (micro == 0 && optimizer.wantsCurvature(step + 1)) curvature(step);
            long loaded = System.nanoTime();
            double batchLoss = plan.forward(step * micros + micro);
            long there = System.nanoTime();
            int right = plan.right();
            plan.backward();
            var sharpness = recipe.optimization().sharpness();
            if (sharpness != null && Double.isFinite(batchLoss)) {
                double nearby = lookAround(sharpness, step * micros + micro);
                if (!Double.isFinite(nearby)) batchLoss = nearby;
            }
            long back = System.nanoTime();
            clock.data += loaded - began;
            clock.forward += there - loaded;
            clock.backward += back - there;
            batches++;
            tally.lossSum += batchLoss * size;
            tally.right += right;
            tally.examples += size;
            loss += batchLoss / micros;
            if (accumulator != null) accumulator.add(plan.gradient());
        }
        tally.last = loss;
        if (!Double.isFinite(loss)) return true;
        long began = System.nanoTime();
        if (measured) probe.before(model.parameters());
        long remembered = System.nanoTime();
        var gradient = accumulator == null ? plan.gradient() : accumulator.sum();
        double scale = accumulator == null ? 1 : accumulator.scale();
        optimizer.step(model.parameters(), gradient, step + 1, rate, scale);
        for (var rider : riders) rider.afterStep(model, step + 1, steps);
        long moved = System.nanoTime();
        if (measured) probe.after(model.parameters(), gradient, scale);
        clock.update += moved - remembered;
        clock.recording += remembered - began + System.nanoTime() - moved;
        return true;
    }

    /// Replaces the gradient by that at the worst point nearby.
    ///
    /// @return the loss there; 0 where there is no such point
    private double lookAround(Sharpness sharpness, long number) {
        double norm = optimizer.norm(plan.gradient());
        if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) return 0;
        aside.keep();
        Vectors.axpy(model.parameters(), plan.gradient(), sharpness.rho() / norm, plan.workers());
        double loss = plan.forward(number);
        plan.backward();
        aside.restore();
        return loss;
    }

    /// Lets the optimizer know the curvature, by labels drawn from the predictions of the batch that is loaded.
    private void curvature(long step) {
        int examples = recipe.training().batch();
        aside.keep();
        aside.keepLabels(plan.labels());
        long number = step * recipe.training().accumulate();
        plan.forward(number);
        var key = RandomKey.of(recipe.training().seed()).fold("curvature").fold(step);
        for (int i = 0; i < examples; i++) plan.labels().setAtIndex(JAVA_INT, i, drawn(i, key.uniform(i)));
        plan.forward(number);
        plan.backward();
        // A batch that cannot be learned from says nothing of the curvature either.
        if (Double.isFinite(optimizer.norm(plan.gradient()))) optimizer.curvature(plan.gradient(), examples);
        aside.restoreLabels(plan.labels());
        aside.restore();
    }

    /// The class of example `i` at which its probabilities, added up, reach `u`.
    private int drawn(int i, float u) {
        var scores = plan.scores();
        int classes = model.network().classes();
        long at = (long) i * classes;
        double greatest = Double.NEGATIVE_INFINITY, sum = 0;
        for (int c = 0; c < classes; c++) greatest = Math.max(greatest, scores.get(at + c));
        for (int c = 0; c < classes; c++) sum += Math.exp(scores.get(at + c) - greatest);
        double left = u * sum;
        for (int c = 0; c < classes - 1; c++) {
            left -= Math.exp(scores.get(at + c) - greatest);
            if (left < 0) return c;
        }
        return classes - 1;
    }

    @Override
    public boolean trainsBeside() {
        return optimizer.trainsBeside();
    }

    @Override
    public void settle(Loader loader, long step) throws IOException {
        aside.keep();
        optimizer.settle(model.parameters());
        if (model.statistics().length() == 0) return;
        for (int i = 0; i < SETTLING; i++) {
            load(loader.next());
            plan.forward(step * recipe.training().accumulate() + i);
        }
    }

    @Override
    public void resume() {
        aside.restore();
    }

    private void load(Batch batch) throws IOException {
        if (watcher != null) {
            watcher.see(batch);
            watcher = null;
        }
        MemorySegment.copy(
                batch.images(), 0, plan.input().segment(), 0, plan.input().length() * Float.BYTES);
        MemorySegment.copy(
                batch.labels(), 0, plan.labels(), 0, (long) recipe.training().batch() * Integer.BYTES);
        batch.release();
    }

    @Override
    public float[] gradient(Parameter parameter) {
        if (accumulator == null) return plan.gradient().slice(parameter).toArray();
        float[] gradient = accumulator.sum().slice(parameter).toArray();
        float scale = (float) accumulator.scale();
        for (int i = 0; i < gradient.length; i++) gradient[i] *= scale;
        return gradient;
    }

    @Override
    public boolean allFinite() {
        return Vectors.allFinite(model.parameters(), plan.workers());
    }

    @Override
    public Map<String, FlatVector> vectors() {
        var vectors = Learner.vectors(model);
        optimizer.memory().forEach((name, vector) -> vectors.put("optimizer." + name, vector));
        for (var rider : riders)
            rider.state().forEach((name, vector) -> vectors.put("rider." + rider.name() + "." + name, vector));
        return vectors;
    }

    @Override
    public Map<String, double[]> numbers() {
        return Map.of();
    }

    @Override
    public void restore(Map<String, double[]> numbers) {}

    @Override
    public void close() {
        plan.close();
    }
}
