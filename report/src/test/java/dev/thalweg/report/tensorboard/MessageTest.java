package dev.thalweg.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples of the encoding's published description (protobuf.dev), and bytes derived by hand.
class MessageTest {
    private static String hex(Message message) {
        return HexFormat.ofDelimiter(" ").formatHex(message.bytes(), 0, message.size());
    }

    @Test
    void integersAreVarints() {
        assertThat(hex(new Message().integer(1, 150))).isEqualTo("08 96 01");
        assertThat(hex(new Message().integer(1, 0))).isEqualTo("08 00");
        assertThat(hex(new Message().integer(2, 127).integer(2, 128))).isEqualTo("10 7f 10 80 01");
        assertThat(hex(new Message().integer(1, -2))).isEqualTo("08 fe ff ff ff ff ff ff ff ff 01");
        assertThat(hex(new Message().integer(16, 1))).isEqualTo("80 01 01");
    }

    @Test
    void textsHaveTheirLengthInBytes() {
        assertThat(hex(new Message().text(2, "testing"))).isEqualTo("12 07 74 65 73 74 69 6e 67");
        assertThat(hex(new Message().text(2, "é"))).isEqualTo("12 02 c3 a9");
    }

    @Test
    void floatingPointIsLittleEndian() {
        assertThat(hex(new Message().float64(1, 1))).isEqualTo("09 00 00 00 00 00 00 f0 3f");
        assertThat(hex(new Message().float32(2, -2))).isEqualTo("15 00 00 00 c0");
        assertThat(hex(new Message().doubles(6, new double[] {1, -2})))
                .isEqualTo("32 10 00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 00 c0");
    }

    @Test
    void messagesNest() {
        var message = new Message();
        int outer = message.begin(3);
        int inner = message.begin(1);
        message.integer(1, 150).end(inner).end(outer);
        assertThat(hex(message)).isEqualTo("1a 05 0a 03 08 96 01");
        assertThat(hex(message.clear().integer(1, 1))).isEqualTo("08 01");
    }

    /// Around the lengths at which the length itself grows by a byte.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 16_379, 16_380, 16_383, 16_384, 2_097_152})
    void aMessageIsLikeABlobOfItsBytes(int length) {
        var content = new byte[length];
        Arrays.fill(content, (byte) 7);
        var inner = new Message().blob(1, content);
        var expected = new Message()
                .integer(4, 9)
                .blob(5, Arrays.copyOf(inner.bytes(), inner.size()))
                .integer(4, 8);
        var nested = new Message().integer(4, 9);
        int start = nested.begin(5);
        nested.blob(1, content).end(start).integer(4, 8);
        assertThat(nested.size()).isEqualTo(expected.size());
        assertThat(Arrays.equals(nested.bytes(), 0, nested.size(), expected.bytes(), 0, expected.size()))
                .isTrue();
    }
}
