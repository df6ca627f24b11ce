package dev.thalweg.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.thalweg.data.Loader;
import dev.thalweg.minimize.Objective;
import dev.thalweg.nn.Model;
import dev.thalweg.optim.Decay;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The mean loss over all training examples, and L2 decay, as a function of the trained parameters θ:
///
///     f(θ) = Σ wᵢ Lᵢ(θ) / Σ wᵢ + Σ λⱼθⱼ² / 2
///
/// with wᵢ the weight of example i's class, 1 unless there are class weights. Batches go through the plan in
/// the data's order, in float32; their losses and gradients are added up in float64. Masks of dropout and the
/// like are a function of the batch's number, so that every evaluation is of the same function.
///
/// To be used by one thread.
final class WholeLoss implements Objective, AutoCloseable {
    private final Model model;
    private final TimeAccount.Clock clock;
    private final List<Float> classWeights;
    private final List<Range> ranges;
    private final Plan plan;
    /// For the examples that do not fill a batch.
    private final @Nullable Plan rest;

    private final WholeData data;
    private final BooleanSupplier leaving;
    private final float[] part;
    private final int length;

    /// Of the last evaluation: without decay, and how many answers were right.
    double loss;

    int right;

    /// That went through the plan.
    long batches;

    /// Parameters that lie together.
    ///
    /// @param at in the point, of the first
    /// @param lambda of L2
    private record Range(Parameter parameter, int at, double lambda) {}

    /// Thrown out of an evaluation that is not to be finished.
    static final class Interruption extends RuntimeException {
        Interruption() {
            super("the evaluation was interrupted", null, false, false);
        }
    }

    /// @param clock counts what the parts of an evaluation take
    /// @param leaving is asked before each batch whether to throw an [Interruption]
    WholeLoss(
            Recipe recipe,
            Model model,
            Set<String> frozen,
            int examples,
            TimeAccount.Clock clock,
            BooleanSupplier leaving) {
        this.model = model;
        this.clock = clock;
        this.leaving = leaving;
        classWeights = recipe.loss().weights();
        ranges = new ArrayList<>();
        int count = 0, longest = 0;
        for (var parameter : model.network().parameters()) {
            if (frozen.contains(parameter.name())) continue;
            ranges.add(new Range(parameter, count, lambda(recipe, parameter)));
            count = Math.addExact(count, Math.toIntExact(parameter.size()));
            longest = Math.max(longest, (int) parameter.size());
        }
        if (count == 0) throw new IllegalArgumentException("every parameter is frozen: there is nothing to learn");
        length = count;
        part = new float[longest];
        int batch = Math.min(recipe.training().batch(), examples);
        plan = compile(recipe, frozen, batch);
        try {
            rest = examples % batch == 0 ? null : compile(recipe, frozen, examples % batch);
        } catch (RuntimeException | Error e) {
            plan.close();
            throw e;
        }
        data = new WholeData(examples, batch, model.network().input().size());
    }

    private Plan compile(Recipe recipe, Set<String> frozen, int batch) {
        return Plan.compile(
                model,
                PlanOptions.training(batch)
                        .precision(Precision.FP32)
                        .loss(recipe.loss())
                        .frozen(frozen)
                        .threads(recipe.training().threads())
                        .seed(recipe.training().seed()));
    }

    private static double lambda(Recipe recipe, Parameter parameter) {
        Decay decay = recipe.optimization().decay();
        for (var group : recipe.optimization().groups())
            if (group.select().selects(parameter)) {
                decay = group.decay();
                break;
            }
        return decay.exempt().contains(parameter.role()) ? 0 : decay.lambda();
    }

    /// Has the following evaluations read their examples from `loader`, which begins with the first, and keep as many
    /// of them as `bytes` hold.
    void read(Loader loader, long bytes) {
        data.read(loader, bytes);
    }

    WholeData data() {
        return data;
    }

    Plan plan() {
        return plan;
    }

    Workers workers() {
        return plan.workers();
    }

    /// Numbers of a point.
    int length() {
        return length;
    }

    /// The parameters as a point.
    double[] point() {
        var x = new double[length];
        for (var range : ranges) {
            int size = (int) range.parameter.size();
            MemorySegment.copy(theta(), JAVA_FLOAT, range.parameter.offset() * Float.BYTES, part, 0, size);
            for (int i = 0; i < size; i++) x[range.at + i] = part[i];
        }
        return x;
    }

    /// Sets the parameters to the point, rounded to float32.
    void put(double[] x) {
        for (var range : ranges) {
            int size = (int) range.parameter.size();
            for (int i = 0; i < size; i++) part[i] = (float) x[range.at + i];
            MemorySegment.copy(part, 0, theta(), JAVA_FLOAT, range.parameter.offset() * Float.BYTES, size);
        }
    }

    /// Writes a gradient into a vector in the parameters' order; what is frozen is left as it is.
    void spread(double[] gradient, MemorySegment to) {
        for (var range : ranges) {
            int size = (int) range.parameter.size();
            for (int i = 0; i < size; i++) part[i] = (float) gradient[range.at + i];
            MemorySegment.copy(part, 0, to, JAVA_FLOAT, range.parameter.offset() * Float.BYTES, size);
        }
    }

    private MemorySegment theta() {
        return model.parameters().segment();
    }

    @Override
    public double at(double[] x, double[] gradient) {
        put(x);
        Arrays.fill(gradient, 0);
        double sum = 0, weights = 0;
        right = 0;
        try {
            for (int b = 0; b < data.batches(); b++) {
                if (leaving.getAsBoolean()) throw new Interruption();
                var batchPlan = data.size(b) == plan.options().batch() || rest == null ? plan : rest;
                long began = System.nanoTime();
                data.fill(b, batchPlan);
                long filled = System.nanoTime();
                double mean = batchPlan.forward(b);
                right += batchPlan.right();
                batches++;
                long there = System.nanoTime();
                batchPlan.backward();
                clock.data += filled - began;
                clock.forward += there - filled;
                clock.backward += System.nanoTime() - there;
                double weight = weight(batchPlan.labels(), data.size(b));
                sum += weight * mean;
                weights += weight;
                add(weight, batchPlan.gradient().segment(), gradient);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        loss = sum / weights;
        double penalty = 0;
        for (var range : ranges)
            for (int i = range.at; i < range.at + range.parameter.size(); i++) {
                gradient[i] = gradient[i] / weights + range.lambda * x[i];
                penalty += range.lambda * x[i] * x[i] / 2;
            }
        return loss + penalty;
    }

    private void add(double weight, MemorySegment from, double[] gradient) {
        for (var range : ranges) {
            int size = (int) range.parameter.size();
            MemorySegment.copy(from, JAVA_FLOAT, range.parameter.offset() * Float.BYTES, part, 0, size);
            for (int i = 0; i < size; i++) gradient[range.at + i] += weight * part[i];
        }
    }

    private double weight(MemorySegment labels, int size) {
        if (classWeights.isEmpty()) return size;
        double sum = 0;
        for (int i = 0; i < size; i++) sum += classWeights.get(labels.getAtIndex(JAVA_INT, i));
        return sum;
    }

    /// That of float32, less by the fourth root of the number of examples: their errors cancel out in the mean,
    /// but not those of sums within a batch. Of softmax regression on 10,000 digits the gradient came down to
    /// 10⁻⁵ with this, to 10⁻⁴ without it and with the square root.
    @Override
    public double precision() {
        return 0x1p-23 / Math.sqrt(Math.sqrt(data.examples()));
    }

    @Override
    public void close() {
        plan.close();
        if (rest != null) rest.close();
        data.close();
    }
}
