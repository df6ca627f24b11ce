package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Normal;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381, table 2), width 1, named and built as in
/// torchvision (`features.0.0`, `features.1.conv.0.0`, …, `classifier.1`): He initialisation by
/// fan-out, the linear layer from N(0, 0.01²) behind a dropout of 0.2, batch norm with momentum 0.1
/// and ε = 1e-5.
///
/// For 3×224×224 and 1000 classes 3,504,872 parameters. Five strides of 2 leave 1/32 of the height
/// and width: of a 32-pixel picture a single pixel.
final class MobileNetV2 {
    private static final int LAST = 1280;

    /// @param expansion t, times the channels inside the block
    /// @param stride of the stage's first block
    private record Stage(int expansion, int channels, int blocks, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private MobileNetV2() {}

    static Network create(String name, Shape input, int classes) {
        return Network.build(name, input, in -> {
            Wire x = activated(in, "features.0", convolution(32, 3).stride(2));
            int index = 1;
            for (var stage : STAGES)
                for (int i = 0; i < stage.blocks(); i++)
                    x = block(x, "features." + index++, stage, i == 0 ? stage.stride() : 1);
            return activated(x, "features." + index, convolution(LAST, 1))
                    .then(Layers.globalAveragePool())
                    .then(Layers.dropout(0.2f))
                    .then("classifier.1", Layers.linear(classes).init(new Normal(0.01)));
        });
    }

    /// An inverted residual: widened, filtered channel by channel, and narrowed without a
    /// nonlinearity.
    private static Wire block(Wire x, String name, Stage stage, int stride) {
        int in = x.shape().channels();
        int wide = in * stage.expansion();
        int index = 0;
        Wire y = x;
        if (stage.expansion() > 1) y = activated(y, name + ".conv." + index++, convolution(wide, 1));
        y = activated(
                y,
                name + ".conv." + index++,
                convolution(wide, 3).stride(stride).groups(wide));
        y = y.then(name + ".conv." + index++, convolution(stage.channels(), 1))
                .then(name + ".conv." + index, Layers.batchNorm());
        return stride == 1 && in == stage.channels() ? y.plus(x) : y;
    }

    private static Wire activated(Wire x, String name, Convolution convolution) {
        return x.then(name + ".0", convolution)
                .then(name + ".1", Layers.batchNorm())
                .then(Layers.relu6());
    }

    private static Convolution convolution(int channels, int kernel) {
        return Layers.convolution(channels, kernel)
                .padding(kernel / 2)
                .withoutBias()
                .init(Init.HE_FAN_OUT);
    }
}
