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
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What becomes of a recipe by the options that change it ([RecipeArguments]).
final class RecipeOptions {
    /// Examples of a run where a buffer is asked for and the defaults have none.
    private static final int RUN = 64;

    /// The learning rate that is to be found.
    private static final String AUTO = "auto";

    private final RecipeArguments.Input input;
    private final RecipeArguments.Course course;
    private final RecipeArguments.Rule rule;
    private final RecipeArguments.Descent descent;
    private final Values values;

    RecipeOptions(
            RecipeArguments.Input input,
            RecipeArguments.Course course,
            RecipeArguments.Rule rule,
            RecipeArguments.Descent descent,
            Values values) {
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
        if (course.epochs != null)
            values.require(
                    course.epochs <= Recipe.Training.MOST_EPOCHS,
                    "--epochs",
                    "at most %,d".formatted(Recipe.Training.MOST_EPOCHS),
                    Text.plain(course.epochs));
        values.atLeast("--batch", course.batch, 1);
        values.atLeast("--accumulate", course.accumulate, 1);
        if (course.precision != null) values.precision(course.precision);
        values.threads(course.threads);
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
        return new RecipeOptions(
                new RecipeArguments.Input(),
                new RecipeArguments.Course(),
                new RecipeArguments.Rule(),
                new RecipeArguments.Descent(),
                values);
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

    /// The option that was given for a recipe's key.
    Optional<String> named(String path) {
        return switch (path) {
            case "training.accumulate" -> given("--accumulate", course.accumulate);
            case "training.precision" -> given("--precision", course.precision);
            case "training.shuffle" -> given("--shuffle", course.shuffle);
            case "optimization.learningRate" -> given("--lr", rule.lr);
            case "optimization.schedule" ->
                given("--schedule", descent.schedule).or(() -> given("--warmup", descent.warmup));
            case "optimization.decay.form" -> given("--decay", descent.decay);
            case "optimization.decay.l1" -> given("--l1", descent.l1);
            case "optimization.clip" ->
                given("--clip-norm", descent.clipNorm)
                        .or(() -> given("--clip-value", descent.clipValue))
                        .or(() -> given("--clip-units", descent.clipUnits));
            case "optimization.centralise" -> given("--centralise", descent.centralise ? true : null);
            case "optimization.sharpness" -> given("--sam", descent.sam);
            case "loss.smoothing" -> given("--label-smoothing", descent.labelSmoothing);
            case "augmentation" -> given("--augment", input.augment);
            case "freeze" -> given("--freeze", descent.freeze);
            default -> Optional.empty();
        };
    }

    private static Optional<String> given(String option, @Nullable Object value) {
        return Optional.ofNullable(value).map(_ -> option);
    }

    static String describe(Averaging averaging) {
        return switch (averaging) {
            case NONE -> "without averaging";
            case MIRROR -> "averaged with the mirror image";
            case MIRROR_AND_SHIFT -> "averaged over six views";
        };
    }
}
