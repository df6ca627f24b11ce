package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;

/// LeNet-5 (LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
/// recognition, Proceedings of the IEEE 86, 1998), as it is taught today: ReLU for the scaled tanh,
/// maximum pooling for the trained averages, every map of the second convolution connected to every
/// map of the first, a linear layer for the radial basis functions. 28×28 pictures are padded to the
/// paper's 32×32 by the first convolution.
///
/// For 1×28×28 and 10 classes 61,706 parameters (the paper's sparser form has 60,000).
final class LeNet5 {
    private LeNet5() {}

    static Network create(String name, Shape input, int classes) {
        return Network.build(
                name,
                input,
                x -> x.then("conv1", Layers.convolution(6, 5).padding(2))
                        .then(Layers.relu())
                        .then(Layers.maxPool(2))
                        .then("conv2", Layers.convolution(16, 5))
                        .then(Layers.relu())
                        .then(Layers.maxPool(2))
                        .then(Layers.flatten())
                        .then("fc1", Layers.linear(120))
                        .then(Layers.relu())
                        .then("fc2", Layers.linear(84))
                        .then(Layers.relu())
                        .then("fc3", Layers.linear(classes)));
    }
}
