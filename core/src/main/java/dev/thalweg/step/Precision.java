package dev.thalweg.step;

import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.Require;

/// The number format of activations and of the weights' working copies. Parameters, gradients,
/// statistics and class scores are float32 in every case.
public enum Precision {
    FP32,
    /// bfloat16: float32's range with 8 bits of precision (Kalamkar et al., 2019, arXiv:1905.12322).
    BF16,
    /// bf16 where the processor multiplies it in hardware and the network is large enough to gain.
    AUTO;

    /// Multiply-adds of an example below which conversions cost more than bf16 saves.
    private static final long WORTH_BF16 = 100_000;

    /// The precision that a network is compiled with.
    ///
    /// @throws IllegalArgumentException for [#BF16] on a processor without it
    public Precision resolve(Network network) {
        return switch (this) {
            case FP32 -> FP32;
            case BF16 -> {
                Require.that(
                        Runtime.multipliesBf16(),
                        "precision bf16 needs a processor with AVX512_BF16, this one has %s; use fp32 or auto",
                        Runtime.instructionSet());
                yield BF16;
            }
            case AUTO -> Runtime.multipliesBf16() && network.multiplyAdds() >= WORTH_BF16 ? BF16 : FP32;
        };
    }

    DataType type() {
        return this == BF16 ? DataType.BF16 : DataType.F32;
    }
}
