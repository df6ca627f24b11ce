package dev.thalweg.step;

import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.FlatVector;

/// Batch normalization, with the ReLU behind it where there is one. In evaluation it is usually
/// folded into the convolution before it and never comes here.
final class LowerBatchNorm {
    private LowerBatchNorm() {}

    static void lower(PlanBuilder b, Network.Node node, BatchNorm layer) {
        var relu = Fusion.reluAfter(b, node);
        var last = relu == null ? node : relu;
        boolean training = b.training();
        var type = b.typeOf(last);
        var source = b.source(node, 0, type);
        var target = b.allocate(source.desc(), type);
        int channels = node.shape().channels();
        var vector = b.scope.desc(DataType.F32, Order.VECTOR, channels);
        var scale =
                layer.scale() ? b.vector(b.model.parameters(), node.parameters().getFirst()) : null;
        var shift = b.vector(b.model.parameters(), node.parameters().getLast());
        var runningMean = node.statistics().get(0);
        var runningVariance = node.statistics().get(1);
        var mean = training ? b.allocate(vector, DataType.F32) : b.vector(b.model.statistics(), runningMean);
        var variance = training ? b.allocate(vector, DataType.F32) : b.vector(b.model.statistics(), runningVariance);
        var forward = b.scope.batchNorm(
                source.desc(), target.desc(), layer.epsilon(), !training, layer.scale(), relu != null);
        var workspace = training && relu != null && forward.bytes(Query.WORKSPACE) > 0
                ? b.allocate(forward.desc(Query.WORKSPACE), DataType.U8)
                : null;
        b.kernel("batch norm", node, forward)
                .with(Argument.SOURCE, source)
                .with(Argument.TARGET, target)
                .with(Argument.MEAN, mean)
                .with(Argument.VARIANCE, variance)
                .with(Argument.SCALE, scale)
                .with(Argument.SHIFT, shift)
                .with(Argument.WORKSPACE, workspace);
        b.set(node, target);
        b.set(last, target);
        if (!training) return;
        b.java("statistics", node, () -> runningUpdate(b, node, layer, mean, variance), mean, variance);
        b.onBackward(last, () -> {
            var diffTarget = b.gradient(last, type);
            var in = b.input(node, 0);
            var scaleParameter = layer.scale() ? node.parameters().getFirst() : null;
            var shiftParameter = node.parameters().getLast();
            var backward = b.scope.batchNormBackward(
                    source.desc(), source.desc(), source.desc(), layer.epsilon(), layer.scale(), relu != null, forward);
            var diffSource = b.inPlace(diffTarget);
            b.kernel("batch norm gradient", node, backward)
                    .with(Argument.SOURCE, source)
                    .with(Argument.DIFF_TARGET, diffTarget)
                    .with(Argument.MEAN, mean)
                    .with(Argument.VARIANCE, variance)
                    .with(Argument.SCALE, scale)
                    .with(Argument.SHIFT, shift)
                    .with(Argument.WORKSPACE, workspace)
                    .with(Argument.DIFF_SOURCE, diffSource)
                    .with(Argument.DIFF_SCALE, scaleParameter == null ? null : b.gradientOf(scaleParameter, vector))
                    .with(Argument.DIFF_SHIFT, b.gradientOf(shiftParameter, vector));
            b.contribute(in, diffSource);
        });
    }

    /// running ← (1 − m) · running + m · (mean, variance · n/(n − 1)).
    private static Runnable runningUpdate(
            PlanBuilder b, Network.Node node, BatchNorm layer, Value mean, Value variance) {
        var runningMean = b.model.statistics().slice(node.statistics().get(0));
        var runningVariance = b.model.statistics().slice(node.statistics().get(1));
        var batchMean = FlatVector.over(Operation.segment(mean));
        var batchVariance = FlatVector.over(Operation.segment(variance));
        long n = (long) b.batch * node.shape().height() * node.shape().width();
        float m = layer.momentum();
        float unbiased = n > 1 ? (float) ((double) n / (n - 1)) : 1;
        return () -> {
            for (long c = 0; c < runningMean.length(); c++) {
                runningMean.set(c, (1 - m) * runningMean.get(c) + m * batchMean.get(c));
                runningVariance.set(c, (1 - m) * runningVariance.get(c) + m * (batchVariance.get(c) * unbiased));
            }
        };
    }
}
