package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Linear;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Normal;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// VGG (Simonyan & Zisserman, 2014, arXiv:1409.1556, configurations A and D) with a batch
/// normalization behind each convolution, named and built as in torchvision (`features.0`, …,
/// `classifier.6`): He initialisation by fan-out, linear layers from N(0, 0.01²), half of the hidden
/// units dropped.
///
/// For 3×224×224 and 1000 classes vgg11-bn has 132,868,840 parameters and vgg16-bn 138,365,992.
///
/// The classifier flattens what the five pools leave of the picture, at 224 pixels 7×7, at 32 pixels
/// 1×1 (vgg16-bn then has 33,646,666 parameters for 10 classes). Torchvision resizes other sizes to
/// 7×7 by adaptive pooling, so its weights fit here at 224 to 255 pixels only.
///
/// @param widths of the convolutions in each of the five stages
record Vgg(List<List<Integer>> widths) {
    private static final int HIDDEN = 4096;

    static final Vgg VGG11 =
            new Vgg(List.of(List.of(64), List.of(128), List.of(256, 256), List.of(512, 512), List.of(512, 512)));
    static final Vgg VGG16 = new Vgg(List.of(
            List.of(64, 64),
            List.of(128, 128),
            List.of(256, 256, 256),
            List.of(512, 512, 512),
            List.of(512, 512, 512)));

    Network create(String name, Shape input, int classes) {
        return Network.build(name, input, in -> {
            Wire x = in;
            int index = 0; // torchvision counts convolutions, normalizations, ReLUs and pools alike
            for (var stage : widths) {
                for (int width : stage) {
                    x = x.then(
                                    "features." + index,
                                    Layers.convolution(width, 3).padding(1).init(Init.HE_FAN_OUT))
                            .then("features." + (index + 1), Layers.batchNorm())
                            .then(Layers.relu());
                    index += 3;
                }
                x = x.then(Layers.maxPool(2));
                index++;
            }
            return x.then(Layers.flatten())
                    .then("classifier.0", linear(HIDDEN))
                    .then(Layers.relu())
                    .then(Layers.dropout(0.5f))
                    .then("classifier.3", linear(HIDDEN))
                    .then(Layers.relu())
                    .then(Layers.dropout(0.5f))
                    .then("classifier.6", linear(classes));
        });
    }

    private static Linear linear(int features) {
        return Layers.linear(features).init(new Normal(0.01));
    }
}
