package dev.thalweg.data;

import static dev.thalweg.data.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.picture.Box;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.picture.Resize;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    private static final Preprocessing PLAIN = Preprocessing.plain(3, 32, 32);

    @Test
    void picturesOfTheRightSizeAreLeftAlone() {
        var picture = Fixtures.noise(32, 32, 3, 1);
        assertThat(PLAIN.fit(picture)).isSameAs(picture);
    }

    /// 500 × 375 for 224 × 224: shorter side to 256, so 341 × 256, then columns from
    /// rint(58.5) = 58 and rows from 16.
    @Test
    void photographsLoseTheirMargin() {
        var photograph = Fixtures.noise(500, 375, 3, 1);
        var expected =
                Resize.part(photograph, new Box(0, 0, 500, 375), new Dimensions(341, 256), new Box(58, 16, 224, 224));
        assertThat(Preprocessing.plain(3, 224, 224).fit(photograph).pixels()).isEqualTo(expected.pixels());
    }

    @Test
    void smallerPicturesAreEnlargedWithoutAMargin() {
        var small = Fixtures.noise(28, 28, 1, 1);
        assertThat(PLAIN.fit(small).pixels())
                .isEqualTo(
                        Resize.to(small.withChannels(3), new Dimensions(32, 32)).pixels());
    }

    @Test
    void awkwardSizesAreCovered() {
        var odd = new Preprocessing(1, 17, 5, new float[1], new float[] {1}, 1);
        for (var size :
                List.of(new Dimensions(5, 17), new Dimensions(1, 1), new Dimensions(300, 2), new Dimensions(6, 18)))
            assertThat(odd.fit(Fixtures.noise(size.width(), size.height(), 3, 1))
                            .dimensions())
                    .isEqualTo(new Dimensions(5, 17));
    }

    /// Values 0, 0, 0, 255 of channel 0: mean ¼, variance ¼ · ¾.
    @Test
    void measuresMeanAndDeviation() throws IOException {
        var one = new Picture(2, 1, 3, bytes(0, 51, 7, 0, 51, 7));
        var other = new Picture(2, 1, 3, bytes(0, 102, 7, 255, 102, 7));
        var measured = Preprocessing.measure(Fixtures.examples(List.of(one, other), 0), 3, 1, 2, 100);
        assertThat(measured.mean()).containsExactly(new float[] {0.25f, 0.3f, 7 / 255f}, within(1e-6f));
        assertThat(measured.deviation())
                .containsExactly(new float[] {(float) Math.sqrt(3) / 4, 0.1f, 1}, within(1e-6f));
        assertThat(measured.shape()).isEqualTo(Shape.of(3, 1, 2));
    }

    @Test
    void measuresNoMoreThanAskedFor() throws IOException {
        var examples = Fixtures.noises(10, 4, 4, 1);
        var some = Preprocessing.measure(examples, 1, 4, 4, 3);
        assertThat(some)
                .isEqualTo(Preprocessing.measure(examples.select(new int[] {0, 3, 6}), 1, 4, 4, 3))
                .isNotEqualTo(Preprocessing.measure(examples, 1, 4, 4, 10));
    }

    @Test
    void theTableIsTheFormula() {
        var table = new Preprocessing(1, 1, 1, new float[] {0.5f}, new float[] {0.25f}).table();
        assertThat(table[0]).isEqualTo(-2);
        assertThat(table[255]).isEqualTo(2);
        assertThat(table[51]).isEqualTo((float) ((0.2 - 0.5) / 0.25));
    }

    @Test
    void refusesNonsense() {
        float[] one = {1};
        assertThatThrownBy(() -> new Preprocessing(2, 1, 1, one, one))
                .hasMessage("Preprocessing.channels must be 1 or 3, got 2");
        assertThatThrownBy(() -> new Preprocessing(3, 1, 1, one, new float[3]))
                .hasMessage("Preprocessing needs 3 means and deviations, got 1 and 3");
        assertThatThrownBy(() -> new Preprocessing(1, 1, 1, one, new float[1]))
                .hasMessage("Preprocessing.deviation must be > 0, got 0.0");
        assertThatThrownBy(() -> new Preprocessing(1, 1, 1, one, one, 0))
                .hasMessage("Preprocessing.centre must be in (0, 1], got 0.0");
    }
}
