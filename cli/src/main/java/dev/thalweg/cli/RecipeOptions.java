package dev.thalweg.cli;

import dev.thalweg.data.ShuffleBuffer;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Network;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.train.Averaging;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.OptimizerSetting;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Sharpness;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `train` that change the recipe. Null means: as the recipe has it.
final class RecipeOptions {
    /// Examples of a run where a buffer is asked for and the defaults have none.
    private static final int RUN = 64;

    /// The learning rate that is to be found.
    private static final String AUTO = "auto";

    /// What is shown, and by which network.
    static final class Input {
        @Option(
                names = "--validation",
                paramLabel = "SHARE",
                description = "Take this share of each class's training examples for validation, where the data has no"
                        + " such part. Default: 0.")
        @Nullable
        Double validation;

        @Option(
                names = "--skip-unreadable",
                description = "Leave out pictures that cannot be read, instead of ending at the first: all are decoded"
                        + " once before training, and RUN/skipped.jsonl names those left out and why.")
        boolean skipUnreadable;

        @Option(
                names = "--model",
                paramLabel = "NAME",
                description = "The network; ./thalweg models lists them. Default: cifarnet for small pictures, resnet18"
                        + " for photos.")
        @Nullable
        String model;

        @Option(
                names = "--size",
                paramLabel = "HxW",
                description = "Size of the network's input in pixels, such as 64 or 64x48. Default: the pictures' own"
                        + " if they are small, 128 for photos.")
        @Nullable
        String size;

        @Option(
                names = "--augment",
                paramLabel = "SPEC",
                description = {
                    "What happens to training pictures at random: none, or several of these with commas between.",
                    "flip: mirrored or not.",
                    "alternating-flip: mirrored in every other epoch.",
                    "crop:P: shifted by up to P pixels, borders reflected.",
                    "resized-crop[:LEAST[-GREATEST]]: a part of this share of the area, resized; 0.08-1 by default.",
                    "cutout:S: a square of S pixels blanked."
                })
        @Nullable
        String augment;

        @Option(
                names = "--test-averaging",
                paramLabel = "VIEWS",
                description = "Views of each picture whose scores are averaged at test: none, mirror, or six (mirror"
                        + " and one-pixel shifts). Both accuracies are reported.")
        @Nullable
        String testAveraging;
    }

    /// How long, in which pieces, on what.
    static final class Course {
        @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data; may be fractional.")
        @Nullable
        Double epochs;

        @Option(names = "--batch", paramLabel = "N", description = "Examples whose gradient is computed at once.")
        @Nullable
        Integer batch;

        @Option(
                names = "--accumulate",
                paramLabel = "K",
                description = "Batches whose gradients are averaged for a step: a large batch in little memory.")
        @Nullable
        Integer accumulate;

        @Option(
                names = "--precision",
                paramLabel = "P",
                description = "auto, fp32 or bf16. Default: auto, bf16 where the processor multiplies it.")
        @Nullable
        String precision;

        @Option(names = "--threads", paramLabel = "N", description = "Threads of the step. Default: all processors.")
        @Nullable
        Integer threads;

        @Option(names = "--seed", paramLabel = "N", description = "What everything random follows from. Default: 0.")
        @Nullable
        Long seed;

        @Option(
                names = "--shuffle",
                paramLabel = "HOW",
                description =
                        "whole: in uniformly random order; N: in runs as they are stored, in random order and through"
                                + " a buffer of N examples. Default: whole, unless the files take more than half of the memory.")
        @Nullable
        String shuffle;

        @Option(
                names = "--cache",
                paramLabel = "SIZE",
                description =
                        "Memory for decoded pictures, such as 500MB or 4GB; none for none. All are kept if they fit,"
                                + " else none; results do not depend on it. Default: a quarter of Java's heap (-Xmx).")
        @Nullable
        String cache;

        @Option(
                names = "--checkpoint-every",
                paramLabel = "SECONDS",
                description = "Between checkpoints within an epoch. Default: 60.")
        @Nullable
        Double checkpointEvery;
    }

    /// By which rule the parameters move.
    static final class Rule {
        @Option(
                names = "--optimizer",
                paramLabel = "RULE",
                description =
                        "The update rule, perhaps with its settings: sgd, nesterov:mu=0.95, adamw, … (docs/OPTIMIZERS.md);"
                                + " and what goes around it, with + between: lookahead+sam:rho=0.1+nesterov. The learning rate"
                                + " follows unless --lr is given.")
        @Nullable
        String optimizer;

