package dev.thalweg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void numbersForPeople() {
        assertThat(Text.clock(7.4)).isEqualTo("0:07");
        assertThat(Text.clock(59.6)).isEqualTo("1:00");
        assertThat(Text.clock(3723)).isEqualTo("1:02:03");
        assertThat(Text.clock(Double.NaN)).isEqualTo("-:--");
        assertThat(Text.percent(0.92345)).isEqualTo("92.35 %");
        assertThat(Text.rate(1234.5)).isEqualTo("1,235");
        assertThat(Text.rate(9.04)).isEqualTo("9.0");
        assertThat(Text.rate(175_272)).isEqualTo("175k");
        assertThat(Text.bytes(1_500)).isEqualTo("1.5 kB");
        assertThat(Text.bytes(2_340_000_000L)).isEqualTo("2.34 GB");
        assertThat(Text.counted(1, "epoch")).isEqualTo("1 epoch");
        assertThat(Text.counted(9.9, "epoch")).isEqualTo("9.9 epochs");
        assertThat(Text.number(0.05)).isEqualTo("0.05");
        assertThat(Text.number(1.5)).isEqualTo("1.5");
        assertThat(Text.number(10)).isEqualTo("10");
        assertThat(Text.number(0.00133043)).isEqualTo("0.00133");
        assertThat(Text.number(5e-4)).isEqualTo("0.0005");
        assertThat(Text.number(7e-8)).isEqualTo("7e-08");
        assertThat(Text.number(0)).isEqualTo("0");
    }
}
