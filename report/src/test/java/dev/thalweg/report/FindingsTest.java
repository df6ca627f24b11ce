package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final Manner AUGMENTED = new Manner(false, true, true);
    private static final Manner PLAIN = new Manner(false, false, true);
    private static final Manner MINIMIZED = new Manner(true, false, true);

    /// Training loss falls steadily; validation loss is as given.
    private static List<Run.Epoch> epochs(double... validation) {
        var epochs = new ArrayList<Run.Epoch>();
        for (int i = 0; i < validation.length; i++)
            epochs.add(new Run.Epoch(
                    i + 1, 2.0 / (i + 1), 0.5 + 0.1 * i, validation[i], 0.5 + 0.01 * i, 0.1, 1, 100, null));
        return epochs;
    }

    @Test
    void tellsWhenTheNetworkBeganToLearnByHeart() {
        assertThat(Findings.loss(epochs(1, 0.8, 0.9, 1.1, 1.2), AUGMENTED))
                .isEqualTo("Validation loss was lowest after epoch 2, 0.8, and ends at 1.2 while training loss went on"
                        + " falling: the network has begun to learn its examples by heart.");
        assertThat(Findings.loss(epochs(1, 0.9, 0.8, 0.7), AUGMENTED))
                .isEqualTo("Validation loss was still falling at the end, to 0.7: more epochs may do better.");
        assertThat(Findings.loss(epochs(1, 0.7, 0.71), AUGMENTED))
                .isEqualTo("Validation loss ends at 0.71; its lowest was 0.7, after epoch 2.");
        assertThat(Findings.loss(epochs(Double.NaN, Double.NaN), AUGMENTED)).contains("There is no validation part");
        assertThat(Findings.loss(epochs(1), AUGMENTED)).isNull();
    }

    @Test
    void tellsOfAGapBetweenTrainingAndValidation() {
        assertThat(Findings.accuracy(epochs(1, 1, 1, 1), AUGMENTED))
                .isEqualTo("Validation accuracy ends at 53.00 %, its best. Training accuracy is 27 points higher:"
                        + " stronger augmentation, more weight decay or more pictures would help.");
        assertThat(Findings.accuracy(
                        List.of(
                                new Run.Epoch(1, 1, 0.5, 1, Double.NaN, 1, 1, 1, null),
                                new Run.Epoch(2, 1, 0.5, 1, Double.NaN, 1, 1, 1, null)),
                        AUGMENTED))
                .isNull();
        assertThat(Findings.accuracy(epochs(1, 1), AUGMENTED))
                .isEqualTo("Validation accuracy ends at 51.00 %, its best.");
    }

    private static Run.Evaluation evaluation(int examples, double confidence, double accuracy) {
        var bins = List.of(
                new Run.Bin(0, 0.5, 0, Double.NaN, Double.NaN), new Run.Bin(0.5, 1, examples, confidence, accuracy));
        return new Run.Evaluation(
                "test",
                examples,
                accuracy,
                Double.NaN,
                2,
                List.of(),
                new Run.Confusion(List.of(), new int[0][0], new int[0]),
                List.of(),
                new Run.Reliability(Math.abs(confidence - accuracy), confidence, bins),
                (int) (examples * (1 - accuracy)),
                List.of(),
                null);
    }

    /// 7 points are much with 1,000 predictions and nothing with 20: the standard error is then 4.9 points.
    @Test
    void speaksOfOverconfidenceOnlyWhereChanceCannotExplainIt() {
        assertThat(Findings.reliability(evaluation(1000, 0.95, 0.88)))
                .isEqualTo("The network is overconfident: of 1,000 predictions made with 95 % confidence on average it"
                        + " gets 88 % right.");
        assertThat(Findings.reliability(evaluation(1000, 0.75, 0.88)))
                .startsWith("The network is too modest: of 1,000");
        assertThat(Findings.reliability(evaluation(20, 0.95, 0.88)))
                .isEqualTo(
                        "On the whole its confidence can be believed: 95 % on average, and 88 % of its answers are right.");
    }

    @Test
    void tellsWhichLayersLearn() {
        var layers = List.of(
                new Run.Layer("first", new double[] {0, 0, 0}),
                new Run.Layer("second", new double[] {0.001, 0.002, 0.003}),
                new Run.Layer("third", new double[] {0.02, 0.01, 0.03}));
        assertThat(Findings.layers(layers))
                .isEqualTo("third changes most, typically by 0.02 a step, second least, by 0.002; first not at all"
                        + " (frozen).");
    }

    @Test
    void tellsOfUnequalClasses() {
        var data = new Run.Data(
                List.of(),
                2,
                List.of(new Run.ClassCount("rare", 10, 0, 0), new Run.ClassCount("many", 120, 0, 0)),
                List.of());
        assertThat(Findings.data(data))
                .isEqualTo("“many” has 120 training pictures, 12 times as many as “rare” with 10: look at the recall of"
                        + " the small classes.");
    }

    /// Clipping and learning rates are nothing to advise on where a minimizer chooses its steps.
    @Test
    void tellsOfAMinimizerWithoutAdviceOnRates() {
        var steps = new Run.Steps(
                new double[] {1, 2, 3},
                new double[] {1, 0.5, 0.25},
                new double[] {1, 1, 1},
                new double[] {5, 0.01, 0.02},
                new double[] {0.1, 1e-5, 1e-5},
                new double[0],
                List.of());
        assertThat(Findings.of(PLAIN, List.of(), steps, null, null, null).get("gradient"))
                .contains("--clip-norm");
        assertThat(Findings.of(MINIMIZED, iterations(5, 0.01, 0.02), steps.withoutRate(), null, null, null))
                .containsEntry("gradient", "Of the loss of all examples with decay: from 5 to 0.02, at least 0.01.")
                .doesNotContainKeys("rate", "update");
        assertThat(Findings.wholeGradient(iterations(5, 0.01))).endsWith("from 5 to 0.01, its least.");
        assertThat(Findings.wholeGradient(iterations(5))).isNull();
    }

    private static List<Run.Epoch> iterations(double... gradientNorms) {
        return Arrays.stream(gradientNorms)
                .mapToObj(norm -> new Run.Epoch(1, 1, 1, 1, 1, Double.NaN, 1, Double.NaN, new Run.Iteration(norm, 2)))
                .toList();
    }

    /// Augmentation is no advice to a minimizer, and stronger augmentation none where there is none.
    @Test
    void advisesWhatCanBeDone() {
        var far = epochs(1, 1, 1, 1);
        assertThat(Findings.accuracy(far, PLAIN))
                .endsWith("27 points higher: augmentation, more weight decay or more pictures would help.");
        assertThat(Findings.accuracy(far, MINIMIZED))
                .endsWith("27 points higher: more weight decay or more pictures would help.");
        var falling = epochs(1, 0.9, 0.8, 0.7);
        assertThat(Findings.loss(falling, MINIMIZED)).endsWith("to 0.7: more iterations may do better.");
        assertThat(Findings.loss(falling, new Manner(true, false, false)))
                .as("a minimizer that has converged")
                .isEqualTo("Validation loss was still falling at the end, to 0.7.");
        assertThat(Findings.loss(epochs(1, 0.7, 0.71), MINIMIZED)).endsWith("its lowest was 0.7, after iteration 2.");
        var time = new Run.Time(
                10, List.of(new Run.Part("waiting for data", 5, ""), new Run.Part("forward", 5, "")), 0, 0, List.of());
        assertThat(Findings.time(time, PLAIN)).endsWith("reading them is the bottleneck.");
        assertThat(Findings.time(time, MINIMIZED))
                .isEqualTo(
                        "50 % of 10.0 s went into iterations; getting pictures, by reading them or from memory, took 5.0 s.");
        assertThat(Findings.time(time, AUGMENTED)).endsWith("reading or augmenting them is the bottleneck.");
    }
}
