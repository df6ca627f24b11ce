package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {

    @Test
    void everyStepOfAShortRun() {
        var sampling = Sampling.of(3);
        assertThat(LongStream.rangeClosed(1, 3).filter(sampling::wants)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theFirstEveryThirdAndTheLast() {
        var sampling = Sampling.of(1001);
        assertThat(sampling.every()).isEqualTo(3);
        var steps = LongStream.rangeClosed(1, 1001).filter(sampling::wants).toArray();
        assertThat(steps).startsWith(1, 3, 6, 9).endsWith(996, 999, 1001).hasSize(335);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 499, 500, 501, 999, 1000, 1001, 3744, 12_345})
    void countsWhatItWants(long total) {
        var sampling = Sampling.of(total);
        long counted = 0;
        for (long step = 0; step <= total; step++) {
            if (step > 0 && sampling.wants(step)) counted++;
            assertThat(sampling.upTo(step)).as("step %s", step).isEqualTo(counted);
        }
        assertThat(counted).isBetween(Math.min(total, 250), 502L);
    }
}
