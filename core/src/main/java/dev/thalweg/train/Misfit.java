package dev.thalweg.train;

import dev.thalweg.data.Augmentation;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Group;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.step.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Something in a recipe that does not go with its minimizer: it would have no effect, or would make another function
/// of
/// the loss in each evaluation.
///
/// @param path of the key, such as `optimization.clip`
/// @param why in words of the minimizer, `it …`
public record Misfit(String path, String why) {
    private static final String OWN_GRADIENT = "it needs the gradient of the loss itself";

    public static final Misfit LEARNING_RATE =
            new Misfit("optimization.learningRate", "it chooses its steps itself and has no learning rate");
    public static final Misfit SCHEDULE = new Misfit(
            "optimization.schedule", "it chooses its steps itself and has no learning rate that could change");
    public static final Misfit SHUFFLE =
            new Misfit("training.shuffle", "it looks at all examples in each step, so that their order has no effect");

    /// To follow what somebody said.
    public String sentence(Rule minimizer) {
        return " does not go with %s: %s".formatted(minimizer.name(), why);
    }

    /// All of them, in the order of a recipe's keys; none with a rule that goes by batches.
    public static List<Misfit> of(Recipe recipe) {
        if (!(recipe.optimization().rule() instanceof Minimizer)) return List.of();
        var found = new ArrayList<Misfit>();
        training(recipe.training(), found);
        optimization(recipe.optimization(), found);
        if (recipe.loss().smoothing() > 0 && recipe.loss().weights().contains(0f))
            found.add(new Misfit(
                    "loss.smoothing",
                    "with a class of weight 0, the loss of all examples is not the mean of the batches'"));
        if (!recipe.augmentation().equals(Augmentation.NONE))
            found.add(new Misfit(
                    "augmentation",
                    "it goes by one loss of all examples, and pictures changed at random have another each time"));
        if (recipe.freeze().stream().anyMatch(freeze -> freeze.epoch() > 0))
            found.add(new Misfit("freeze", "what it minimizes has the same variables from beginning to end"));
        if (recipe.lookahead() != null)
            found.add(new Misfit("lookahead", "it remembers where it is, and nothing else may move the weights"));
        return found;
    }

    private static void training(Recipe.Training t, List<Misfit> found) {
        if (t.accumulate() > 1)
            found.add(new Misfit("training.accumulate", "it looks at all examples in each step as it is"));
        if (t.precision() == Precision.BF16)
            found.add(new Misfit("training.precision", "it compares losses in digits that bf16 does not have"));
        if (t.shuffle() != null) found.add(SHUFFLE);
    }

    private static void optimization(Recipe.Optimization o, List<Misfit> found) {
        if (o.learningRate() != 1) found.add(LEARNING_RATE);
        if (!(o.schedule() instanceof Schedule.Constant)) found.add(SCHEDULE);
        var decays = Stream.concat(Stream.of(o.decay()), o.groups().stream().map(Group::decay))
                .toList();
        if (decays.stream().anyMatch(decay -> decay.form() == Decay.Form.DECOUPLED))
            found.add(new Misfit("optimization.decay.form", "decay has to be a term of the loss, as coupled decay is"));
        if (decays.stream().anyMatch(decay -> decay.l1() > 0))
            found.add(new Misfit(
                    "optimization.decay.l1",
                    "it needs a loss without kinks; --optimizer owl-qn:lambda=1e-4 is the one that takes an L1 term"));
        if (o.groups().stream().anyMatch(group -> group.trains() && group.rateMultiplier() != 1))
            found.add(new Misfit("optimization.groups", LEARNING_RATE.why + " that groups could have a share of"));
        if (!(o.clip() instanceof Clip.None)) found.add(new Misfit("optimization.clip", OWN_GRADIENT));
        if (o.centralise()) found.add(new Misfit("optimization.centralise", OWN_GRADIENT));
        if (o.sharpness() != null) found.add(new Misfit("optimization.sharpness", OWN_GRADIENT));
    }
}
