package dev.thalweg.report;

import static dev.thalweg.report.PageText.count;
import static dev.thalweg.report.PageText.number;
import static dev.thalweg.report.PageText.percent;
import static dev.thalweg.report.PageText.share;
import static dev.thalweg.report.PageText.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the panels show in this run, one sentence each: only what the numbers carry.
final class Findings {
    /// A loss this much above its lowest has risen.
    private static final double RISEN = 1.05;
    /// Points of accuracy between training and validation that are worth a word.
    private static final double GAP = 0.1;
    /// Standard errors beyond which a difference is none of chance.
    private static final double SURE = 2.5;

    private Findings() {}

    /// By panel; a panel of which there is nothing to say is left out.
    static Map<String, String> of(
            Manner manner,
            List<Run.Epoch> epochs,
            Run.@Nullable Steps steps,
            Run.@Nullable Evaluation evaluation,
            Run.@Nullable Time time,
            Run.@Nullable Data data) {
        var says = new LinkedHashMap<String, String>();
        put(says, "loss", loss(epochs, manner));
        put(says, "accuracy", accuracy(epochs, manner));
        if (manner.minimized()) put(says, "gradient", wholeGradient(epochs));
        if (steps != null) {
            if (!manner.minimized()) {
                put(says, "rate", rate(steps));
                put(says, "gradient", gradient(steps));
                put(says, "update", update(steps));
            }
            put(says, "layers", layers(steps.layers()));
        }
        if (evaluation != null) {
            put(says, "confusion", confusion(evaluation));
            put(says, "classes", classes(evaluation.classes()));
            put(says, "reliability", reliability(evaluation));
            put(says, "mistakes", mistakes(evaluation));
        }
        if (time != null) put(says, "time", time(time, manner));
        if (data != null) put(says, "data", data(data));
        return says;
    }

    /// A minimizer has neither a learning rate nor clipping that could be advised on.
    static @Nullable String wholeGradient(List<Run.Epoch> iterations) {
        var norms = iterations.stream()
                .map(Run.Epoch::iteration)
                .filter(Objects::nonNull)
                .mapToDouble(Run.Iteration::gradientNorm)
                .filter(Double::isFinite)
                .toArray();
        if (norms.length < 2) return null;
        double last = norms[norms.length - 1],
                least = Arrays.stream(norms).min().orElseThrow();
        return "Of the loss of all examples with decay: from %s to %s, %s."
                .formatted(number(norms[0]), number(last), least == last ? "its least" : "at least " + number(least));
    }

    private static void put(Map<String, String> says, String panel, @Nullable String sentence) {
        if (sentence != null) says.put(panel, sentence);
    }

    private static boolean validated(List<Run.Epoch> epochs) {
        return epochs.stream().anyMatch(e -> Double.isFinite(e.validationLoss()));
    }

    static @Nullable String loss(List<Run.Epoch> epochs, Manner manner) {
        if (epochs.size() < 2) return null;
        var first = epochs.getFirst();
        var last = epochs.getLast();
        if (!validated(epochs))
            return "Training loss went from %s to %s. There is no validation part (--validation), so whether it learns by heart cannot be seen here."
                    .formatted(number(first.trainLoss()), number(last.trainLoss()));
        var best = epochs.stream()
                .filter(e -> Double.isFinite(e.validationLoss()))
                .min(Comparator.comparingDouble(Run.Epoch::validationLoss))
                .orElseThrow();
        if (last.validationLoss() > RISEN * best.validationLoss() && epochs.indexOf(best) < epochs.size() - 2)
            return "Validation loss was lowest after %s %s, %s, and ends at %s%s."
                    .formatted(
                            manner.unit(),
                            number(best.end()),
                            number(best.validationLoss()),
                            number(last.validationLoss()),
                            last.trainLoss() < best.trainLoss()
                                    ? " while training loss went on falling: the network has begun to learn its examples by heart"
                                    : "");
        if (best == last)
            return "Validation loss was still falling at the end, to %s%s."
                    .formatted(
                            number(last.validationLoss()),
                            manner.mayGoOn() ? ": more %ss may do better".formatted(manner.unit()) : "");
        return "Validation loss ends at %s; its lowest was %s, after %s %s."
                .formatted(
                        number(last.validationLoss()),
                        number(best.validationLoss()),
                        manner.unit(),
                        number(best.end()));
    }

