package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final Examples five = Fixtures.noises(5, 3, 2, 1);

    @Test
    void selectionsKeepTheirOwnOrder() throws IOException {
        var some = five.select(new int[] {4, 0, 4});
        assertThat(some.size()).isEqualTo(3);
        assertThat(some.labels()).containsExactly(1, 0, 1);
        assertThat(some.name(0)).isEqualTo("picture 4");
        assertThat(some.picture(2)).isSameAs(five.picture(4));
    }

    @Test
    void selectionsRefuseWhatIsNotThere() {
        assertThatThrownBy(() -> five.select(new int[] {0, 5})).hasMessage("an index must be in [0, 5), got 5");
    }

    @Test
    void firstTakesNoMoreThanThereAre() {
        assertThat(five.first(2).labels()).containsExactly(0, 1);
        assertThat(five.first(9)).isSameAs(five);
        assertThat(five.first(0).size()).isZero();
    }

    @Test
    void partsFollowEachOtherEvenEmptyOnes() throws IOException {
        var all = Examples.concat(
                Examples.none(), five, Examples.none(), Examples.none(), five.first(2), Examples.none());
        assertThat(all.size()).isEqualTo(7);
        assertThat(all.labels()).containsExactly(0, 1, 2, 0, 1, 0, 1);
        for (int i = 0; i < 7; i++) assertThat(all.picture(i)).isSameAs(five.picture(i % 5));
        assertThatThrownBy(() -> all.label(7)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void labelsCanBeReplaced() {
        assertThat(five.relabelled(new int[] {9, 8, 7, 6, 5}).labels()).containsExactly(9, 8, 7, 6, 5);
        assertThatThrownBy(() -> five.relabelled(new int[3])).hasMessage("5 examples need as many labels, got 3");
    }

    @Test
    void fingerprintsSeeNamesLabelsAndParts() {
        var classes = List.of("a", "b", "c");
        var all = DataSet.of("x", classes, five, Examples.none(), five);
        assertThat(all.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(DataSet.of("y", classes, five, Examples.none(), five).fingerprint())
                .isEqualTo(all.fingerprint());
        assertThat(DataSet.of("x", classes, five, five, Examples.none()).fingerprint())
                .isNotEqualTo(all.fingerprint());
        assertThat(DataSet.of("x", classes, five.relabelled(new int[5]), Examples.none(), five)
                        .fingerprint())
                .isNotEqualTo(all.fingerprint());
        assertThat(DataSet.of("x", List.of("a", "b", "d"), five, Examples.none(), five)
                        .fingerprint())
                .isNotEqualTo(all.fingerprint());
    }
}
