package dev.thalweg.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.data.Fixtures;
import org.junit.jupiter.api.Test;

class PictureTest {

    /// 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2.
    @Test
    void colourBecomesLuma() {
        var colour = new Picture(2, 1, 3, Fixtures.bytes(200, 100, 50, 255, 255, 255));
        assertThat(colour.withChannels(1).pixels()).containsExactly(124, 255);
    }

    @Test
    void greyBecomesThreeEqualChannels() {
        var grey = new Picture(1, 2, 1, Fixtures.bytes(7, 250));
        assertThat(grey.withChannels(3).pixels()).isEqualTo(Fixtures.bytes(7, 7, 7, 250, 250, 250));
        assertThat(grey.withChannels(1)).isSameAs(grey);
    }

    @Test
    void refusesTheWrongNumberOfBytes() {
        assertThatThrownBy(() -> new Picture(3, 2, 3, new byte[17]))
                .hasMessage("a picture of 2×3×3 must have 18 bytes, got 17");
        assertThatThrownBy(() -> new Picture(3, 2, 2, new byte[12]))
                .hasMessage("a picture must have 1 or 3 channels, got 2");
    }
}