        @Option(
                names = "--lr",
                paramLabel = "RATE",
                description =
                        "The learning rate that the schedule scales; auto: what a short search suggests that comes"
                                + " first, see ./thalweg lr --help.")
        @Nullable
        String lr;
    }

    /// And how else.
    static final class Descent {
        @Option(
                names = "--schedule",
                paramLabel = "S",
                description = "How the rate changes: constant, cosine, triangle, one-cycle, polynomial, step-decay,"
                        + " multi-step, exponential, inverse-time, cosine-restarts, perhaps with settings, where 30e"
                        + " means 30 epochs: multi-step:milestones=30e/60e,gamma=0.1.")
        @Nullable
        String schedule;

        @Option(
                names = "--warmup",
                paramLabel = "STEPS",
                description = "Let the rate rise in a straight line first: a number of steps, or 5e for 5 epochs; 0"
                        + " for none.")
        @Nullable
        String warmup;

        @Option(names = "--weight-decay", paramLabel = "L", description = "Weight decay.")
        @Nullable
        Double weightDecay;

        @Option(
                names = "--decay",
                paramLabel = "FORM",
                description = "coupled: weight decay joins the gradient; decoupled: weights shrink by themselves, as"
                        + " in AdamW.")
        @Nullable
        String decay;

        @Option(
                names = "--label-smoothing",
                paramLabel = "S",
                description = "Share of each target that is spread over all classes.")
        @Nullable
        Double labelSmoothing;

        @Option(names = "--clip-norm", paramLabel = "L", description = "Shorten gradients of a greater norm.")
        @Nullable
        Double clipNorm;

        @Option(names = "--clip-value", paramLabel = "L", description = "Cut the gradient's elements to [-L, L].")
        @Nullable
        Double clipValue;

        @Option(
                names = "--clip-units",
                paramLabel = "L",
                description =
                        "Shorten the gradient of each unit to L times the norm of its weights (adaptive clipping).")
        @Nullable
        Double clipUnits;

        @Option(
                names = "--l1",
                paramLabel = "L",
                description = "Pull weights to 0 with the same force whatever their size (lasso; elastic net with"
                        + " --weight-decay). With --decay decoupled they become exactly 0.")
        @Nullable
        Double l1;

        @Option(
                names = "--sam",
                paramLabel = "RHO",
                description =
                        "Look for flat minima: take each gradient RHO uphill (0.05 is customary). Costs two steps for one.")
        @Nullable
        Double sam;

        @Option(names = "--centralise", description = "Take the mean off the gradient of each unit's weights.")
        boolean centralise;

        @Option(
                names = "--freeze",
                paramLabel = "GLOB",
                split = ",",
                description = "Parameters that are not trained, by name: 'layer1.*'; with @3, only until epoch 3.")
        @Nullable
        List<String> freeze;
    }

    private final Input input;
    private final Course course;
    private final Rule rule;
    private final Descent descent;
    private final Values values;

    RecipeOptions(Input input, Course course, Rule rule, Descent descent, Values values) {
        this.input = input;
        this.course = course;
        this.rule = rule;
        this.descent = descent;
        this.values = values;
    }

    /// Refuses values that no recipe may have, before any data is touched.
    void check() {
        values.share("--validation", input.validation);
        if (input.size != null) values.size(input.size);
        if (input.augment != null) values.parse("--augment", input.augment, AugmentationSpec::parse);
        if (input.testAveraging != null) values.averaging("--test-averaging", input.testAveraging);
        if (input.model != null)
            values.parse("--model", input.model, dev.thalweg.nn.architectures.Architectures::defaultInput);
        values.positive("--epochs", course.epochs);
        values.atLeast("--batch", course.batch, 1);
        values.atLeast("--accumulate", course.accumulate, 1);
        if (course.precision != null) values.precision(course.precision);
        values.atLeast("--threads", course.threads, 1);
        values.positive("--checkpoint-every", course.checkpointEvery);
        if (rule.optimizer != null) values.parse("--optimizer", rule.optimizer, OptimizerSetting::parse);
        if (rule.lr != null && !searches()) rate(rule.lr);
        if (descent.schedule != null) values.parse("--schedule", descent.schedule, s -> RecipeFile.schedule(s, 1));
        if (descent.warmup != null) warmupSteps(descent.warmup, 1);
        if (descent.weightDecay != null)
            values.require(
                    0 <= descent.weightDecay && descent.weightDecay < Float.MAX_VALUE,
                    "--weight-decay",
                    "at least 0",
                    descent.weightDecay);
        if (descent.decay != null)
            values.require(
                    descent.decay.equals("coupled") || descent.decay.equals("decoupled"),
                    "--decay",
                    "coupled or decoupled",
                    "'" + descent.decay + "'");
        values.share("--label-smoothing", descent.labelSmoothing);
        values.positive("--clip-norm", descent.clipNorm);
        values.positive("--clip-value", descent.clipValue);
        values.positive("--clip-units", descent.clipUnits);
        values.positive("--sam", descent.sam);
        if (Stream.of(descent.clipNorm, descent.clipValue, descent.clipUnits)
                        .filter(Objects::nonNull)
                        .count()
                > 1) throw values.refuse("--clip-norm, --clip-value and --clip-units exclude one another");
        if (descent.l1 != null)
            values.require(0 <= descent.l1 && descent.l1 < Float.MAX_VALUE, "--l1", "at least 0", descent.l1);
        for (String glob : freezes()) freeze(glob);
    }

