package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// The residual networks for ImageNet (He et al., Deep residual learning for image recognition,
/// 2015, arXiv:1512.03385, table 1), named and built as in torchvision: projection shortcuts
/// (option B), a bottleneck's stride in its 3×3 convolution, He initialisation by fan-out.
///
/// For 3×224×224 and 1000 classes resnet18 has 11,689,512 parameters, resnet34 21,797,672 and
/// resnet50 25,557,032.
///
/// The literature's stem (7×7 with stride 2, then a 3×3 maximum pool with stride 2) is kept for any
/// input: a 64-pixel picture leaves 2×2 pixels at the end, a 32-pixel one a single pixel. For
/// pictures that small `resnet18-cifar` has a 3×3 stem without stride or pool; for 10 classes it has
/// 11,173,962 parameters, as in the customary CIFAR versions of ResNet-18.
///
/// @param blocks in each of the four stages
/// @param bottleneck blocks of 1×1, 3×3 and 1×1 convolutions, four times as wide at the end, instead
///     of two 3×3 ones
/// @param smallStem for small pictures
record ResNet(List<Integer> blocks, boolean bottleneck, boolean smallStem) {
    static final ResNet RESNET18 = new ResNet(List.of(2, 2, 2, 2), false, false);
    static final ResNet RESNET18_CIFAR = new ResNet(List.of(2, 2, 2, 2), false, true);
    static final ResNet RESNET34 = new ResNet(List.of(3, 4, 6, 3), false, false);
    static final ResNet RESNET50 = new ResNet(List.of(3, 4, 6, 3), true, false);

    Network create(String name, Shape input, int classes) {
        return Network.build(name, input, in -> {
            Wire x = stem(in);
            for (int stage = 0; stage < blocks.size(); stage++) {
                for (int i = 0; i < blocks.get(stage); i++) {
                    String block = "layer%d.%d".formatted(stage + 1, i);
                    x = block(x, block, 64 << stage, stage > 0 && i == 0 ? 2 : 1);
                }
            }
            return x.then(Layers.globalAveragePool()).then("fc", Layers.linear(classes));
        });
    }

    private Wire stem(Wire x) {
        Wire stem = x.then("conv1", smallStem ? convolution(64, 3, 1) : convolution(64, 7, 2))
                .then("bn1", Layers.batchNorm())
                .then(Layers.relu());
        return smallStem ? stem : stem.then(Layers.maxPool(3).stride(2).padding(1));
    }

    private Wire block(Wire x, String name, int width, int stride) {
        Wire residual = bottleneck ? narrowed(x, name, width, stride) : basic(x, name, width, stride);
        int channels = residual.shape().channels();
        Wire shortcut = stride == 1 && x.shape().channels() == channels
                ? x
                : x.then(name + ".downsample.0", convolution(channels, 1, stride))
                        .then(name + ".downsample.1", Layers.batchNorm());
        return residual.plus(shortcut).then(Layers.relu());
    }

    private static Wire basic(Wire x, String name, int width, int stride) {
        return x.then(name + ".conv1", convolution(width, 3, stride))
                .then(name + ".bn1", Layers.batchNorm())
                .then(Layers.relu())
                .then(name + ".conv2", convolution(width, 3, 1))
                .then(name + ".bn2", Layers.batchNorm());
    }

    private static Wire narrowed(Wire x, String name, int width, int stride) {
        return x.then(name + ".conv1", convolution(width, 1, 1))
                .then(name + ".bn1", Layers.batchNorm())
                .then(Layers.relu())
                .then(name + ".conv2", convolution(width, 3, stride))
                .then(name + ".bn2", Layers.batchNorm())
                .then(Layers.relu())
                .then(name + ".conv3", convolution(4 * width, 1, 1))
                .then(name + ".bn3", Layers.batchNorm());
    }

    private static Convolution convolution(int width, int kernel, int stride) {
        return Layers.convolution(width, kernel)
                .stride(stride)
                .padding(kernel / 2)
                .withoutBias()
                .init(Init.HE_FAN_OUT);
    }
}