    static @Nullable String accuracy(List<Run.Epoch> epochs, Manner manner) {
        if (epochs.size() < 2 || !validated(epochs)) return null;
        var last = epochs.getLast();
        var best = epochs.stream()
                .filter(e -> Double.isFinite(e.validationAccuracy()))
                .max(Comparator.comparingDouble(Run.Epoch::validationAccuracy))
                .orElse(null);
        if (best == null) return null;
        double gap = last.trainAccuracy() - last.validationAccuracy();
        String ends = "Validation accuracy ends at %s%s"
                .formatted(
                        percent(last.validationAccuracy()),
                        best.validationAccuracy() > last.validationAccuracy()
                                ? "; the best was %s after %s %s"
                                        .formatted(
                                                percent(best.validationAccuracy()), manner.unit(), number(best.end()))
                                : ", its best");
        return gap > GAP
                ? ends
                        + ". Training accuracy is %.0f points higher: %smore weight decay or more pictures would help."
                                .formatted(
                                        100 * gap,
                                        manner.minimized()
                                                ? ""
                                                : manner.augmented() ? "stronger augmentation, " : "augmentation, ")
                : ends + ".";
    }

    private static String rate(Run.Steps steps) {
        int peak = 0;
        for (int i = 1; i < steps.learningRate().length; i++)
            if (steps.learningRate()[i] > steps.learningRate()[peak]) peak = i;
        double last = steps.learningRate()[steps.learningRate().length - 1];
        double highest = steps.learningRate()[peak];
        if (Arrays.stream(steps.learningRate()).allMatch(r -> r == highest))
            return "It is %s throughout.".formatted(number(highest));
        return "It is highest after %s epochs, %s, and ends at %s."
                .formatted(number(steps.epoch()[peak]), number(highest), number(last));
    }

    static @Nullable String gradient(Run.Steps steps) {
        var norms = steps.gradientNorm();
        double median = Curves.median(norms);
        if (!(median > 0)) return null;
        int largest = 0;
        for (int i = 1; i < norms.length; i++) if (norms[i] > norms[largest]) largest = i;
        return "Typically %s; the largest, %s, after %s epochs%s."
                .formatted(
                        number(median),
                        number(norms[largest]),
                        number(steps.epoch()[largest]),
                        norms[largest] > 20 * median
                                ? ": more than twenty times as much, which --clip-norm would tame"
                                : "");
    }

    static @Nullable String update(Run.Steps steps) {
        double median = Curves.median(steps.update());
        if (Double.isNaN(median)) return null;
        String verdict = median > 0.03
                ? "large; if the loss is unsteady, try a lower learning rate"
                : median > 3e-4
                        ? "in the usual range"
                        : median > 0 ? "small; a higher learning rate may learn faster" : "nothing is being changed";
        return "Typically %s, %s.".formatted(number(median), verdict);
    }

    static @Nullable String layers(List<Run.Layer> layers) {
        if (layers.size() < 2) return null;
        var still = layers.stream().filter(l -> Curves.median(l.update()) == 0).toList();
        var moving = layers.stream()
                .filter(l -> Curves.median(l.update()) > 0)
                .sorted(Comparator.comparingDouble((Run.Layer l) -> Curves.median(l.update())))
                .toList();
        if (moving.size() < 2) return null;
        var least = moving.getFirst();
        var most = moving.getLast();
        return "%s changes most, typically by %s a step, %s least, by %s%s."
                .formatted(
                        most.name(),
                        number(Curves.median(most.update())),
                        least.name(),
                        number(Curves.median(least.update())),
                        still.isEmpty()
                                ? ""
                                : "; %s not at all (frozen)"
                                        .formatted(
                                                still.size() == 1
                                                        ? still.getFirst().name()
                                                        : still.size() + " others"));
    }

    static @Nullable String confusion(Run.Evaluation e) {
        if (e.confusions().isEmpty())
            return "Every one of the %s examples is recognised.".formatted(count(e.examples()));
        var worst = e.confusions().getFirst();
        return "The most frequent mix-up: of %s examples of “%s”, %s are taken for “%s” (%s)."
                .formatted(
                        count(worst.examples()),
                        worst.label(),
                        count(worst.count()),
                        worst.predicted(),
                        share((double) worst.count() / worst.examples()));
    }

