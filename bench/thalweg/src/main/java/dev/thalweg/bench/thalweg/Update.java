package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Updates;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Optimizer;
import dev.thalweg.step.KernelProducts;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;

/// One update of the parameters of [Updates] by one rule, always along the same gradient.
final class Update implements Runnable {
    private final FlatVector theta;
    private final FlatVector gradient;
    private final Optimizer optimizer;
    private long step;

    Update(FirstOrder rule, Decay decay, int threads, Arena arena) {
        var builder = new Layout.Builder();
        for (int i = 0; i < Updates.TENSORS; i++)
            builder.add("weight." + i, Shape.of(Updates.EDGE, Updates.EDGE), Role.WEIGHT);
        var layout = builder.build();
        theta = noise(1, arena);
        gradient = noise(2, arena);
        optimizer = new Optimizer(
                rule,
                layout,
                List.of(Group.everything(decay)),
                new Clip.None(),
                false,
                OpenMpWorkers.of(threads),
                new KernelProducts(threads),
                arena);
    }

    /// As many numbers in (−0.01, 0.01) as there are parameters; every tensor has the same.
    private static FlatVector noise(long seed, Arena arena) {
        var vector = FlatVector.allocate(Updates.PARAMETERS, arena);
        var key = RandomKey.of(seed);
        long one = Updates.PARAMETERS / Updates.TENSORS;
        for (long i = 0; i < one; i++) vector.set(i, (key.uniform(i) - 0.5f) / 50);
        for (int k = 1; k < Updates.TENSORS; k++) vector.slice(k * one, one).copyFrom(vector.slice(0, one));
        return vector;
    }

    /// What must be moved for each parameter: θ, g and all that is remembered are read once, θ and all that is
    /// remembered written once.
    double bytesPerParameter() {
        double remembered = optimizer.memory().values().stream()
                        .mapToLong(FlatVector::length)
                        .sum()
                / (double) Updates.PARAMETERS;
        return Float.BYTES * (3 + 2 * remembered);
    }

    @Override
    public void run() {
        optimizer.step(theta, gradient, ++step, Updates.RATE);
    }
}
