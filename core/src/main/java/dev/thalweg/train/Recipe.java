package dev.thalweg.train;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.Shapes;
import dev.thalweg.data.ShuffleBuffer;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that determines a run. The same recipe on the same data and the same kind of machine gives
/// the same bits. It is written into each run's folder as `recipe.json`.
///
/// Make one with [Defaults], and change what you like with the `with` methods.
///
/// @param loss its class weights, if any, are in the order of the data's classes
/// @param freeze parameters that stop learning at some time
/// @param lookahead null for none
/// @param test how the test part is looked at in the end
public record Recipe(
        Data data,
        Net network,
        Training training,
        Optimization optimization,
        CrossEntropy loss,
        Augmentation augmentation,
        List<Freeze> freeze,
        @Nullable Lookahead lookahead,
        Averaging test) {
    /// Training examples from which mean and deviation are measured, at most.
    private static final int MEASURED = 10_000;

    public Recipe {
        freeze = List.copyOf(freeze);
    }

    /// Where the examples come from, and how parts that the source lacks are split off.
    ///
    /// @param source a path, or `shapes`
    /// @param testShare of each class, where the source has no test part; in (0, 1)
    /// @param validationShare of each class's training examples; in [0, 1), 0 for no validation part
    /// @param centre share of a larger photo's shorter side that the network sees at test; in (0, 1]
    /// @param skipUnreadable whether pictures that cannot be read are left out; otherwise they end the run
    public record Data(
            String source,
            double testShare,
            double validationShare,
            long splitSeed,
            double centre,
            boolean skipUnreadable) {

        public Data {
            Require.that(0 < testShare && testShare < 1, "data.testShare must be in (0, 1), got %s", testShare);
            Require.that(
                    0 <= validationShare && validationShare < 1,
                    "data.validationShare must be in [0, 1), got %s",
                    validationShare);
            Require.that(0 < centre && centre <= 1, "data.centre must be in (0, 1], got %s", centre);
        }

        /// Of data whose pictures all can be read.
        public Data(String source, double testShare, double validationShare, long splitSeed, double centre) {
            this(source, testShare, validationShare, splitSeed, centre, false);
        }

        /// How parts that the source lacks are taken from its training examples.
        public SplitOptions split() {
            return new SplitOptions(testShare, validationShare, splitSeed);
        }

        /// The same, of a source that lies somewhere its name alone: what can be told to others.
        Data withoutFolder() {
            if (Shapes.isLocator(source)) return this;
            var name = Path.of(source).getFileName();
            return name == null ? this : withSource(name.toString());
        }

        public Data withSource(String source) {
            return new Data(source, testShare, validationShare, splitSeed, centre, skipUnreadable);
        }

        public Data withValidationShare(double share) {
            return new Data(source, testShare, share, splitSeed, centre, skipUnreadable);
        }

        public Data withSkipUnreadable(boolean skip) {
            return new Data(source, testShare, validationShare, splitSeed, centre, skip);
        }
    }

    /// The network, by its name in [dev.thalweg.nn.architectures.Architectures], and its input's shape.
    public record Net(String name, int channels, int height, int width) {}

    /// @param epochs at most [#MOST_EPOCHS]; may be fractional: 9.9 ends a tenth of an epoch early
    /// @param batch examples whose gradient is computed at once; what does not fill a last batch is
    ///     left out of the epoch, and the next epoch's order is another
    /// @param accumulate batches whose gradients are averaged before a step
    /// @param threads of the compiled step; part of the recipe because the order of sums depends on it
    /// @param checkpointSeconds between checkpoints within an epoch; without influence on the result
    /// @param shuffle for sets larger than memory, a random order in which what is read soon after each
    ///     other lies close together; null for a uniformly random order
    public record Training(
            double epochs,
            int batch,
            int accumulate,
            Precision precision,
            int threads,
            long seed,
            double checkpointSeconds,
            @Nullable ShuffleBuffer shuffle) {
        /// With more, the steps of a run could not be counted, nor would anybody see its end.
        public static final int MOST_EPOCHS = 1_000_000;

        /// In a uniformly random order.
        public Training(
                double epochs,
                int batch,
                int accumulate,
                Precision precision,
                int threads,
                long seed,
                double checkpointSeconds) {
            this(epochs, batch, accumulate, precision, threads, seed, checkpointSeconds, null);
        }

        public Training {
            Require.that(epochs > 0, "training.epochs must be > 0, got %s", epochs);
            Require.that(epochs <= MOST_EPOCHS, "training.epochs must be at most %,d, got %s", MOST_EPOCHS, epochs);
            Require.that(batch >= 1, "training.batch must be at least 1, got %s", batch);
            Require.that(
                    batch <= PlanOptions.MOST_EXAMPLES,
                    "training.batch must be at most %,d, got %,d",
                    PlanOptions.MOST_EXAMPLES,
                    batch);
            Require.that(accumulate >= 1, "training.accumulate must be at least 1, got %s", accumulate);
            Require.that(
                    threads >= 1 && threads <= PlanOptions.MOST_THREADS,
                    "training.threads must be from 1 to %,d, got %,d",
                    PlanOptions.MOST_THREADS,
                    threads);
            Require.that(checkpointSeconds > 0, "training.checkpointSeconds must be > 0, got %s", checkpointSeconds);
        }
    }

    /// @param rule the update rule, or a minimizer that goes by the loss of all examples
    /// @param learningRate that the schedule's factor multiplies; of no meaning to a minimizer
    /// @param decay weight decay of all parameters that no group claims
    /// @param groups settings for some parameters; the first that selects a parameter counts
    /// @param centralise whether the mean is taken off each unit's gradient
    /// @param sharpness null for none
    public record Optimization(
            Rule rule,
            double learningRate,
            Schedule schedule,
            Decay decay,
            List<Group> groups,
            Clip clip,
            boolean centralise,
            @Nullable Sharpness sharpness) {

        /// With neither centralised gradients nor regard to sharpness.
        public Optimization(
                Rule rule, double learningRate, Schedule schedule, Decay decay, List<Group> groups, Clip clip) {
            this(rule, learningRate, schedule, decay, groups, clip, false, null);
        }

        public Optimization {
            Require.that(learningRate > 0, "optimization.learningRate must be > 0, got %s", learningRate);
            groups = List.copyOf(groups);
        }

        public Optimization withRule(Rule rule) {
            return new Optimization(rule, learningRate, schedule, decay, groups, clip, centralise, sharpness);
        }

        public Optimization withLearningRate(double rate) {
            return new Optimization(rule, rate, schedule, decay, groups, clip, centralise, sharpness);
        }

        public Optimization withDecay(Decay decay) {
            return new Optimization(rule, learningRate, schedule, decay, groups, clip, centralise, sharpness);
        }

        public Optimization withClip(Clip clip) {
            return new Optimization(rule, learningRate, schedule, decay, groups, clip, centralise, sharpness);
        }

        /// Other penalties for everything; a group's L2 keeps its share of the base's.
        ///
        /// @param lambda null: as it is
        /// @param l1 likewise
        /// @param form likewise
        public Optimization withPenalties(@Nullable Double lambda, @Nullable Double l1, Decay.@Nullable Form form) {
            var changed = groups.stream()
                    .map(group -> new Group(
                            group.select(),
                            group.rateMultiplier(),
                            group.decay().with(lambda, l1, form, decay),
                            group.frozen()))
                    .toList();
            return new Optimization(
                    rule,
                    learningRate,
                    schedule,
                    decay.with(lambda, l1, form, decay),
                    changed,
                    clip,
                    centralise,
                    sharpness);
        }

        public Optimization withCentralise(boolean centralise) {
            return new Optimization(rule, learningRate, schedule, decay, groups, clip, centralise, sharpness);
        }

        public Optimization withSharpness(@Nullable Sharpness sharpness) {
            return new Optimization(rule, learningRate, schedule, decay, groups, clip, centralise, sharpness);
        }
    }

    /// Parameters that are trained until `epoch` and stay byte-identical from there on; 0 for never
    /// trained.
    public record Freeze(Selector select, double epoch) {
        public Freeze {
            Require.that(epoch >= 0, "freeze.epoch must be at least 0, got %s", epoch);
        }
    }

    /// How pictures become the network's input: its size, with mean and deviation of `train`'s pictures.
    public Preprocessing preprocessing(Examples train) throws IOException {
        var ones = new float[network.channels()];
        Arrays.fill(ones, 1);
        return new Preprocessing(
                        network.channels(),
                        network.height(),
                        network.width(),
                        new float[network.channels()],
                        ones,
                        data.centre())
                .measured(train, MEASURED);
    }

    public Recipe withData(Data data) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withNetwork(Net network) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withTraining(Training training) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withOptimization(Optimization optimization) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withLearningRate(double rate) {
        return withOptimization(optimization.withLearningRate(rate));
    }

    public Recipe withLoss(CrossEntropy loss) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withAugmentation(Augmentation augmentation) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withFreeze(List<Freeze> freeze) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withLookahead(@Nullable Lookahead lookahead) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withTest(Averaging test) {
        return new Recipe(data, network, training, optimization, loss, augmentation, freeze, lookahead, test);
    }

    public Recipe withEpochs(double epochs) {
        var t = training;
        return withTraining(new Training(
                epochs, t.batch, t.accumulate, t.precision, t.threads, t.seed, t.checkpointSeconds, t.shuffle));
    }

    public Recipe withSeed(long seed) {
        var t = training;
        return withTraining(new Training(
                t.epochs, t.batch, t.accumulate, t.precision, t.threads, seed, t.checkpointSeconds, t.shuffle));
    }
}
