package dev.thalweg.train;

import dev.thalweg.data.Batch;
import dev.thalweg.data.Loader;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Result;
import dev.thalweg.nn.Model;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// All that a step changes, and how: the model, its compiled plan, what moves it, and the riders. It takes
/// one step at a time and knows nothing of files, epochs' ends or listeners.
sealed interface Learner extends AutoCloseable permits StochasticLearner, FullBatchLearner {

    /// Looks at a batch before it is learned from.
    @FunctionalInterface
    interface Watcher {
        void see(Batch batch) throws IOException;
    }

    /// What the examples of an epoch have added up to.
    final class Tally {
        double lossSum;
        long right;
        long examples;
        /// The mean loss of the last step's examples.
        double last;

        void clear() {
            lossSum = 0;
            right = 0;
            examples = 0;
        }

        double loss() {
            return lossSum / examples;
        }

        double accuracy() {
            return (double) right / examples;
        }
    }

    /// Why there is no further step.
    ///
    /// @param sentence for people; empty if there is nothing to say
    record End(dev.thalweg.train.Result.Ended ended, String sentence) {}

    /// The learner that goes with the recipe's rule.
    ///
    /// @param examples that are learned from
    /// @param clock counts what the parts of a step take
    /// @param leaving whether a step that takes long is to be left unfinished
    /// @param arena holds what the rule remembers
    /// @throws IllegalArgumentException if the recipe asks for what does not go together
    static Learner of(
            Recipe recipe,
            Model model,
            int stepsPerEpoch,
            int examples,
            TimeAccount.Clock clock,
            BooleanSupplier leaving,
            Arena arena) {
        return recipe.optimization().rule() instanceof Minimizer
                ? new FullBatchLearner(recipe, model, examples, clock, leaving, arena)
                : new StochasticLearner(recipe, model, stepsPerEpoch, clock, arena);
    }

    /// A loader of the batches from step number `step` on.
    Loader open(Feeding feeding, long step);

    /// For people: what it learns from, where it is not batches in random order.
    @Nullable
    String manner(Feeding feeding);

    /// Why there is no further step; null as long as there is one, which with batches is always. To be asked before
    /// each
    /// step.
    ///
    /// @throws IOException if an example cannot be read
    @Nullable
    End end() throws IOException;

    /// Where a minimizer has come to; null with batches, and before the first look at the examples.
    ///
    /// @throws IOException if an example cannot be read
    @Nullable
    Result minimum() throws IOException;

    /// For people: what may help where the loss was not a number or rose.
    String advice();

    /// Compiles anew if other parameters are frozen from `step` on than before.
    void prepare(long step);

    void ride(Rider rider);

    Workers workers();

    Precision precision();

    /// What the last measured step did.
    StepProbe probe();

    /// Has `watcher` see the next batch.
    void watch(Watcher watcher);

    /// Batches that steps have looked at since it was made.
    long batches();

    /// Starts or stops timing each operation of the plan. Changes no bit of what is learned.
    void profile(boolean on);

    /// What was timed.
    RunRecord.Profile profiled();

    /// Takes step number `step`, counted from 0, and counts its examples.
    ///
    /// @param measured whether [#probe] looks at it
    /// @return whether it did; if not, nothing has changed and [#end] says why
    /// @throws ArithmeticException if the gradient is to be clipped and its norm is not finite
    boolean step(Loader loader, long step, long steps, double rate, Tally tally, boolean measured) throws IOException;

    /// Whether what is trained is not what is to be used.
    boolean trainsBeside();

    /// Puts what is to be used in place of what is trained, and measures running statistics there on batches of
    /// `loader`, until [#resume].
    void settle(Loader loader, long step) throws IOException;

    /// Goes on where training was before [#settle].
    void resume();

    /// The gradient of the last step's mean loss as it was before clipping by norm or value: a copy of one tensor's
    /// part.
    float[] gradient(Parameter parameter);

    boolean allFinite();

    /// Every vector that goes on changing, by name: what a checkpoint must hold.
    Map<String, FlatVector> vectors();

    /// The model's own vectors, by the names of its parameters and statistics.
    static Map<String, FlatVector> vectors(Model model) {
        var vectors = new LinkedHashMap<String, FlatVector>();
        for (Parameter p : model.network().parameters())
            vectors.put(p.name(), model.parameters().slice(p));
        for (Parameter p : model.network().statistics())
            vectors.put(p.name(), model.statistics().slice(p));
        return vectors;
    }

    /// The same of what is in float64. The arrays are to be read before the next step.
    Map<String, double[]> numbers();

    /// Takes over what [#numbers] held.
    void restore(Map<String, double[]> numbers);

    @Override
    void close();
}
