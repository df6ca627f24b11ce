package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;

/// Two hidden layers of 512 rectified units, half of them dropped in training (Srivastava et al.,
/// JMLR 15, 2014). He initialisation. For 28×28 pictures and 10 classes 669,706 parameters.
final class Mlp {
    private static final int WIDTH = 512;
    private static final float DROPPED = 0.5f;

    private Mlp() {}

    static Network create(String name, Shape input, int classes) {
        return Network.build(
                name,
                input,
                x -> x.then(Layers.flatten())
                        .then("fc1", Layers.linear(WIDTH).init(Init.HE))
                        .then(Layers.relu())
                        .then(Layers.dropout(DROPPED))
                        .then("fc2", Layers.linear(WIDTH).init(Init.HE))
                        .then(Layers.relu())
                        .then(Layers.dropout(DROPPED))
                        .then("fc3", Layers.linear(classes)));
    }
}
