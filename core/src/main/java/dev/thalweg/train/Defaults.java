package dev.thalweg.train;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Flip;
import dev.thalweg.data.Preprocessing;
import dev.thalweg.data.ResizedCrop;
import dev.thalweg.data.Shapes;
import dev.thalweg.data.ShuffleBuffer;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.data.UnreadablePicture;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.optim.Bf16Slots;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.ScheduleFree;
import dev.thalweg.optim.Selector;
import dev.thalweg.optim.Sgd;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.step.MemoryBudget;
import dev.thalweg.step.PlanOptions;
import dev.thalweg.step.Precision;
import dev.thalweg.tensor.Role;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Recipes that are good for the data at hand without anybody's tuning.
///
/// | network | made for | trained as |
/// |---|---|---|
/// | `cifarnet`, the default for small pictures | 32 pixels | airbench94 (Jordan, 2024, arXiv:2404.00498) |
/// | `softmax`, `perceptron`, `mlp`, `lenet5` | 28 pixels | Nesterov 0.05 at batch 128, cosine |
/// | `resnet20` … `resnet110`, `wrn-…`, `resnet18-cifar` | 32 pixels | Nesterov 0.1 at batch 128, warm-up, cosine |
/// | `resnet18`, the default for photos, and other networks of ImageNet's | 224 pixels | Nesterov 0.05 at batch 32 (VGG
/// and SqueezeNet, which diverge there, 0.01), warm-up, cosine |
///
/// Learning rates grow with the batch (Goyal et al., 2017, arXiv:1706.02677, section 2.1; for
/// airbench94 with its root). Pictures are
/// mirrored unless they are digits.
public final class Defaults {
    /// Pictures up to this size are trained as they are, with networks for small pictures.
    private static final int SMALL = 64;
    /// What photos are brought to: what two cores can train in minutes.
    private static final int PHOTO = 128;
    /// Pictures looked at to find out how large they are.
    private static final int LOOKED_AT = 100;
    /// Photo sets below this size see at least a quarter of each picture: they have no time to learn
    /// from the paper's twelfth.
    private static final int FEW_PHOTOS = 100_000;

    /// Small pictures from which on airbench94's batch and epochs suit.
    private static final int MANY = 40_000;

    /// Networks without convolutions, to which a shifted picture is a new one.
    private static final Set<String> SHIFTLESS = Set.of("softmax", "perceptron", "mlp");

    private Defaults() {}

    /// What is settled already; the rest is chosen to go with it. Null for what is not.
    ///
    /// @param model a name in [Architectures]
    /// @param size of the network's input
    public record Given(
            @Nullable String model,
            @Nullable Dimensions size,
            @Nullable Double epochs,
            @Nullable Integer batch,
            @Nullable Integer accumulate) {
        public static final Given NOTHING = new Given(null, null, null, null, null);
    }

    /// What a data set is like, as far as recipes go.
    ///
    /// @param uniform whether all pictures looked at have one size
    /// @param digits whether they are grey digits, which a mirror makes unreadable
    /// @param shuffle null for a uniformly random order
    private record Look(
            int channels,
            int height,
            int width,
            boolean uniform,
            boolean digits,
            int examples,
            @Nullable ShuffleBuffer shuffle) {
        static Look at(DataSet data) throws IOException {
            Examples train = data.train();
            int count = Math.min(LOOKED_AT, train.size());
            var picture = UnreadablePicture.decode(train, 0);
            var first = picture.dimensions();
            boolean uniform = true;
            for (int i = 1; i < count; i++) {
                Dimensions size = UnreadablePicture.dimensions(train, (int) ((long) i * train.size() / count));
                uniform &= size.equals(first);
            }
            int channels = picture.channels();
            for (int i = 1; i < count && channels == 1; i += 10)
                channels = UnreadablePicture.decode(train, (int) ((long) i * train.size() / count))
                        .channels();
            boolean digits =
                    channels == 1 && data.classes().stream().allMatch(name -> name.length() == 1 && isDigit(name));
            return new Look(channels, first.height(), first.width(), uniform, digits, train.size(), shuffle(train));
        }

        /// A set whose files take more than half of the memory cannot be kept there by the system: its
        /// examples are not read all over the place then.
        private static @Nullable ShuffleBuffer shuffle(Examples train) {
            long memory = MemoryBudget.total();
            long bytes = 0;
            for (int i = 0; i < train.size(); i++) bytes += train.storedBytes(i);
            return memory == 0 || bytes <= memory / 2 ? null : ShuffleBuffer.of(train.size(), bytes, memory);
        }

        private static boolean isDigit(String name) {
            return Character.isDigit(name.charAt(0));
        }

        boolean small() {
            return uniform && height <= SMALL && width <= SMALL;
        }

        Dimensions size() {
            return small() ? new Dimensions(width, height) : new Dimensions(PHOTO, PHOTO);
        }
    }

