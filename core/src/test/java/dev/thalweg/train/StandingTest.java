package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StandingTest {
    private final Standing standing = new Standing();

    /// A step of one example.
    private void step(double loss) {
        standing.tally.last = loss;
        standing.tally.lossSum += loss;
        standing.tally.examples++;
        standing.add(0.5);
    }

    @Test
    void theBestIsBetterThanAllBefore() {
        assertThat(standing.isBest(0)).isTrue();
        assertThat(standing.isBest(0.6)).isTrue();
        assertThat(standing.isBest(0.6)).isFalse();
        assertThat(standing.isBest(0.5)).isFalse();
        assertThat(standing.isBest(Double.NaN)).isFalse();
        assertThat(standing.isBest(0.7)).isTrue();
    }

    /// The first ten steps' losses, 1 to 10, have the mean 5.5; more than 27.5 in an epoch is divergence.
    @Test
    void divergesFromWhereItBegan() {
        for (int i = 1; i <= 10; i++) step(i);
        step(1000);
        assertThat(standing.firstLoss).isCloseTo(5.5, within(1e-12));
        standing.beginEpoch();
        step(27.4);
        standing.endEpoch();
        assertThat(standing.hasDiverged()).isFalse();
        standing.beginEpoch();
        step(27.6);
        standing.endEpoch();
        assertThat(standing.hasDiverged()).isTrue();
    }

    @Test
    void countsAndIsRestored() {
        for (int i = 0; i < 4; i++) step(2);
        standing.beginEpoch();
        step(3);
        standing.tally.right = 1;
        standing.endEpoch();
        standing.metricsLines = 2;
        assertThat(standing.isBest(0.25)).isTrue();
        assertThat(standing.step).isEqualTo(5);
        assertThat(standing.seconds).isEqualTo(2.5);
        assertThat(standing.imagesPerSecond()).isEqualTo(2);
        var state = standing.state(TimeAccount.NONE, "java");
        var other = new Standing();
        other.restore(state);
        assertThat(other.state(TimeAccount.NONE, "java")).isEqualTo(state);
        assertThat(other.isBest(0.25)).isFalse();
        assertThat(other.isBest(0.26)).isTrue();
    }
}
