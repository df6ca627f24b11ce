package dev.thalweg.nn.architectures;

import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Extent;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Padding;
import dev.thalweg.nn.Pool;
import dev.thalweg.nn.Scale;
import dev.thalweg.nn.Whitening;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// The network of airbench94 (Jordan, 94% on CIFAR-10 in 3.29 seconds on a single GPU, 2024,
/// arXiv:2404.00498): a frozen 2×2 whitening convolution with a trained bias, GELU, three groups of
/// two 3×3 convolutions, a maximum over the picture, a linear layer without bias, and scores
/// multiplied by 1/9.
///
///     group(w):  conv 3×3, w → max pool 2 → batch norm → GELU → conv 3×3, w → batch norm → GELU
///
/// Convolutions start as the identity in their first filters; normalization has no scale, keeps 0.6
/// of its running average, and has ε = 1e-12.
///
/// The last pool takes the maximum over all that remains, 3×3 of a 32×32 picture as of a 28×28 one,
/// so that any size from 9 pixels on works; from 24 on more than one value remains.
///
/// For 3×32×32 and 10 classes 1,971,640 parameters, 288 of them the frozen whitening filters.
final class CifarNet {
    private static final List<Integer> WIDTHS = List.of(64, 256, 256);
    private static final int WHITENED = 2;

    private CifarNet() {}

    static Network create(String name, Shape input, int classes) {
        Require.that(input.isSpatial(), "network %s expects pictures (channels, height, width), got %s", name, input);
        int filters = 2 * input.channels() * WHITENED * WHITENED;
        return Network.build(name, input, in -> {
            Wire x = in.then(
                            "whiten",
                            Layers.convolution(filters, WHITENED)
                                    .init(new Whitening(5e-4f))
                                    .freeze())
                    .then(Layers.gelu());
            for (int i = 0; i < WIDTHS.size(); i++) x = group(x, "group" + (i + 1), WIDTHS.get(i));
            return x.then(globalMaximum(x.shape()))
                    .then(Layers.flatten())
                    .then("head", Layers.linear(classes).withoutBias())
                    .then(new Scale(1 / 9f));
        });
    }

    private static Wire group(Wire x, String name, int width) {
        return x.then(name + ".conv1", convolution(width))
                .then(Layers.maxPool(2))
                .then(name + ".norm1", normalization())
                .then(Layers.gelu())
                .then(name + ".conv2", convolution(width))
                .then(name + ".norm2", normalization())
                .then(Layers.gelu());
    }

    private static Convolution convolution(int width) {
        return Layers.convolution(width, 3).padding(1).withoutBias().init(Init.DIRAC);
    }

    private static BatchNorm normalization() {
        return Layers.batchNorm().epsilon(1e-12f).momentum(0.4f).withoutScale();
    }

    private static Pool globalMaximum(Shape shape) {
        var all = new Extent(shape.height(), shape.width());
        return new Pool(Pool.Kind.MAX, all, all, Padding.NONE, false);
    }
}