    /// The recipe for the data at `source`, which is opened for a look and closed again.
    public static Recipe forData(String source) throws IOException {
        try (var data = DataSets.open(source)) {
            return forData(source, data);
        }
    }

    /// The recipe for `data`, which was opened from `source`.
    public static Recipe forData(String source, DataSet data) throws IOException {
        return forData(source, data, Given.NOTHING);
    }

    /// The recipe for `data`, which was opened from `source`, and what is given.
    ///
    /// @throws IllegalArgumentException if there is no such network
    public static Recipe forData(String source, DataSet data, Given given) throws IOException {
        var look = Look.at(data);
        String model = given.model() != null ? given.model() : look.small() ? "cifarnet" : "resnet18";
        int madeFor = Architectures.defaultInput(model).height();
        var chosen = new Choice(source, model, look, given);
        if (model.equals("cifarnet")) return airbench(chosen);
        if (madeFor <= 28) return plain(chosen);
        return madeFor <= SMALL ? residual(chosen) : imageNet(chosen);
    }

    /// What the recipes have in common.
    private record Choice(String source, String model, Look look, Given given) {

        int batch(int wanted) {
            if (given.batch() != null) return given.batch();
            return Math.max(1, Math.min(wanted, Integer.highestOneBit(Math.max(1, look.examples() / 4))));
        }

        int accumulate() {
            return given.accumulate() != null ? given.accumulate() : 1;
        }

        /// So many that about `pictures` are seen in all.
        double epochs(long pictures, int fewest, int most) {
            if (given.epochs() != null) return given.epochs();
            return Math.clamp(Math.round((double) pictures / look.examples()), fewest, most);
        }

        int stepsPerEpoch(int batch) {
            return Math.max(1, look.examples() / batch / accumulate());
        }

        /// Half the run, if it is shorter than twice the warm-up.
        Schedule warmCosine(double warmEpochs, double epochs, int batch) {
            long steps = Math.round(Math.min(warmEpochs, epochs / 2) * stepsPerEpoch(batch));
            return steps < 1 ? new Schedule.Cosine(0) : new Schedule.Warmup(steps, new Schedule.Cosine(0));
        }

        /// The customary rate for batches of `reference`, grown or shrunk with the batch.
        double rate(double customary, int reference, int batch) {
            return customary * batch * accumulate() / reference;
        }

        Recipe.Data data() {
            var split = SplitOptions.DEFAULT;
            return new Recipe.Data(
                    source,
                    split.testShare(),
                    split.validationShare(),
                    split.seed(),
                    look.small() ? 1 : Preprocessing.PHOTOGRAPHS);
        }

        /// @param smallest side below which the network has nothing left at its end
        Recipe.Net net(int smallest) {
            var size = given.size() != null ? given.size() : look.size();
            int h = size.height(), w = size.width();
            if (given.size() == null && Math.min(h, w) < smallest) {
                h = Math.ceilDiv(h * smallest, Math.min(size.height(), size.width()));
                w = Math.ceilDiv(w * smallest, Math.min(size.height(), size.width()));
            }
            return new Recipe.Net(model, look.small() ? look.channels() : 3, h, w);
        }

