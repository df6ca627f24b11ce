package dev.thalweg.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorSummaryTest {

    /// Bytes as the format lays them out, least significant first.
    private static Entry entry(DType type, String hex) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        return new Entry("t", type, List.of((long) bytes.length / type.bytes()), MemorySegment.ofArray(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 0000803f000000c0, 1, -2",
        "F64, 000000000000f03f00000000000000c0, 1, -2",
        "F16, 003c00c0, 1, -2",
        "BF16, 803f00c0, 1, -2",
        "I64, 0100000000000000feffffffffffffff, 1, -2",
        "I32, 01000000feffffff, 1, -2",
        "I16, 0100feff, 1, -2",
        "I8, 01fe, 1, -2",
        "U8, 01fe, 1, 254",
        "BOOL, 0100, 1, 0"
    })
    void elementsOfEachType(DType type, String hex, double first, double second) {
        var entry = entry(type, hex);
        assertThat(entry.element(0)).isEqualTo(first);
        assertThat(entry.element(1)).isEqualTo(second);
        var summary = TensorSummary.of(entry);
        assertThat(summary.elements()).isEqualTo(2);
        assertThat(summary.mean()).isEqualTo((first + second) / 2);
        assertThat(summary.deviation()).isEqualTo(Math.abs(first - second) / 2);
        assertThat(summary.min()).isEqualTo(Math.min(first, second));
        assertThat(summary.max()).isEqualTo(Math.max(first, second));
        assertThat(summary.notFinite()).isZero();
    }

    @Test
    void ofNothingFiniteThereIsNoMean() {
        var summary = TensorSummary.of(entry(DType.F32, "0000807f0000c07f000080ff")); // ∞, NaN, −∞
        assertThat(summary.mean()).isNaN();
        assertThat(summary.min()).isNaN();
        assertThat(summary.notNumbers()).isEqualTo(1);
        assertThat(summary.infinite()).isEqualTo(2);
        assertThat(TensorSummary.of(entry(DType.F32, "")).elements()).isZero();
    }
}
