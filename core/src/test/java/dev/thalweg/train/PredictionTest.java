package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.data.Examples;
import dev.thalweg.picture.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionTest {
    private static final List<String> CLASSES = List.of("cat", "a \"dog\", large", "<script>");

    @TempDir
    Path folder;

    /// Three examples of class 1 with awkward names.
    private static final Examples EXAMPLES = new Examples() {
        @Override
        public int size() {
            return 3;
        }

        @Override
        public int label(int i) {
            return 1;
        }

        @Override
        public String name(int i) {
            return List.of("plain.png", "comma, quote \" and\nline.png", "ünï.png")
                    .get(i);
        }

        @Override
        public Picture picture(int i) {
            throw new AssertionError("not needed");
        }
    };

    private static List<Prediction> predictions() {
        float ln2 = (float) Math.log(2);
        float[] scores = {
            0, ln2, 0, // weights 1, 2, 1
            ln2 + ln2, 0, ln2, // 4, 1, 2
            1000, 1000, -1000, // a tie of the first two
        };
        return Prediction.of("test", EXAMPLES, CLASSES, new Evaluation(3, 0, 0, 0, 0, scores, new int[] {1, 1, 1}));
    }

    @Test
    void probabilitiesByHand() {
        var all = predictions();
        assertThat(all.get(0).confidence()).isCloseTo(0.5f, within(1e-6f));
        assertThat(all.get(0).probability()).isCloseTo(0.5f, within(1e-6f));
        assertThat(all.get(0).rank()).isEqualTo(1);
        assertThat(all.get(0).right()).isTrue();
        assertThat(all.get(1).predicted()).isEqualTo("cat");
        assertThat(all.get(1).confidence()).isCloseTo(4 / 7f, within(1e-6f));
        assertThat(all.get(1).probability()).isCloseTo(1 / 7f, within(1e-6f));
        assertThat(all.get(1).rank()).isEqualTo(3);
        // The first of equal scores is the prediction, so this one is wrong.
        assertThat(all.get(2).predicted()).isEqualTo("cat");
        assertThat(all.get(2).confidence()).isCloseTo(0.5f, within(1e-6f));
        assertThat(all.get(2).rank()).isEqualTo(2);
    }

    @Test
    void theFileIsPlainCsv() throws IOException {
        var file = folder.resolve("predictions.csv");
        Prediction.write(file, predictions());
        assertThat(Files.readString(file))
                .startsWith("part,index,name,label,predicted,confidence,probability,rank\n")
                .contains("test,0,plain.png,\"a \"\"dog\"\", large\",\"a \"\"dog\"\", large\",0.5,0.5,1\n")
                .contains("test,1,\"comma, quote \"\" and\nline.png\",");
        assertThat(Prediction.read(file)).isEqualTo(predictions());
    }

    @Test
    void noFileHoldsNoPredictions() throws IOException {
        assertThat(Prediction.read(folder.resolve("absent.csv"))).isEmpty();
    }

    @Test
    void saysWhereADamagedFileIsDamaged() throws IOException {
        var file = folder.resolve("predictions.csv");
        String head = "part,index,name,label,predicted,confidence,probability,rank\n";
        Files.writeString(file, head + "test,0,a,b,c,0.5,0.5,1\ntest,one,a,b,c,0.5,0.5,1\n");
        assertThatThrownBy(() -> Prediction.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ", line 3: expected a prediction with the columns part,index,name");
        Files.writeString(file, "name,label\na,b\n");
        assertThatThrownBy(() -> Prediction.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a prediction with the columns part,index,name");
        Files.writeString(file, head + "test,0,a\n");
        assertThatThrownBy(() -> Prediction.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
    }
}