    /// No options at all.
    static RecipeOptions none(Values values) {
        return new RecipeOptions(new Input(), new Course(), new Rule(), new Descent(), values);
    }

    /// What the options say that the defaults are to go with.
    Defaults.Given given() {
        return new Defaults.Given(input.model, size(), course.epochs, course.batch, course.accumulate);
    }

    private @Nullable Dimensions size() {
        return input.size == null ? null : values.size(input.size);
    }

    @Nullable
    Double validation() {
        return input.validation;
    }

    boolean skipUnreadable() {
        return input.skipUnreadable;
    }

    /// Whether the learning rate is to be found by a search.
    boolean searches() {
        return AUTO.equals(rule.lr);
    }

    private double rate(String text) {
        try {
            double rate = Double.parseDouble(text);
            if (0 < rate && rate < Double.POSITIVE_INFINITY) return rate;
        } catch (NumberFormatException e) {
            // no number at all
        }
        throw values.refuse("--lr must be a number above 0 or auto, got '%s'".formatted(text));
    }

    /// `recipe` as the options want it; where the learning rate is to be searched, with the one that it would have
    /// without.
    ///
    /// @param examples training examples
    Recipe apply(Recipe recipe, int examples) {
        recipe = training(network(recipe));
        var t = recipe.training();
        long stepsPerEpoch = Math.max(1, examples / t.batch() / t.accumulate());
        return optimization(recipe, stepsPerEpoch);
    }

    private Recipe network(Recipe recipe) {
        var d = recipe.data();
        if (input.validation != null) recipe = recipe.withData(d.withValidationShare(input.validation));
        if (input.skipUnreadable) recipe = recipe.withData(recipe.data().withSkipUnreadable(true));
        var net = recipe.network();
        var size = size();
        if (size != null) net = new Recipe.Net(net.name(), net.channels(), size.height(), size.width());
        if (input.model != null) net = new Recipe.Net(input.model, net.channels(), net.height(), net.width());
        recipe = recipe.withNetwork(net);
        if (input.augment != null) recipe = recipe.withAugmentation(AugmentationSpec.parse(input.augment));
        if (input.testAveraging != null)
            recipe = recipe.withTest(values.averaging("--test-averaging", input.testAveraging));
        return recipe;
    }

    private Recipe training(Recipe recipe) {
        var t = recipe.training();
        return recipe.withTraining(new Recipe.Training(
                course.epochs != null ? course.epochs : t.epochs(),
                course.batch != null ? course.batch : t.batch(),
                course.accumulate != null ? course.accumulate : t.accumulate(),
                course.precision != null ? values.precision(course.precision) : t.precision(),
                course.threads != null ? course.threads : t.threads(),
                course.seed != null ? course.seed : t.seed(),
                course.checkpointEvery != null ? course.checkpointEvery : t.checkpointSeconds(),
                course.shuffle != null ? shuffle(course.shuffle, t.shuffle()) : t.shuffle()));
    }

    /// Bytes for decoded pictures, or null if nothing is said.
    @Nullable
    Long cacheBytes() {
        if (course.cache == null) return null;
        if (course.cache.equals("none")) return 0L;
        var size = Pattern.compile("(\\d{1,6}(?:\\.\\d+)?)\\s*(MB|GB)", Pattern.CASE_INSENSITIVE)
                .matcher(course.cache);
        if (!size.matches())
            throw values.refuse(
                    "--cache must be none or a size, such as 500MB or 4GB, got '%s'".formatted(course.cache));
        double unit = size.group(2).equalsIgnoreCase("GB") ? 1e9 : 1e6;
        return (long) (Double.parseDouble(size.group(1)) * unit);
    }

