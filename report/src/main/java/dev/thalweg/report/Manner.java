package dev.thalweg.report;

import dev.thalweg.data.Augmentation;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Reason;
import dev.thalweg.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// In which manner a run learns, as far as its page's sentences depend on it.
///
/// @param minimized whether a minimizer trains, which goes by all examples and chooses its steps itself
/// @param augmented whether training pictures are changed at random
/// @param mayGoOn whether further epochs could change anything
record Manner(boolean minimized, boolean augmented, boolean mayGoOn) {

    /// @param result null before there is one
    static Manner of(Recipe recipe, @Nullable JsonNode result) {
        String reason = result == null ? "" : result.at("/minimum/reason").asString("");
        return new Manner(
                recipe.optimization().rule() instanceof Minimizer,
                !recipe.augmentation().equals(Augmentation.NONE),
                reason.isEmpty() || reason.equals(Reason.BUDGET.key()));
    }

    /// What is counted along the curves.
    String unit() {
        return minimized ? "iteration" : "epoch";
    }

    /// How panels are to be read, where that is not the same in all runs.
    Map<String, String> reads() {
        var reads = new LinkedHashMap<String, String>();
        reads.put(
                "accuracy",
                augmented
                        ? "Higher is better. Training pictures are augmented, which makes them harder: the training curve may"
                                + " lie below validation."
                        : minimized
                                ? "Higher is better. Training pictures are shown as they are."
                                : "Higher is better. Training pictures are shown as they are, and counted while the network"
                                        + " changes: at first the training curve may lie below validation.");
        reads.put(
                "batch",
                "Training pictures %s. You should still recognise every one: what you cannot recognise, the network cannot learn."
                        .formatted(augmented ? "as they were augmented" : "at the network's size"));
        if (!minimized) return reads;
        reads.put(
                "gradient",
                "In a minimum there is none. It need not fall with every iteration; how far it comes down at all depends on"
                        + " the digits of the loss.");
        reads.put(
                "update",
                "How far each iteration went, measured by the weights themselves. The method chooses that: it becomes small"
                        + " where the minimum is near.");
        return reads;
    }
}