        Recipe.Training training(double epochs, int batch) {
            return new Recipe.Training(
                    epochs, batch, accumulate(), Precision.AUTO, PlanOptions.defaultThreads(), 0, 60, look.shuffle());
        }

        /// Shifts by up to an eighth of small pictures, but not for networks without convolutions, to
        /// which a shifted picture is a new one; parts of photos. Mirrored unless digits.
        Augmentation augmentation() {
            var flip = look.digits() ? Flip.NONE : Flip.RANDOM;
            if (!look.small())
                return new Augmentation(
                        flip, 0, look.examples() < FEW_PHOTOS ? new ResizedCrop(0.25, 1) : ResizedCrop.INCEPTION);
            int shift = SHIFTLESS.contains(model) ? 0 : Math.round(Math.min(look.height(), look.width()) / 8f);
            return new Augmentation(flip, shift, null);
        }

        /// Nesterov 0.9 with coupled decay that spares biases and normalizations.
        Recipe recipe(
                Recipe.Net net,
                Recipe.Training training,
                double rate,
                Schedule schedule,
                double decay,
                float smoothing) {
            return new Recipe(
                    data(),
                    net,
                    training,
                    new Recipe.Optimization(
                            new Nesterov(0.9), rate, schedule, Decay.coupled(decay), List.of(), new Clip.None()),
                    new CrossEntropy(smoothing, List.of()),
                    augmentation(),
                    List.of(),
                    null,
                    look.digits() ? Averaging.NONE : Averaging.MIRROR);
        }
    }

    /// Published for a loss that is summed over the batch of 1024, lr 11.5/k with
    /// k = 1024·(1 + 1/(1 − 0.85)); for the mean that is 1.5. Decay is 0.0153/11.5 of it, so that decay
    /// times rate stays; normalization shifts learn at 64 times the rate and 1/64 of the decay.
    ///
    /// For smaller batches the rate shrinks with the root of their size, a compromise: on `shapes` at
    /// batch 256 (one seed, of five epochs the first four) 1.5 led 0.375 in training accuracy each time,
    /// 98.2 to 96.2 % in the fourth; longer runs were not compared.
    private static Recipe airbench(Choice choice) {
        var look = choice.look();
        int batch = choice.batch(look.examples() >= MANY ? 1024 : 256);
        // The generated pictures are easy, and the first thing that anybody trains: a few minutes at most.
        double epochs = Shapes.isLocator(choice.source())
                ? choice.epochs(60_000, 6, 60)
                : choice.epochs(look.examples() >= MANY ? 490_000 : 200_000, 8, 60);
        double rate = 1.5 * Math.sqrt(batch * choice.accumulate() / 1024.0);
        double decay = 0.0153 / 11.5;
        var augmentation = look.small()
                ? new Augmentation(look.digits() ? Flip.NONE : Flip.ALTERNATING, 2, null)
                : choice.augmentation();
        return new Recipe(
                choice.data(),
                choice.net(16),
                choice.training(epochs, batch),
                new Recipe.Optimization(
                        new Nesterov(0.85),
                        rate,
                        Schedule.Triangle.AIRBENCH,
                        Decay.coupled(decay).everywhere(),
                        List.of(new Group(
                                new Selector.ByRole(Role.NORM_SHIFT),
                                64,
                                Decay.coupled(decay / 64).everywhere())),
                        new Clip.None()),
                new CrossEntropy(0.2f, List.of()),
                augmentation,
                List.of(new Recipe.Freeze(new Selector.ByName("whiten.bias"), 3)),
                new Lookahead(5, Math.pow(0.95, 5), 3),
                look.digits() ? Averaging.NONE : Averaging.MIRROR_AND_SHIFT);
    }

    /// Networks that need no care.
    private static Recipe plain(Choice choice) {
        int batch = choice.batch(128);
        double epochs = choice.epochs(600_000, 10, 60);
        return choice.recipe(
                choice.net(28),
                choice.training(epochs, batch),
                choice.rate(0.05, 128, batch),
                new Schedule.Cosine(0),
                5e-4,
                0);
    }

