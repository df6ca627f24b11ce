package dev.thalweg.step;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.Parameter;
import java.util.EnumMap;
import java.util.List;

/// A convolution's gradient by its weights, in one of three ways: the library's kernel for all
/// threads; its kernel for one thread on each worker's part of the batch; products of matrices.
final class LowerWeightGradient {
    private LowerWeightGradient() {}

    static void lower(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Desc sourceDesc,
            Value source,
            Value diffTarget,
            Primitive forward) {
        var weight = node.parameters().getFirst();
        boolean biasTrained = layer.bias() && b.isTrained(node.parameters().get(1));
        if (!b.isTrained(weight) && !biasTrained) return;
        boolean apart = b.workers instanceof OpenMpWorkers && layer.groups() == 1 && !layer.bias();
        if (apart && WeightGradientProducts.serves(b, node, layer))
            WeightGradientProducts.lower(b, node, layer, source, diffTarget);
        else if (apart && b.batch % b.workers.count() == 0 && !Boolean.getBoolean("thalweg.nosplit"))
            split(b, node, layer, source, diffTarget);
        else whole(b, node, layer, sourceDesc, source, diffTarget, forward, biasTrained);
    }

    private static void whole(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Desc sourceDesc,
            Value source,
            Value diffTarget,
            Primitive forward,
            boolean biasTrained) {
        var weight = node.parameters().getFirst();
        var biasDesc = biasTrained ? b.scope.desc(DataType.F32, Order.VECTOR, layer.channels()) : null;
        var primitive = b.scope.convolutionBackwardWeights(
                sourceDesc,
                LowerConvolution.weight(b, node, layer, DataType.F32, true),
                biasDesc,
                diffTarget.desc(),
                LowerConvolution.window(layer),
                forward);
        var canonical = LowerConvolution.weight(b, node, layer, DataType.F32, false);
        var chosen = primitive.desc(Query.DIFF_WEIGHTS);
        var place = b.gradientOf(weight, canonical);
        var diffWeights = chosen.sameAs(canonical) ? place : b.allocate(chosen, DataType.F32);
        var converted = b.convert(source, primitive.desc(Query.SOURCE), b.type, node);
        b.kernel("gradient by weights", node, primitive)
                .with(Argument.SOURCE, converted)
                .with(Argument.DIFF_TARGET, diffTarget)
                .with(Argument.DIFF_WEIGHTS, diffWeights)
                .with(
                        Argument.DIFF_BIAS,
                        biasDesc == null ? null : b.gradientOf(node.parameters().get(1), biasDesc))
                .flops(LowerConvolution.flops(b, node, layer));
        if (diffWeights != place && b.isTrained(weight))
            b.kernel("weights out", node, b.scope.reorder(chosen, canonical))
                    .with(Argument.SOURCE, diffWeights)
                    .with(Argument.TARGET, place);
    }

    /// The gradient by weights is a sum over the batch: each worker sums over its part, and the parts
    /// are added on their way into the canonical order.
    private static void split(PlanBuilder b, Network.Node node, Convolution layer, Value source, Value diffTarget) {
        Parameter weight = node.parameters().getFirst();
        int count = b.workers.count();
        long batch = b.batch / count;
        var in = b.input(node, 0).shape();
        var out = node.shape();
        var targetOrder = b.order(out);
        // Pictures from outside have too few channels for blocks; kernels with a blocked target want planes then.
        var sourceOrder =
                targetOrder == Order.BLOCKED && b.order(in) != Order.BLOCKED ? Order.CHANNELS_FIRST : b.order(in);
        var partSource = b.scope.desc(b.type, sourceOrder, batch, in.channels(), in.height(), in.width());
        var partTarget = b.scope.desc(b.type, targetOrder, batch, out.channels(), out.height(), out.width());
        var whole = b.convert(
                source,
                b.scope.desc(b.type, sourceOrder, b.batch, in.channels(), in.height(), in.width()),
                b.type,
                node);
        var geometry = LowerConvolution.window(layer);
        OpenMpWorkers.useThreads(1);
        var hint = b.scope.convolution(
                partSource,
                LowerConvolution.weight(b, node, layer, b.type, true),
                null,
                partTarget,
                geometry,
                b.scope.attributes());
        var primitive = b.scope.convolutionBackwardWeights(
                partSource,
                LowerConvolution.weight(b, node, layer, DataType.F32, true),
                null,
                partTarget,
                geometry,
                hint);
        OpenMpWorkers.useThreads(count);
        var chosen = primitive.desc(Query.DIFF_WEIGHTS);
        var parts = b.allocateEach(chosen, DataType.F32);
        var sources = b.divided(whole, partSource);
        var targets = b.divided(diffTarget, partTarget);
        var operation = b.split("gradient by weights", node)
                .flops(LowerConvolution.flops(b, node, layer))
                .touching(sources)
                .touching(targets)
                .touching(parts);
        for (int w = 0; w < count; w++) {
            var arguments = new EnumMap<Argument, Value>(Argument.class);
            arguments.put(Argument.SOURCE, sources.get(w));
            arguments.put(Argument.DIFF_TARGET, targets.get(w));
            arguments.put(Argument.DIFF_WEIGHTS, parts.get(w));
            if (primitive.bytes(Query.SCRATCHPAD) > 0) {
                var scratchpad = b.allocate(primitive.desc(Query.SCRATCHPAD), DataType.U8);
                operation.touching(List.of(scratchpad));
                arguments.put(Argument.SCRATCHPAD, scratchpad);
            }
            operation.call(w, primitive, arguments);
        }
        var canonical = LowerConvolution.weight(b, node, layer, DataType.F32, false);
        var place = b.gradientOf(weight, canonical);
        for (int w = 0; w < count; w++) {
            var attributes = b.scope.attributes();
            if (w > 0) attributes.thenSum();
            b.kernel("weights out", node, b.scope.reorder(chosen, canonical, attributes))
                    .with(Argument.SOURCE, parts.get(w))
                    .with(Argument.TARGET, place);
        }
    }
}
