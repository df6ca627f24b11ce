package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Normal;
import dev.thalweg.nn.Pool;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;

/// SqueezeNet 1.1 (Iandola et al., 2016, arXiv:1602.07360, in the authors' later and cheaper
/// version), named and built as in torchvision (`features.3.squeeze`, …, `classifier.1`): no
/// normalization, pools that round up, He initialisation (uniform), the final 1×1 convolution from
/// N(0, 0.01²) behind a dropout of 0.5, and the mean of its rectified maps as scores.
///
/// For 3×224×224 and 1000 classes 1,235,496 parameters. The smallest picture has 17 pixels.
final class SqueezeNet {
    private SqueezeNet() {}

    static Network create(String name, Shape input, int classes) {
        return Network.build(name, input, in -> {
            Wire x = in.then("features.0", convolution(64, 3).stride(2))
                    .then(Layers.relu())
                    .then(pool());
            x = fire(x, "features.3", 16, 64);
            x = fire(x, "features.4", 16, 64).then(pool());
            x = fire(x, "features.6", 32, 128);
            x = fire(x, "features.7", 32, 128).then(pool());
            x = fire(x, "features.9", 48, 192);
            x = fire(x, "features.10", 48, 192);
            x = fire(x, "features.11", 64, 256);
            x = fire(x, "features.12", 64, 256);
            return x.then(Layers.dropout(0.5f))
                    .then("classifier.1", convolution(classes, 1).init(new Normal(0.01)))
                    .then(Layers.relu())
                    .then(Layers.globalAveragePool());
        });
    }

    /// Few channels, from which as many are made by 1×1 as by 3×3 convolutions.
    private static Wire fire(Wire x, String name, int squeezed, int expanded) {
        Wire few = x.then(name + ".squeeze", convolution(squeezed, 1)).then(Layers.relu());
        Wire points = few.then(name + ".expand1x1", convolution(expanded, 1)).then(Layers.relu());
        Wire fields = few.then(name + ".expand3x3", convolution(expanded, 3).padding(1))
                .then(Layers.relu());
        return points.beside(fields);
    }

    private static Convolution convolution(int channels, int kernel) {
        return Layers.convolution(channels, kernel).init(Init.HE_UNIFORM);
    }

    private static Pool pool() {
        return Layers.maxPool(3).stride(2).ceiling();
    }
}
