package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    /// 2, 4, 9: mean 5; squares 9 + 1 + 16 = 26, over 2.
    @Test
    void theDeviationIsTheSamples() {
        assertThat(Spread.of(Arrays.asList(2.0, null, 4.0, 9.0))).isEqualTo(new Spread(5.0, Math.sqrt(13), 3));
    }

    @Test
    void oneRunHasNoDeviation() {
        assertThat(Spread.of(List.of(0.25))).isEqualTo(new Spread(0.25, null, 1));
        assertThat(Spread.of(Arrays.asList(null, null))).isEqualTo(new Spread(null, null, 0));
    }
}
