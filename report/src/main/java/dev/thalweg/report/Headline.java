package dev.thalweg.report;

import dev.thalweg.train.Averaging;
import dev.thalweg.train.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The numbers that stand at the head of a page.
final class Headline {
    private Headline() {}

    static List<Run.Fact> of(
            Recipe recipe,
            Manner manner,
            @Nullable JsonNode result,
            List<Run.Epoch> epochs,
            Run.@Nullable Evaluation evaluation) {
        var facts = new ArrayList<Run.Fact>();
        if (result != null)
            for (String part : List.of("test", "validation")) {
                var numbers = result.path(part);
                if (!numbers.isObject()) continue;
                double accuracy = RunReport.number(numbers, "accuracy");
                long examples = numbers.path("examples").asLong(0);
                facts.add(new Run.Fact(
                        part + " accuracy",
                        PageText.percent(accuracy),
                        "± %s with %s examples%s"
                                .formatted(
                                        PageText.text("%.1f", 100 * margin(accuracy, examples)),
                                        PageText.count(examples),
                                        averaged(recipe.test(), RunReport.number(numbers, "plain_accuracy")))));
                if (part.equals("test") && evaluation != null && Double.isFinite(evaluation.topFive()))
                    facts.add(new Run.Fact(
                            "among the first five", PageText.percent(evaluation.topFive()), "the right class"));
                facts.add(new Run.Fact(
                        part + " loss", PageText.number(RunReport.number(numbers, "loss")), "cross-entropy"));
            }
        if (result != null && result.path("minimum").isObject()) facts.add(minimum(result.path("minimum")));
        if (result == null || !result.path("test").isObject())
            epochs.stream()
                    .filter(e -> Double.isFinite(e.validationAccuracy()))
                    .max(Comparator.comparingDouble(Run.Epoch::validationAccuracy))
                    .ifPresent(e -> facts.add(new Run.Fact(
                            "best validation accuracy",
                            PageText.percent(e.validationAccuracy()),
                            "after %s %s".formatted(manner.unit(), PageText.number(e.end())))));
        double done = epochs.isEmpty() ? 0 : epochs.getLast().end();
        if (result != null) done = RunReport.number(result, "epochs");
        facts.add(new Run.Fact(
                manner.unit() + "s",
                PageText.number(done),
                Math.abs(done - recipe.training().epochs()) < 0.5
                        ? ""
                        : "of " + PageText.number(recipe.training().epochs())
                                + (manner.minimized() ? " at most" : "")));
        double seconds = epochs.stream().mapToDouble(Run.Epoch::seconds).sum();
        if (result != null) seconds = result.at("/train/seconds").asDouble(seconds);
        if (seconds > 0)
            facts.add(new Run.Fact(
                    "training time", PageText.clock(seconds), result == null ? "" : speed(result, seconds)));
        return facts;
    }

    /// An iteration is as many evaluations as it needs: images a second would count it once.
    private static String speed(JsonNode result, double seconds) {
        double evaluations = result.at("/minimum/evaluations").asDouble(Double.NaN);
        if (evaluations > 0) return PageText.number(1000 * seconds / evaluations) + " ms an evaluation";
        double rate = result.at("/train/images_per_second").asDouble(Double.NaN);
        return Double.isFinite(rate) ? PageText.number(rate) + " images a second" : "";
    }

    private static Run.Fact minimum(JsonNode minimum) {
        return new Run.Fact(
                "gradient norm",
                PageText.number(RunReport.number(minimum, "gradient_norm")),
                "%s after %s evaluations, loss with decay %s"
                        .formatted(
                                minimum.path("reason").asString("").replace('_', ' '),
                                PageText.count(minimum.path("evaluations").asLong(0)),
                                PageText.number(RunReport.number(minimum, "value"))));
    }

    /// Half the width of the interval in which the accuracy lies with 95 % probability, were the examples
    /// drawn anew (Wilson, 1927), which is right for few examples and at 100 % too.
    static double margin(double accuracy, long examples) {
        double z = 1.96, n = examples;
        return z / (1 + z * z / n) * Math.sqrt(accuracy * (1 - accuracy) / n + z * z / (4 * n * n));
    }

    private static String averaged(Averaging averaging, double plain) {
        return switch (averaging) {
            case NONE -> "";
            case MIRROR -> ", averaged with mirror images (%s without)".formatted(PageText.percent(plain));
            case MIRROR_AND_SHIFT -> ", averaged over six views (%s without)".formatted(PageText.percent(plain));
        };
    }
}
