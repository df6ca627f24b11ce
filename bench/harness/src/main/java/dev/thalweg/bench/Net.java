package dev.thalweg.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The networks that are measured, as facts that every library must agree on. Multiply-adds count
/// products with weights only.
@SuppressWarnings("ImmutableEnumChecker") // the lists never change
public enum Net {
    /// The network of airbench94 (arXiv:2404.00498): 2×2 whitening convolution, frozen, and six 3×3
    /// convolutions with GELU. Affine batch norm and no bias in the whitening, as the peers had it.
    CIFARNET(500, List.of(3, 32, 32), 10, 1_972_768, 118_147_360, 2 * 276_768 + 13_284_864),

    /// The residual network for CIFAR-10 (arXiv:1512.03385), with 1×1 convolutions as shortcuts.
    RESNET20(128, List.of(3, 32, 32), 10, 272_474, 40_813_184, 442_368),

    /// The residual network for ImageNet (arXiv:1512.03385), as in torchvision.
    RESNET18(32, List.of(3, 224, 224), 1000, 11_689_512, 1_814_073_344, 118_013_952),

    /// 784-512-512-10 with ReLU, and dropout of one half after each hidden layer.
    MLP(128, List.of(784), 10, 669_706, 668_672, 401_408);

    private final int batch;
    private final List<Integer> input;
    private final int classes;
    private final long parameters;
    private final long forward;
    private final long spared;

    /// @param spared multiply-adds of the way back that need no computing: input gradients of the
    ///     first layers, weight gradients of frozen ones
    Net(int batch, List<Integer> input, int classes, long parameters, long forward, long spared) {
        this.batch = batch;
        this.input = input;
        this.classes = classes;
        this.parameters = parameters;
        this.forward = forward;
        this.spared = spared;
    }

    /// Examples a step, where nothing else is asked for.
    public int batch() {
        return batch;
    }

    /// (channels, height, width) or (features).
    public List<Integer> input() {
        return input;
    }

    public int classes() {
        return classes;
    }

    /// Trained and frozen parameters, statistics not among them.
    public long parameters() {
        return parameters;
    }

    /// Multiply-adds of one example, forward.
    public long forwardMultiplyAdds() {
        return forward;
    }

    /// Multiply-adds of one example, forward and back: each product comes back twice, once for the
    /// gradient of its input and once for that of its weights, save those not needed.
    public long trainingMultiplyAdds() {
        return 3 * forward - spared;
    }

    /// Label smoothing of the loss.
    public float smoothing() {
        return this == CIFARNET ? 0.2f : 0;
    }

    /// Momentum of stochastic gradient descent; the multilayer perceptron is trained by Adam instead.
    public double momentum() {
        return this == CIFARNET ? 0.85 : 0.9;
    }

    /// Whether momentum is Nesterov's.
    public boolean nesterov() {
        return this == CIFARNET;
    }

    public boolean trainedByAdam() {
        return this == MLP;
    }

    /// Output channels of each stage of a residual network.
    public List<Integer> widths() {
        return switch (this) {
            case CIFARNET -> List.of(64, 256, 256);
            case RESNET20 -> List.of(16, 32, 64);
            case RESNET18 -> List.of(64, 128, 256, 512);
            case MLP -> List.of(512, 512);
        };
    }

    /// Blocks in each stage of a residual network.
    public int blocks() {
        return this == RESNET20 ? 3 : 2;
    }

    /// The network called `name`.
    public static Net named(String name) {
        return Arrays.stream(values())
                .filter(net -> net.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no network is called '%s'; there are %s".formatted(name, Arrays.toString(values()))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
