package dev.thalweg.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Augmentation;
import dev.thalweg.data.Flip;
import dev.thalweg.data.ResizedCrop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationSpecTest {

    @Test
    void readsEveryPart() {
        assertThat(AugmentationSpec.parse("none")).isEqualTo(Augmentation.NONE);
        assertThat(AugmentationSpec.parse("flip,crop:4")).isEqualTo(new Augmentation(Flip.RANDOM, 4, null));
        assertThat(AugmentationSpec.parse("cutout:8, alternating-flip"))
                .isEqualTo(new Augmentation(Flip.ALTERNATING, 0, null, 8));
        assertThat(AugmentationSpec.parse("resized-crop"))
                .isEqualTo(new Augmentation(Flip.NONE, 0, ResizedCrop.INCEPTION));
        assertThat(AugmentationSpec.parse("resized-crop:0.25-0.9,flip"))
                .isEqualTo(new Augmentation(Flip.RANDOM, 0, new ResizedCrop(0.25, 0.9)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "flip",
                "alternating-flip,crop:2",
                "resized-crop:0.08,flip",
                "resized-crop:0.3-0.5,cutout:7"
            })
    void writesWhatItReads(String spec) {
        assertThat(AugmentationSpec.describe(AugmentationSpec.parse(spec))).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    crop               | crop needs a number of pixels, such as crop:4, got ''
                    cutout:-1          | cutout needs a number of pixels, such as cutout:4, got '-1'
                    flip:2             | flip takes no value, got 'flip:2'
                    none,flip          | none stands alone, got 'none,flip'
                    flip,flip          | flip is there twice in 'flip,flip'
                    flip,alternating-flip | flip is there twice in 'flip,alternating-flip'
                    resized-crop:0.9-0.2  | a resized crop needs 0 < smallest ≤ largest ≤ 1, got 0.9 and 0.2
                    resized-crop:2     | resized-crop takes the least share of the picture's area, and perhaps the greatest, such as resized-crop:0.25 or resized-crop:0.25-0.9, got '2'
                    """)
    void refuses(String spec, String sentence) {
        assertThatThrownBy(() -> AugmentationSpec.parse(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
