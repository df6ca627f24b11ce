package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "adam, adam, 0",
        "adam, Adam, 0",
        "adam, adamw, 1",
        "kitten, sitting, 3",
        "resnet81, resnet18, 1",
        "'', lion, 4",
        "ca, abc, 3" // the restricted form: the unrestricted distance is 2
    })
    void countsEdits(String one, String other, int edits) {
        assertThat(Nearest.distance(one, other)).isEqualTo(edits);
        assertThat(Nearest.distance(other, one)).isEqualTo(edits);
    }

    @Test
    void suggestsOnlyWhatIsNear() {
        var names = List.of("adam", "adamw", "lion", "sgd");
        assertThat(Nearest.to("adm", names)).contains("adam");
        assertThat(Nearest.to("LION", names)).contains("lion");
        assertThat(Nearest.to("lbfgs", names)).isEmpty();
        assertThat(Nearest.to("", names)).isEmpty();
        assertThat(Nearest.to("adam", List.of())).isEmpty();
    }

    @Test
    void saysWhichNamesThereAre() {
        var names = List.of("adam", "sgd");
        assertThat(Nearest.unknown("optimizer", "adm", names))
                .isEqualTo("there is no optimizer 'adm'; did you mean 'adam'? Known are: adam, sgd");
        assertThat(Nearest.unknown("optimizer", "rmsprop", names))
                .isEqualTo("there is no optimizer 'rmsprop'; known are: adam, sgd");
    }

    /// Names of classes are those of folders, and so may be anything.
    @Test
    void namesThatATerminalWouldObeyAreShownOnOneLine() {
        assertThat(Nearest.unknown("class", "\u202ertl", List.of("\u202etrl", "new\nline", "\u001b[31mred")))
                .isEqualTo("there is no class '\ufffdrtl'; did you mean '\ufffdtrl'? Known are: \ufffdtrl,"
                        + " new\ufffdline, \ufffd[31mred");
    }
}