    private @Nullable ShuffleBuffer shuffle(String text, @Nullable ShuffleBuffer chosen) {
        if (text.equals("whole")) return null;
        if (!text.matches("[1-9]\\d{0,8}"))
            throw values.refuse(
                    "--shuffle must be whole or a number of examples, such as 100000, got '%s'".formatted(text));
        return new ShuffleBuffer(Integer.parseInt(text), chosen == null ? RUN : chosen.run());
    }

    private Recipe optimization(Recipe recipe, long stepsPerEpoch) {
        if (rule.optimizer != null)
            recipe = values.parse("--optimizer", rule.optimizer, OptimizerSetting::parse)
                    .in(recipe);
        var o = recipe.optimization().withPenalties(descent.weightDecay, descent.l1, form());
        recipe = recipe.withOptimization(new Recipe.Optimization(
                o.rule(),
                rule.lr == null || searches() ? o.learningRate() : rate(rule.lr),
                schedule(o.schedule(), stepsPerEpoch),
                o.decay(),
                o.groups(),
                clip(o.clip()),
                descent.centralise || o.centralise(),
                descent.sam == null ? o.sharpness() : new Sharpness(descent.sam)));
        if (descent.labelSmoothing != null)
            recipe = recipe.withLoss(new CrossEntropy(
                    descent.labelSmoothing.floatValue(), recipe.loss().weights()));
        if (!freezes().isEmpty()) {
            var freeze = new ArrayList<>(recipe.freeze());
            for (String glob : freezes()) freeze.add(freeze(glob));
            recipe = recipe.withFreeze(freeze);
        }
        return recipe;
    }

    private Schedule schedule(Schedule old, long stepsPerEpoch) {
        var schedule = descent.schedule == null
                ? old
                : values.parse("--schedule", descent.schedule, s -> RecipeFile.schedule(s, stepsPerEpoch));
        if (descent.warmup == null) return schedule;
        var inner = schedule instanceof Schedule.Warmup warmup ? warmup.inner() : schedule;
        long steps = warmupSteps(descent.warmup, stepsPerEpoch);
        return steps == 0 ? inner : new Schedule.Warmup(steps, inner);
    }

    private long warmupSteps(String value, long stepsPerEpoch) {
        if (!value.matches("\\d{1,9}|\\d{1,9}(?:\\.\\d+)?e"))
            throw values.refuse("--warmup must be a number of steps, or of epochs as in 5e, got '%s'".formatted(value));
        return value.endsWith("e")
                ? Math.round(Double.parseDouble(value.substring(0, value.length() - 1)) * stepsPerEpoch)
                : Long.parseLong(value);
    }

    /// The decay of a rule whose usual one is `usual`.
    Decay decayOf(Decay usual) {
        return usual.with(descent.weightDecay, descent.l1, form(), usual);
    }

    private Decay.@Nullable Form form() {
        if (descent.decay == null) return null;
        return descent.decay.equals("coupled") ? Decay.Form.COUPLED : Decay.Form.DECOUPLED;
    }

    private Clip clip(Clip old) {
        if (descent.clipNorm != null) return new Clip.ByNorm(descent.clipNorm);
        if (descent.clipUnits != null) return new Clip.Adaptive(descent.clipUnits);
        return descent.clipValue != null ? new Clip.ByValue(descent.clipValue) : old;
    }

    private List<String> freezes() {
        return descent.freeze == null ? List.of() : descent.freeze;
    }

    private Recipe.Freeze freeze(String text) {
        String[] sides = text.split("@", 2);
        if (sides.length > 1 && !sides[1].matches("\\d{1,6}(\\.\\d+)?"))
            throw values.refuse("--freeze: after @ comes the epoch until which to train, as in '%s@3', got '%s'"
                    .formatted(sides[0], text));
        return new Recipe.Freeze(new Selector.ByName(sides[0]), sides.length > 1 ? Double.parseDouble(sides[1]) : 0);
    }

    /// Refuses patterns that no parameter has.
    void checkAgainst(Network network) {
        for (String glob : freezes()) {
            var select = freeze(glob).select();
            boolean any = false;
            for (var parameter : network.parameters()) any |= select.selects(parameter);
            if (!any)
                throw values.refuse("--freeze: no parameter of %s is named '%s'; the first are %s, %s"
                        .formatted(
                                network.name(),
                                glob.replaceFirst("@.*", ""),
                                network.parameters().parameters().get(0).name(),
                                network.parameters().parameters().get(1).name()));
        }
    }

    static String describe(Averaging averaging) {
        return switch (averaging) {
            case NONE -> "without averaging";
            case MIRROR -> "averaged with the mirror image";
            case MIRROR_AND_SHIFT -> "averaged over six views";
        };
    }
}
