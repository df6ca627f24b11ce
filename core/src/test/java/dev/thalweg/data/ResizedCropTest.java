package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.picture.Box;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.tensor.RandomKey;
import org.junit.jupiter.api.Test;

class ResizedCropTest {

    @Test
    void boxesHaveTheAreasAndAspectsAskedFor() {
        var size = new Dimensions(1000, 800);
        var crop = new ResizedCrop(0.1, 0.5);
        double areas = 0;
        double logAspects = 0;
        double middle = 0;
        int n = 4000;
        for (int i = 0; i < n; i++) {
            var box = crop.choose(size, RandomKey.of(i));
            assertThat(box.liesIn(size)).isTrue();
            double area = box.width() * (double) box.height() / size.pixels();
            double aspect = box.width() / (double) box.height();
            assertThat(area).isBetween(0.099, 0.501);
            assertThat(aspect).isBetween(0.745, 1.342);
            areas += area;
            logAspects += Math.log(aspect);
            middle += (box.x() + box.width() / 2.0) / size.width();
        }
        assertThat(areas / n).isCloseTo(0.3, within(0.01));
        assertThat(logAspects / n).isCloseTo(0, within(0.01));
        assertThat(middle / n).isCloseTo(0.5, within(0.01));
    }

    /// No box of a tenth of a ribbon has so round an aspect: the middle is taken, as wide as may be.
    @Test
    void ribbonsGetTheirMiddle() {
        var crop = new ResizedCrop(0.5, 1);
        assertThat(crop.choose(new Dimensions(300, 3), RandomKey.of(1))).isEqualTo(new Box(148, 0, 4, 3));
        assertThat(crop.choose(new Dimensions(3, 300), RandomKey.of(1))).isEqualTo(new Box(0, 148, 3, 4));
    }

    @Test
    void refusesSharesThatAreNone() {
        assertThatThrownBy(() -> new ResizedCrop(0, 1))
                .hasMessage("a resized crop needs 0 < smallest ≤ largest ≤ 1, got 0.0 and 1.0");
        assertThatThrownBy(() -> new ResizedCrop(0.5, 1, 2, 1))
                .hasMessage("a resized crop needs 0 < narrowest ≤ widest, got 2.0 and 1.0");
    }
}
