package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.compare.Outcome.Epoch;
import dev.thalweg.train.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetTest {

    @Test
    void isTheMedianRulesRoundedDown() {
        assertThat(Target.median(List.of(0.9, 0.1, 0.857))).hasValue(new Target(0.85, false));
        assertThat(Target.median(List.of(0.9, 0.1, 0.857, 0.31))).hasValue(new Target(0.31, false));
        assertThat(Target.median(List.of(0.29))).hasValue(new Target(0.29, false));
        assertThat(Target.median(List.of(1.0, 1.0))).hasValue(new Target(1, false));
    }

    @Test
    void thereIsNoneWhereNothingIsLearned() {
        assertThat(Target.median(List.of())).isEmpty();
        assertThat(Target.median(List.of(0.005))).isEmpty();
    }

    @Test
    void isReachedAfterAnEpoch() {
        var outcome = new Outcome(
                Result.Ended.FINISHED,
                List.of(
                        new Epoch(1, 2.5, 1.0, 0.4, 1.0),
                        new Epoch(2, 5.5, 1.0, 0.6, 1.0),
                        new Epoch(2.5, 7, 1.0, 0.5, 1.0)),
                null,
                null,
                100,
                7);
        assertThat(new Target(0.5, true).reachedBy(outcome)).isEqualTo(new Target.Reached(2, 5.5));
        assertThat(new Target(0.4, true).reachedBy(outcome)).isEqualTo(new Target.Reached(1, 2.5));
        assertThat(new Target(0.7, true).reachedBy(outcome)).isNull();
    }

    @Test
    void isAShare() {
        assertThatThrownBy(() -> new Target(90, true)).hasMessage("the target must be in (0, 1], got 90.0");
    }
}