    static @Nullable String classes(List<Run.ClassScore> classes) {
        var known = classes.stream()
                .filter(c -> c.examples() > 0)
                .sorted(Comparator.comparingDouble(Run.ClassScore::f1))
                .toList();
        if (known.size() < 2) return null;
        var weak = known.getFirst();
        var strong = known.getLast();
        if (weak.f1() == strong.f1()) return null;
        return "Weakest is “%s” with F1 %s (%s), strongest “%s” with %s."
                .formatted(weak.name(), percent(weak.f1()), lacks(weak), strong.name(), percent(strong.f1()));
    }

    private static String lacks(Run.ClassScore c) {
        if (Double.isNaN(c.precision())) return "it is never predicted";
        return c.precision() < c.recall()
                ? "too much is taken for it: precision %s".formatted(share(c.precision()))
                : "too little of it is found: recall %s".formatted(share(c.recall()));
    }

    /// Over- or underconfident, if that cannot be chance: the number of right answers of a calibrated
    /// network has variance Σ c (1 − c), here bounded by the mean confidence's.
    static String reliability(Run.Evaluation e) {
        double confidence = e.reliability().confidence();
        double accuracy = e.accuracy();
        double chance = Math.sqrt(Math.max(confidence * (1 - confidence), 1e-9) / e.examples());
        double difference = confidence - accuracy;
        var surest = e.reliability().bins().getLast();
        if (Math.abs(difference) < SURE * chance || Math.abs(difference) < 0.005)
            return "On the whole its confidence can be believed: %s on average, and %s of its answers are right."
                    .formatted(share(confidence), share(accuracy));
        String detail = surest.examples() >= 20
                ? ": of %s predictions made with %s confidence on average it gets %s right"
                        .formatted(count(surest.examples()), share(surest.confidence()), share(surest.accuracy()))
                : ": %s confident on average, %s right".formatted(share(confidence), share(accuracy));
        return (difference > 0 ? "The network is overconfident" : "The network is too modest") + detail + ".";
    }

    static String mistakes(Run.Evaluation e) {
        long sure = e.mistakes().stream().filter(m -> m.confidence() >= 0.9).count();
        return "%s of %s predictions are wrong (%s)%s."
                .formatted(
                        count(e.wrong()),
                        count(e.examples()),
                        share((double) e.wrong() / e.examples()),
                        sure == 0
                                ? ", none of them with 90 % confidence or more"
                                : sure == e.mistakes().size()
                                        ? "; all that are shown with 90 % confidence or more"
                                        : "; %d of them with 90 %% confidence or more".formatted(sure));
    }

    static @Nullable String time(Run.Time t, Manner manner) {
        if (!(t.total() > 0)) return null;
        double computing = t.parts().stream()
                .filter(p -> List.of("forward", "backward", "optimizer").contains(p.name()))
                .mapToDouble(Run.Part::seconds)
                .sum();
        double waiting = t.parts().stream()
                .filter(p -> p.name().equals("waiting for data"))
                .mapToDouble(Run.Part::seconds)
                .sum();
        // Examples that are kept are copied for each evaluation, which counts as waiting.
        if (manner.minimized())
            return "%s of %s went into iterations; getting pictures, by reading them or from memory, took %s."
                    .formatted(share(computing / t.total()), PageText.clock(t.total()), PageText.clock(waiting));
        boolean hungry = waiting > 0.1 * (waiting + computing);
        return "%s of %s went into training steps; %s"
                .formatted(
                        share(computing / t.total()),
                        PageText.clock(t.total()),
                        hungry
                                ? "they waited for pictures for %s: reading%s them is the bottleneck."
                                        .formatted(PageText.clock(waiting), manner.augmented() ? " or augmenting" : "")
                                : "pictures were ready in time.");
    }

    static @Nullable String data(Run.Data d) {
        var counts = d.classes().stream().filter(c -> c.train() > 0).toList();
        if (counts.size() < 2 || d.classes().size() < d.classCount()) return null;
        var most = counts.stream()
                .max(Comparator.comparingInt(Run.ClassCount::train))
                .orElseThrow();
        var least = counts.stream()
                .min(Comparator.comparingInt(Run.ClassCount::train))
                .orElseThrow();
        double times = (double) most.train() / least.train();
        if (times < 1.2) return "The classes are of about one size.";
        return text(
                "“%s” has %s training pictures, %s times as many as “%s” with %s%s.",
                most.name(),
                count(most.train()),
                number(times),
                least.name(),
                count(least.train()),
                times > 3 ? ": look at the recall of the small classes" : "");
    }
}
