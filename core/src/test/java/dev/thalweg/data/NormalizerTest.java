package dev.thalweg.data;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizerTest {

    /// Against the definition and against look-ups, at sizes that leave all kinds of rests.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 8, 9, 17, 31, 32, 341})
    void everySampleIsScaledByItsChannel(int pixels) {
        var grey = new Preprocessing(1, 1, pixels, new float[] {0.1307f}, new float[] {0.3081f});
        var colour = new Preprocessing(
                3, 1, pixels, new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
        for (var preprocessing : new Preprocessing[] {grey, colour}) {
            int channels = preprocessing.channels();
            var samples = Fixtures.noise(pixels, 1, channels, pixels).pixels();
            var normalizer = new Normalizer(preprocessing);
            try (var arena = Arena.ofConfined()) {
                // A float before and one after must stay.
                long size = (samples.length + 2) * 4L;
                var wide = arena.allocate(size, 4);
                var plain = arena.allocate(size, 4);
                normalizer.apply(samples, wide, 4);
                normalizer.plain(samples, 0, plain, 4);
                assertThat(wide.toArray(JAVA_FLOAT)).isEqualTo(plain.toArray(JAVA_FLOAT));
                assertThat(wide.getAtIndex(JAVA_FLOAT, 0)).isZero();
                for (int i = 0; i < samples.length; i++) {
                    int c = i % channels;
                    double exact = ((samples[i] & 0xff) / 255.0 - preprocessing.mean()[c])
                            / preprocessing.deviation()[c];
                    assertThat(wide.getAtIndex(JAVA_FLOAT, i + 1)).isEqualTo((float) exact);
                }
            }
        }
    }
}
