package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.picture.Picture;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SplitOptionsTest {
    private final Picture dot = new Picture(1, 1, 1, new byte[1]);

    /// 11 of class 0, 4 of class 1, 1 of class 2, interleaved.
    private final Examples lopsided =
            Fixtures.examples(Collections.nCopies(16, dot), 0, 1, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0);

    @Test
    void everyClassGivesItsShareButNeverItsLast() {
        var sides = SplitOptions.DEFAULT.split(lopsided, 3, 0.2, "test");
        assertThat(lopsided.select(sides.taken()).labels()).containsOnly(0, 1).hasSize(3);
        assertThat(sides.taken()).isSorted().doesNotContain(8);
        assertThat(sides.kept()).isSorted().hasSize(13);
        var together = new TreeSet<Integer>();
        for (int i : sides.taken()) together.add(i);
        for (int i : sides.kept()) together.add(i);
        assertThat(together).hasSize(16);
    }

    @Test
    void theSeedAndThePurposeDecideAndNothingElse() {
        var options = new SplitOptions(0.3, 0, 5);
        var once = options.split(lopsided, 3, 0.3, "test").taken();
        assertThat(options.split(lopsided, 3, 0.3, "test").taken()).isEqualTo(once);
        assertThat(options.split(lopsided, 3, 0.3, "validation").taken()).isNotEqualTo(once);
        assertThat(new SplitOptions(0.3, 0, 6).split(lopsided, 3, 0.3, "test").taken())
                .isNotEqualTo(once);
    }

    @Test
    void aValidationPartIsTakenFromWhatTheTestPartLeaves() {
        var many = Fixtures.examples(Collections.nCopies(100, dot), 0, 1);
        var set = new Parts(many, Examples.none(), Examples.none())
                .complete("x", List.of("a", "b"), SplitOptions.DEFAULT.withValidation(0.1), List.of());
        assertThat(set.test().size()).isEqualTo(20);
        assertThat(set.validation().size()).isEqualTo(8);
        assertThat(set.train().size()).isEqualTo(72);
        var names = new TreeSet<String>();
        for (var part : List.of(set.train(), set.validation(), set.test()))
            for (int i = 0; i < part.size(); i++) names.add(part.name(i));
        assertThat(names).hasSize(100);
    }

    @Test
    void refusesSharesThatLeaveNothing() {
        assertThatThrownBy(() -> new SplitOptions(1, 0, 1))
                .hasMessage("SplitOptions.testShare must be in (0, 1), got 1.0");
        assertThatThrownBy(() -> new SplitOptions(0.2, Double.NaN, 1))
                .hasMessage("SplitOptions.validationShare must be in [0, 1), got NaN");
    }
}