    /// As He et al. (2015, arXiv:1512.03385, section 4.2) and Zagoruyko & Komodakis (2016,
    /// arXiv:1605.07146), with a cosine for their steps. The deepest need the warm-up.
    private static Recipe residual(Choice choice) {
        int batch = choice.batch(128);
        double epochs = choice.epochs(600_000, 15, 60);
        return choice.recipe(
                choice.net(16),
                choice.training(epochs, batch),
                choice.rate(0.1, 128, batch),
                choice.warmCosine(choice.model().equals("resnet110") ? 2 : 1, epochs, batch),
                5e-4,
                0);
    }

    /// Networks for photos, from scratch.
    private static Recipe imageNet(Choice choice) {
        String model = choice.model();
        int batch = choice.batch(choice.look().small() ? 128 : 32);
        double epochs = choice.look().small() ? choice.epochs(600_000, 15, 60) : choice.epochs(12_000, 10, 60);
        boolean delicate = model.startsWith("vgg") || model.startsWith("squeezenet");
        return choice.recipe(
                choice.net(64),
                choice.training(epochs, batch),
                choice.rate(delicate ? 0.01 : 0.05, choice.look().small() ? 64 : 32, batch),
                choice.warmCosine(2, epochs, batch),
                model.startsWith("mobilenet") ? 4e-5 : 5e-4,
                0.1f);
    }

    /// `recipe` with another update rule, and a learning rate that suits it: the same effective rate
    /// α/(1 − μ) among [Sgd], [Momentum] and [Nesterov]. Of other rules the customary rate and decay, without
    /// the groups, which were made for rates of another meaning. A minimizer takes the place of a rule that
    /// goes by batches without all that [Misfit] names.
    public static Recipe withRule(Recipe recipe, Rule rule) {
        var o = recipe.optimization();
        double before = memory(o.rule()), after = memory(rule);
        if (after > 0 && before > 0)
            return recipe.withOptimization(new Recipe.Optimization(
                    rule,
                    o.learningRate() * before / after,
                    o.schedule(),
                    o.decay(),
                    o.groups(),
                    o.clip(),
                    o.centralise(),
                    o.sharpness()));
        if (rule instanceof Minimizer)
            return o.rule() instanceof Minimizer ? recipe.withOptimization(o.withRule(rule)) : ofWhole(recipe, rule);
        var usual = rule.usual();
        return recipe.withOptimization(new Recipe.Optimization(
                rule,
                usual.learningRate(),
                rule instanceof ScheduleFree ? new Schedule.Constant() : o.schedule(),
                usual.decay(),
                List.of(),
                o.clip(),
                o.centralise(),
                o.sharpness()));
    }

    /// A minimizer goes by the loss of all examples as they are.
    private static Recipe ofWhole(Recipe recipe, Rule rule) {
        var usual = rule.usual();
        var t = recipe.training();
        return recipe.withTraining(new Recipe.Training(
                        t.epochs(),
                        t.batch(),
                        1,
                        t.precision() == Precision.BF16 ? Precision.AUTO : t.precision(),
                        t.threads(),
                        t.seed(),
                        t.checkpointSeconds()))
                .withAugmentation(Augmentation.NONE)
                .withLookahead(null)
                .withFreeze(recipe.freeze().stream()
                        .filter(freeze -> freeze.epoch() == 0)
                        .toList())
                .withOptimization(new Recipe.Optimization(
                        rule,
                        usual.learningRate(),
                        new Schedule.Constant(),
                        usual.decay(),
                        List.of(),
                        new Clip.None()));
    }

    /// Steps that a gradient acts for, 1/(1 − μ); 0 for rules that scale gradients.
    private static double memory(Rule rule) {
        return switch (rule) {
            case Sgd _ -> 1;
            case Momentum momentum -> 1 / (1 - momentum.mu());
            case Nesterov nesterov -> 1 / (1 - nesterov.mu());
            case Bf16Slots slots -> memory(slots.of());
            default -> 0;
        };
    }
}
