package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of thumb. That results do not depend on the layout is checked by [LayerTableTest].
class ActivationLayoutTest {
    @ParameterizedTest
    @CsvSource({
        // network, pixels a side, training in fp32, in bf16, evaluation in fp32, in bf16
        "resnet20,     32, BLOCKED,       BLOCKED,       CHANNELS_LAST, BLOCKED",
        "resnet18,     64, BLOCKED,       BLOCKED,       BLOCKED,       BLOCKED",
        "resnet18,    224, CHANNELS_LAST, BLOCKED,       CHANNELS_LAST, BLOCKED",
        "wrn-16-4,     32, CHANNELS_LAST, BLOCKED,       CHANNELS_LAST, BLOCKED",
        // Channels that do not divide, groups, concatenation, no convolution.
        "cifarnet,     32, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST",
        "mobilenet-v2, 64, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST",
        "squeezenet,   64, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST",
        "mlp,          28, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST, CHANNELS_LAST"
    })
    void chooses(
            String name,
            int side,
            ActivationLayout train32,
            ActivationLayout train16,
            ActivationLayout evaluate32,
            ActivationLayout evaluate16) {
        assumeTrue(Runtime.hasAvx512(), "blocks of 16 are for vectors of 512 bits");
        var network = Architectures.create(name, Shape.of(3, side, side), 10);
        assertThat(ActivationLayout.AUTO.resolve(network, Precision.FP32, true)).isEqualTo(train32);
        assertThat(ActivationLayout.AUTO.resolve(network, Precision.BF16, true)).isEqualTo(train16);
        assertThat(ActivationLayout.AUTO.resolve(network, Precision.FP32, false))
                .isEqualTo(evaluate32);
        assertThat(ActivationLayout.AUTO.resolve(network, Precision.BF16, false))
                .isEqualTo(evaluate16);
        assertThat(ActivationLayout.BLOCKED.resolve(network, Precision.FP32, true))
                .isEqualTo(ActivationLayout.BLOCKED);
    }
}
