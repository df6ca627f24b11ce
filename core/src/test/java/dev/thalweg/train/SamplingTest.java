package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.Shape;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {

    @Test
    void everyStepOfAShortRun() {
        var sampling = Sampling.of(3, 1);
        assertThat(LongStream.rangeClosed(1, 3).filter(sampling::wants)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theFirstEveryThirdAndTheLast() {
        var sampling = Sampling.of(1001, 1);
        assertThat(sampling.every()).isEqualTo(3);
        var steps = LongStream.rangeClosed(1, 1001).filter(sampling::wants).toArray();
        assertThat(steps).startsWith(1, 3, 6, 9).endsWith(996, 999, 1001).hasSize(335);
    }

    /// Where measuring is dear beside a step, fewer steps are measured, but a hundred at least.
    @Test
    void fewerWhereMeasuringIsDear() {
        assertThat(Sampling.of(3744, 42).every()).isEqualTo(38);
        assertThat(Sampling.of(37_440, 42).every()).isEqualTo(75);
        assertThat(Sampling.of(3744, 10).every()).isEqualTo(10);
        assertThat(Sampling.of(60, 42).every()).isEqualTo(1);
        var mlp = Architectures.create("mlp", Shape.of(1, 28, 28), 10);
        var resnet = Architectures.create("resnet20", Shape.of(3, 32, 32), 10);
        assertThat(Sampling.of(3744, mlp, 128).every()).isEqualTo(38);
        assertThat(Sampling.of(400, resnet, 128).every()).isEqualTo(1);
    }

    /// Also where the count of steps does not divide.
    @Test
    void countsWhatItWantsOfFew() {
        var sampling = Sampling.of(1003, 7);
        assertThat(sampling.upTo(1003))
                .isEqualTo(
                        LongStream.rangeClosed(1, 1003).filter(sampling::wants).count());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 499, 500, 501, 999, 1000, 1001, 3744, 12_345})
    void countsWhatItWants(long total) {
        var sampling = Sampling.of(total, 1);
        long counted = 0;
        for (long step = 0; step <= total; step++) {
            if (step > 0 && sampling.wants(step)) counted++;
            assertThat(sampling.upTo(step)).as("step %s", step).isEqualTo(counted);
        }
        assertThat(counted).isBetween(Math.min(total, 250), 502L);
    }
}
