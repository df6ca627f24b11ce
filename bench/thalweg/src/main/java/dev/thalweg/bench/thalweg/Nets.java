package dev.thalweg.bench.thalweg;

import dev.thalweg.bench.Net;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Extent;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Padding;
import dev.thalweg.nn.Pool;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;

/// The measured networks, layer for layer what the peers run. They differ in trifles from the
/// architectures of the same names (batch norm's scale, the whitening's bias, the shortcuts).
final class Nets {
    private static final int WHITENED = 24;

    private Nets() {}

    static Network of(Net net) {
        var input = new Shape(net.input());
        var network = Network.build(net.toString(), input, in -> switch (net) {
            case CIFARNET -> cifarnet(in, net);
            case RESNET20, RESNET18 -> resnet(in, net);
            case MLP -> mlp(in, net);
        });
        if (network.multiplyAdds() != net.forwardMultiplyAdds())
            throw new IllegalStateException("%s has %,d multiply-adds, expected %,d"
                    .formatted(net, network.multiplyAdds(), net.forwardMultiplyAdds()));
        return network;
    }

    private static Wire cifarnet(Wire in, Net net) {
        Wire x = in.then("whiten", Layers.convolution(WHITENED, 2).withoutBias().freeze())
                .then(Layers.gelu());
        for (int width : net.widths())
            x = x.then(convolution(width, 3, 1))
                    .then(Layers.maxPool(2))
                    .then(Layers.batchNorm())
                    .then(Layers.gelu())
                    .then(convolution(width, 3, 1))
                    .then(Layers.batchNorm())
                    .then(Layers.gelu());
        return x.then(Layers.maxPool(3))
                .then(Layers.flatten())
                .then(Layers.linear(net.classes()).withoutBias());
    }

    private static Wire resnet(Wire in, Net net) {
        Wire x = net == Net.RESNET18
                ? in.then(convolution(64, 7, 2))
                        .then(Layers.batchNorm())
                        .then(Layers.relu())
                        .then(new Pool(Pool.Kind.MAX, Extent.of(3), Extent.of(2), Padding.of(1), false))
                : in.then(convolution(16, 3, 1)).then(Layers.batchNorm()).then(Layers.relu());
        for (int width : net.widths())
            for (int i = 0; i < net.blocks(); i++)
                x = block(x, width, i == 0 && width > net.widths().getFirst() ? 2 : 1);
        return x.then(Layers.globalAveragePool()).then(Layers.linear(net.classes()));
    }

    private static Wire block(Wire x, int width, int stride) {
        Wire residual = x.then(convolution(width, 3, stride))
                .then(Layers.batchNorm())
                .then(Layers.relu())
                .then(convolution(width, 3, 1))
                .then(Layers.batchNorm());
        Wire shortcut = stride == 1 ? x : x.then(convolution(width, 1, stride)).then(Layers.batchNorm());
        return residual.plus(shortcut).then(Layers.relu());
    }

    private static Wire mlp(Wire in, Net net) {
        Wire x = in;
        for (int width : net.widths())
            x = x.then(Layers.linear(width)).then(Layers.relu()).then(Layers.dropout(0.5f));
        return x.then(Layers.linear(net.classes()));
    }

    /// Padded so that stride 1 keeps the size.
    private static Convolution convolution(int channels, int kernel, int stride) {
        return Layers.convolution(channels, kernel)
                .stride(stride)
                .padding(kernel / 2)
                .withoutBias();
    }
}
