package dev.thalweg.nn;

/// Plain factory methods for layers with the field's defaults; refine with the records' own methods.
public final class Layers {
    private Layers() {}

    /// Stride 1, no padding, with bias, He initialisation.
    public static Convolution convolution(int channels, int kernel) {
        return new Convolution(
                channels, Extent.of(kernel), Extent.of(1), Padding.NONE, Extent.of(1), 1, true, Init.HE, false);
    }

    /// With bias, initialised uniformly in ±1/√fan-in, as PyTorch does.
    public static Linear linear(int features) {
        return new Linear(features, true, Init.FAN_IN);
    }

    /// ε = 1e-5, momentum 0.1, scale and shift learned, as PyTorch's.
    public static BatchNorm batchNorm() {
        return new BatchNorm(1e-5f, 0.1f, true, Init.ONES);
    }

    public static Activation relu() {
        return new Activation(Activation.Function.RELU);
    }

    public static Activation relu6() {
        return new Activation(Activation.Function.RELU6);
    }

    /// max(0, x) + slope · min(0, x).
    ///
    /// @param slope of the negative side, 0.01 in PyTorch
    public static Activation leakyRelu(float slope) {
        return new Activation(Activation.Function.LEAKY_RELU, slope);
    }

    public static Activation gelu() {
        return new Activation(Activation.Function.GELU);
    }

    public static Activation silu() {
        return new Activation(Activation.Function.SILU);
    }

    public static Activation hardSwish() {
        return new Activation(Activation.Function.HARD_SWISH);
    }

    public static Activation sigmoid() {
        return new Activation(Activation.Function.SIGMOID);
    }

    public static Activation tanh() {
        return new Activation(Activation.Function.TANH);
    }

    /// Windows side by side: the stride is the kernel's size.
    public static Pool maxPool(int kernel) {
        return new Pool(Pool.Kind.MAX, Extent.of(kernel), Extent.of(kernel), Padding.NONE, false);
    }

    /// Windows side by side: the stride is the kernel's size.
    public static Pool averagePool(int kernel) {
        return new Pool(Pool.Kind.AVERAGE, Extent.of(kernel), Extent.of(kernel), Padding.NONE, false);
    }

    public static GlobalAveragePool globalAveragePool() {
        return new GlobalAveragePool();
    }

    public static Flatten flatten() {
        return new Flatten();
    }

    /// Drops units in training only.
    ///
    /// @param p probability of dropping, in [0, 1)
    public static Dropout dropout(float p) {
        return new Dropout(p);
    }
}
