package dev.thalweg.bench.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import dev.thalweg.bench.Net;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The measured networks of DJL's blocks.
final class Nets {
    private static final int WHITENED = 24;

    private Nets() {}

    /// @param frozen the part that is not trained, the first of the network's blocks; null for none
    record Built(SequentialBlock network, @Nullable Block frozen) {}

    static Built of(Net net) {
        return switch (net) {
            case CIFARNET -> cifarnet(net);
            case RESNET20, RESNET18 -> new Built(resnet(net), null);
            case MLP -> new Built(mlp(net), null);
        };
    }

    private static Built cifarnet(Net net) {
        var whitening = convolution(WHITENED, 2, 1, 0);
        var network = new SequentialBlock().add(whitening).add(Activation.geluBlock());
        for (int width : net.widths())
            network.add(convolution(width, 3, 1, 1))
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                    .add(BatchNorm.builder().build())
                    .add(Activation.geluBlock())
                    .add(convolution(width, 3, 1, 1))
                    .add(BatchNorm.builder().build())
                    .add(Activation.geluBlock());
        network.add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(3, 3)))
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(net.classes()).optBias(false).build());
        return new Built(network, whitening);
    }

    private static SequentialBlock resnet(Net net) {
        int in = net.widths().getFirst();
        var network = new SequentialBlock();
        if (net == Net.RESNET18)
            network.add(convolution(in, 7, 2, 3))
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock())
                    .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
        else
            network.add(convolution(in, 3, 1, 1))
                    .add(BatchNorm.builder().build())
                    .add(Activation.reluBlock());
        for (int width : net.widths())
            for (int i = 0; i < net.blocks(); i++) {
                network.add(block(width, width != in));
                in = width;
            }
        return network.add(Pool.globalAvgPool2dBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(net.classes()).build());
    }

    private static Block block(int width, boolean grows) {
        int stride = grows ? 2 : 1;
        var residual = new SequentialBlock()
                .add(convolution(width, 3, stride, 1))
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(convolution(width, 3, 1, 1))
                .add(BatchNorm.builder().build());
        var shortcut = grows
                ? new SequentialBlock()
                        .add(convolution(width, 1, stride, 0))
                        .add(BatchNorm.builder().build())
                : Blocks.identityBlock();
        return new ParallelBlock(
                parts -> new NDList(Activation.relu(
                        parts.get(0).singletonOrThrow().add(parts.get(1).singletonOrThrow()))),
                List.of(residual, shortcut));
    }

    private static SequentialBlock mlp(Net net) {
        var network = new SequentialBlock();
        for (int width : net.widths())
            network.add(Linear.builder().setUnits(width).build())
                    .add(Activation.reluBlock())
                    .add(Dropout.builder().optRate(0.5f).build());
        return network.add(Linear.builder().setUnits(net.classes()).build());
    }

    private static Block convolution(int channels, int kernel, int stride, int padding) {
        return Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .setFilters(channels)
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(padding, padding))
                .optBias(false)
                .build();
    }
}
