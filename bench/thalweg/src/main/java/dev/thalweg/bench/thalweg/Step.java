package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Net;
import dev.thalweg.bench.SyntheticBatch;
import dev.thalweg.bench.Task;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Model;
import dev.thalweg.optim.Adam;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.Plan;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One step of a measured network on a synthetic batch, as a user's training loop would take it:
/// copy the batch in, forward, backward, update.
final class Step implements Runnable, AutoCloseable {
    private static final long SEED = 1;
    /// Small, so that parameters stay finite over thousands of steps on one batch.
    private static final double RATE = 1e-4;

    private final Arena arena = Arena.ofShared();
    private final Model model;
    private final Plan plan;
    private final FlatVector batch;
    private final @Nullable Optimizer optimizer;
    private long step;
    private double loss = Double.NaN;

    Step(Task task) {
        var net = task.workload().net();
        boolean training = task.workload().training();
        model = Model.initialise(Nets.of(net), SEED, arena);
        var options = training ? PlanOptions.training(task.batch()) : PlanOptions.evaluation(task.batch());
        plan = Plan.compile(
                model,
                options.precision(Precision.valueOf(task.precision().toUpperCase(Locale.ROOT)))
                        .loss(new CrossEntropy(net.smoothing(), List.of()))
                        .frozen(model.network().frozen())
                        .threads(task.threadsOrAll()));
        var synthetic = SyntheticBatch.of(task);
        batch = FlatVector.of(synthetic.channelsLast(net), arena);
        if (training) MemorySegment.copy(synthetic.labels(), 0, plan.labels(), ValueLayout.JAVA_INT, 0, task.batch());
        optimizer = training ? optimizer(rule(net)) : null;
    }

    private static FirstOrder rule(Net net) {
        if (net.trainedByAdam()) return new Adam();
        return net.nesterov() ? new Nesterov(net.momentum()) : new Momentum(net.momentum());
    }

    private Optimizer optimizer(FirstOrder rule) {
        var network = model.network();
        var groups = new ArrayList<Group>();
        if (!network.frozen().isEmpty()) groups.add(Group.frozen(new Selector.ByName(List.copyOf(network.frozen()))));
        groups.add(Group.everything(Decay.NONE));
        return new Optimizer(rule, network.parameters(), groups, new Clip.None(), plan.workers(), arena);
    }

    /// Standard normal numbers.
    static FlatVector normal(long length, RandomGenerator random, Arena arena) {
        var vector = FlatVector.allocate(length, arena);
        for (long i = 0; i < length; i++) vector.set(i, (float) random.nextGaussian());
        return vector;
    }

    @Override
    public void run() {
        plan.input().copyFrom(batch);
        loss = plan.forward(++step);
        if (optimizer == null) return;
        plan.backward();
        optimizer.step(model.parameters(), plan.gradient(), step, RATE);
    }

    Plan plan() {
        return plan;
    }

    long parameters() {
        return model.parameters().length();
    }

    /// The last step's loss; NaN at inference.
    double loss() {
        return loss;
    }

    @Override
    public void close() {
        plan.close();
        arena.close();
    }
}
