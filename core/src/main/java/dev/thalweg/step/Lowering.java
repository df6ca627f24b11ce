package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.Add;
import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.ChannelScale;
import dev.thalweg.nn.Concatenate;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.CustomLayer;
import dev.thalweg.nn.Dropout;
import dev.thalweg.nn.Flatten;
import dev.thalweg.nn.GlobalAveragePool;
import dev.thalweg.nn.Input;
import dev.thalweg.nn.Linear;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Pool;
import dev.thalweg.nn.Scale;
import dev.thalweg.nn.Subsample;
import dev.thalweg.step.onednn.DataType;

/// Turns each layer into operations, in the network's order. A layer that was fused into one before
/// it has its value already and is passed over.
final class Lowering {
    private Lowering() {}

    static void lower(PlanBuilder b) {
        for (var node : b.network.nodes()) if (!b.has(node)) lower(b, node);
    }

    private static void lower(PlanBuilder b, Network.Node node) {
        switch (node.layer()) {
            case Input ignored -> {
                var value = b.allocate(b.channelsLast(DataType.F32, node.shape()), DataType.F32);
                value.buffer().kept = true;
                b.set(node, value);
            }
            case Convolution layer -> LowerConvolution.lower(b, node, layer);
            case Linear layer -> LowerLinear.lower(b, node, layer);
            case BatchNorm layer -> LowerBatchNorm.lower(b, node, layer);
            case Activation layer -> LowerElementwise.activation(b, node, layer);
            case Scale layer -> LowerElementwise.scale(b, node, layer);
            case Add ignored -> LowerElementwise.add(b, node);
            case ChannelScale ignored -> LowerElementwise.channelScale(b, node);
            case Pool layer -> LowerPool.pool(b, node, layer);
            case GlobalAveragePool ignored -> LowerPool.global(b, node);
            case Concatenate ignored -> LowerShape.concatenate(b, node);
            case Flatten ignored -> LowerShape.flatten(b, node);
            case Subsample layer -> LowerShape.subsample(b, node, layer);
            case Dropout layer -> LowerDropout.lower(b, node, layer);
            case CustomLayer layer -> LowerCustom.lower(b, node, layer);
        }
    }
}
