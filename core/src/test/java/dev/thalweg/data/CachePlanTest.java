package dev.thalweg.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class CachePlanTest {
    private static final Preprocessing SMALL = Preprocessing.plain(3, 4, 4);
    private static final Augmentation CROPS = new Augmentation(Flip.NONE, 0, ResizedCrop.INCEPTION);

    /// Fitted pictures are of one size; crops need the whole ones.
    @Test
    void allFitOrNoneIsKept() throws IOException {
        var pictures = Fixtures.noises(100, 10, 20, 3);
        assertThat(CachePlan.of(pictures, SMALL, Augmentation.NONE, 9600)).isEqualTo(new CachePlan(9600, 9600));
        assertThat(CachePlan.of(pictures, SMALL, CROPS, 1).needed()).isEqualTo(100 * (600 + 48));
        assertThat(new CachePlan(9600, 9600).fits()).isTrue();
        assertThat(new CachePlan(9601, 9600).fits()).isFalse();
        assertThat(new CachePlan(0, 0).fits()).isFalse();
    }

    @Test
    void saysWhatItIs() {
        assertThat(new CachePlan(143_000_000, 512_000_000)).hasToString("cached in memory, 143 MB of 512 MB");
        assertThat(new CachePlan(12_300_000_000L, 512_000_000))
                .hasToString("not cached: decoded they would take 12.3 GB of the 512 MB that are for it");
        assertThat(new CachePlan(0, 0)).hasToString("not cached");
    }
}
