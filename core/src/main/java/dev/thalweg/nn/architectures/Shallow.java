package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;

/// Networks for which second-order methods are at home: few parameters, and smooth.
final class Shallow {
    /// Of 7×7 pictures and 10 classes it leaves fewer than 2,000 parameters.
    private static final int HIDDEN = 32;

    private Shallow() {}

    /// Softmax regression: a linear layer and nothing else. The loss is convex. For 28×28 pictures and 10 classes 7,850
    /// parameters.
    static Network softmax(String name, Shape input, int classes) {
        return Network.build(name, input, x -> x.then(Layers.flatten()).then("fc", Layers.linear(classes)));
    }

    /// One hidden layer of 32 tanh units. For 28×28 pictures and 10 classes 25,450 parameters.
    static Network perceptron(String name, Shape input, int classes) {
        return Network.build(
                name,
                input,
                x -> x.then(Layers.flatten())
                        .then("fc1", Layers.linear(HIDDEN))
                        .then(Layers.tanh())
                        .then("fc2", Layers.linear(classes)));
    }
}
