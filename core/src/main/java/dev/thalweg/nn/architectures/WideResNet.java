package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// Wide residual networks (Zagoruyko & Komodakis, BMVC 2016, arXiv:1605.07146): WRN-d-k has
/// d = 6n + 4 layers in three stages of n blocks, of 16k, 32k and 64k channels. Blocks normalise and
/// rectify before each 3×3 convolution (He et al., 2016, arXiv:1603.05027); where the shape changes
/// the shortcut is a 1×1 convolution of the rectified input. No dropout: the paper's form without.
/// He initialisation by fan-in, as in the authors' PyTorch version.
///
/// Names are those that most PyTorch versions share: `block1.layer.0.bn1`, `….conv1`,
/// `….convShortcut`, …, `bn1`, `fc`.
///
/// For 3×32×32 and 10 classes wrn-16-4 has 2,748,890 parameters and wrn-28-10 36,479,194: the
/// paper's 2.7 and 36.5 million.
///
/// @param depth d = 6n + 4
/// @param width k, times the channels of a plain residual network
record WideResNet(int depth, int width) {

    WideResNet {
        Require.that(
                depth >= 10 && depth % 6 == 4, "the depth of a wide ResNet must be 6n + 4 with n ≥ 1, got %s", depth);
        Require.that(width >= 1, "the width of a wide ResNet must be at least 1, got %s", width);
    }

    Network create(String name, Shape input, int classes) {
        int blocks = (depth - 4) / 6;
        return Network.build(name, input, in -> {
            Wire x = in.then("conv1", convolution(16, 3, 1));
            for (int stage = 1; stage <= 3; stage++)
                for (int i = 0; i < blocks; i++)
                    x = block(
                            x,
                            "block%d.layer.%d".formatted(stage, i),
                            (8 << stage) * width,
                            stage > 1 && i == 0 ? 2 : 1);
            return x.then("bn1", Layers.batchNorm())
                    .then(Layers.relu())
                    .then(Layers.globalAveragePool())
                    .then("fc", Layers.linear(classes).init(Init.HE));
        });
    }

    private static Wire block(Wire x, String name, int channels, int stride) {
        Wire rectified = x.then(name + ".bn1", Layers.batchNorm()).then(Layers.relu());
        Wire residual = rectified
                .then(name + ".conv1", convolution(channels, 3, stride))
                .then(name + ".bn2", Layers.batchNorm())
                .then(Layers.relu())
                .then(name + ".conv2", convolution(channels, 3, 1));
        Wire shortcut = stride == 1 && x.shape().channels() == channels
                ? x
                : rectified.then(name + ".convShortcut", convolution(channels, 1, stride));
        return residual.plus(shortcut);
    }

    private static Convolution convolution(int channels, int kernel, int stride) {
        return Layers.convolution(channels, kernel)
                .stride(stride)
                .padding(kernel / 2)
                .withoutBias();
    }
}
