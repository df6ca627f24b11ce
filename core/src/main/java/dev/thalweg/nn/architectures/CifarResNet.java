package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Subsample;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// The residual networks for CIFAR-10 (He et al., Deep residual learning for image recognition,
/// 2015, arXiv:1512.03385, section 4.2): 6n + 2 layers in three stages of n blocks, of 16, 32 and 64
/// channels, with parameter-free shortcuts (option A: every second pixel, padded with channels of
/// zeros, half before and half after).
///
/// Names are those of the implementation that published weights for them
/// (akamaster/pytorch_resnet_cifar10): `conv1`, `bn1`, `layer1.0.conv1`, …, `linear`.
///
/// For 3×32×32 and 10 classes resnet20 has 269,722 parameters, resnet32 464,154, resnet44 658,586,
/// resnet56 853,018 and resnet110 1,727,962: the paper's 0.27, 0.46, 0.66, 0.85 and 1.7 million.
///
/// @param blocks n, in each stage
record CifarResNet(int blocks) {

    static CifarResNet ofDepth(int depth) {
        Require.that(
                depth >= 8 && depth % 6 == 2, "the depth of a CIFAR ResNet must be 6n + 2 with n ≥ 1, got %s", depth);
        return new CifarResNet(depth / 6);
    }

    Network create(String name, Shape input, int classes) {
        return Network.build(name, input, in -> {
            Wire x = in.then("conv1", convolution(16, 1))
                    .then("bn1", Layers.batchNorm())
                    .then(Layers.relu());
            for (int stage = 1; stage <= 3; stage++)
                for (int i = 0; i < blocks; i++)
                    x = block(x, "layer%d.%d".formatted(stage, i), 8 << stage, stage > 1 && i == 0 ? 2 : 1);
            return x.then(Layers.globalAveragePool())
                    .then("linear", Layers.linear(classes).init(Init.HE));
        });
    }

    private static Wire block(Wire x, String name, int width, int stride) {
        Wire residual = x.then(name + ".conv1", convolution(width, stride))
                .then(name + ".bn1", Layers.batchNorm())
                .then(Layers.relu())
                .then(name + ".conv2", convolution(width, 1))
                .then(name + ".bn2", Layers.batchNorm());
        int added = width - x.shape().channels();
        Wire shortcut = stride == 1 ? x : x.then(name + ".shortcut", new Subsample(stride, added / 2, added / 2));
        return residual.plus(shortcut).then(Layers.relu());
    }

    private static Convolution convolution(int width, int stride) {
        return Layers.convolution(width, 3).padding(1).stride(stride).withoutBias();
    }
}
