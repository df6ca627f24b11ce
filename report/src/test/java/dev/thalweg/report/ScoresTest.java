package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.train.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoresTest {
    @TempDir
    Path folder;

    /// Ten predictions of three classes, as somebody could have written them:
    ///
    ///     is \ said    a  b  c
    ///            a     3  1  0
    ///            b     1  2  1
    ///            c     0  0  2
    private static final String BY_HAND = """
            part,index,name,label,predicted,confidence,probability,rank
            test,0,0.png,a,a,0.90,0.90,1
            test,1,1.png,a,a,0.90,0.90,1
            test,2,2.png,a,a,0.80,0.80,1
            test,3,3.png,a,b,0.90,0.05,2
            test,4,4.png,b,b,0.90,0.90,1
            test,5,5.png,b,b,0.50,0.50,1
            test,6,6.png,b,a,0.50,0.30,2
            test,7,7.png,b,c,0.50,0.10,3
            test,8,8.png,c,c,1.00,1.00,1
            test,9,9.png,c,c,1.00,1.00,1
            """;

    private Scores scores() throws IOException {
        var file = folder.resolve("predictions.csv");
        Files.writeString(file, BY_HAND);
        return new Scores(List.of("a", "b", "c"), Prediction.read(file));
    }

    @Test
    void confusionByHand() throws IOException {
        var e = scores().evaluation("test", List.of(), null);
        assertThat(e.accuracy()).isEqualTo(0.7);
        assertThat(e.wrong()).isEqualTo(3);
        assertThat(e.topFive()).isNaN();
        assertThat(e.confusion().classes()).containsExactly("a", "b", "c");
        assertThat(e.confusion().counts()).isDeepEqualTo(new int[][] {{3, 1, 0}, {1, 2, 1}, {0, 0, 2}});
        assertThat(e.confusion().outside()).containsExactly(0, 0, 0);
        assertThat(e.confusions())
                .containsExactly(
                        new Run.Confused("a", "b", 1, 4),
                        new Run.Confused("b", "a", 1, 4),
                        new Run.Confused("b", "c", 1, 4));
    }

    @Test
    void precisionRecallAndF1ByHand() throws IOException {
        var classes = scores().evaluation("test", List.of(), null).classes();
        assertThat(classes.get(0)).isEqualTo(new Run.ClassScore("a", 4, 3 / 4.0, 3 / 4.0, 3 / 4.0));
        assertThat(classes.get(1)).isEqualTo(new Run.ClassScore("b", 4, 2 / 3.0, 2 / 4.0, 4 / 7.0));
        assertThat(classes.get(2)).isEqualTo(new Run.ClassScore("c", 2, 2 / 3.0, 1, 4 / 5.0));
    }

    @Test
    void aClassThatIsNeverSaidHasNoPrecision() {
        var scores = new Scores(List.of("a", "b", "c"), List.of(prediction(0, "a", "a", 0.9f)));
        var classes = scores.evaluation("test", List.of(), null).classes();
        assertThat(classes.get(1).precision()).isNaN();
        assertThat(classes.get(1).recall()).isNaN();
        assertThat(classes.get(1).f1()).isNaN();
    }

    /// Fifteen bins of a fifteenth. 0.5 lies in the 8th: three, of which one is right. 0.8 lies on the edge of the 12th
    /// and belongs to it: one, right. 0.9 lies in the 14th: four, three right. 1 lies in the last: two, both right.
    ///
    ///     ECE = (3 · |1/3 − 0.5| + 1 · |1 − 0.8| + 4 · |3/4 − 0.9| + 2 · |1 − 1|) / 10
    ///         = (0.5 + 0.2 + 0.6 + 0) / 10
    @Test
    void calibrationErrorByHand() throws IOException {
        var r = scores().reliability();
        assertThat(r.error()).isCloseTo(0.13, within(1e-7));
        assertThat(r.confidence()).isCloseTo(0.79, within(1e-7));
        assertThat(r.bins()).hasSize(15);
        var eighth = r.bins().get(7);
        assertThat(eighth.examples()).isEqualTo(3);
        assertThat(eighth.accuracy()).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(eighth.from()).isLessThan(0.5);
        assertThat(eighth.to()).isGreaterThan(0.5);
        assertThat(r.bins().stream().mapToInt(Run.Bin::examples))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1, 0, 4, 2);
        assertThat(r.bins().get(0).accuracy()).isNaN();
    }

    private static Prediction prediction(int index, String label, String predicted, float confidence) {
        return new Prediction(
                "test", index, index + ".png", label, predicted, confidence, 0.1f, label.equals(predicted) ? 1 : 2);
    }

    /// Of many classes the matrix has those with the most mistakes, and counts the others.
    @Test
    void manyClassesAreCutToTheMostConfused() {
        var classes = IntStream.range(0, 40).mapToObj(k -> "class " + k).toList();
        var predictions = new ArrayList<Prediction>();
        for (int k = 0; k < 40; k++) {
            // Class k is taken for the next one k times, and is right once.
            for (int i = 0; i < k; i++)
                predictions.add(prediction(predictions.size(), classes.get(k), classes.get((k + 1) % 40), 0.6f));
            predictions.add(prediction(predictions.size(), classes.get(k), classes.get(k), 0.6f));
        }
        var confusion = new Scores(classes, predictions)
                .evaluation("test", List.of(), null)
                .confusion();
        // Wrong with class k: k of its own and k − 1 of the one before it; the 25 highest of 2 k − 1 are 16 to 39 and
        // class 0 with the 39 of the last one.
        assertThat(confusion.classes())
                .hasSize(25)
                .startsWith("class 0", "class 16")
                .endsWith("class 39");
        int i = confusion.classes().indexOf("class 20");
        assertThat(confusion.counts()[i][i]).isEqualTo(1);
        assertThat(confusion.counts()[i][i + 1]).isEqualTo(20);
        assertThat(confusion.outside()).containsOnly(0);
        var best = new Scores(classes, predictions)
                .evaluation("test", List.of(), null)
                .confusions()
                .getFirst();
        assertThat(best).isEqualTo(new Run.Confused("class 39", "class 0", 39, 40));
    }

    @Test
    void refusesPredictionsOfOtherClasses() throws IOException {
        var other = new Scores(List.of("a", "b"), scores().predictions());
        assertThatThrownBy(() -> other.evaluation("test", List.of(), null))
                .hasMessage("predictions.csv names the class 'c', which run.json does not have");
    }
}
