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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A convolution's gradient by its weights, in one of three ways: the library's kernel for all
/// threads; its kernel for one thread on parts of the batch; products of matrices.
final class LowerWeightGradient {
    /// Bytes of partial sums up to which every part of the batch has one of its own.
    private static final long PARTIAL_SUMS = 4 << 20;

    static void lower(PlanBuilder b, Network.Node node, Convolution layer, Value source, Value diffTarget) {
        boolean bias = layer.bias() && b.isTrained(node.parameters().get(1));
        if (!b.isTrained(node.parameters().getFirst()) && !bias) return;
        boolean apart = b.workers instanceof OpenMpWorkers && layer.groups() == 1;
        if (apart && !bias && WeightGradientProducts.serves(b, node, layer))
            WeightGradientProducts.lower(b, node, layer, source, diffTarget);
        else if (apart && b.batch % b.workers.count() == 0)
            new LowerWeightGradient(b, node, layer, bias).split(source, diffTarget);
        else new LowerWeightGradient(b, node, layer, bias).whole(source, diffTarget);
    }

    private final PlanBuilder b;
    private final Network.Node node;
    private final Convolution layer;
    private final Desc canonical;
    /// The bias's descriptor if it is trained, else null.
    private final @Nullable Desc bias;

    private LowerWeightGradient(PlanBuilder b, Network.Node node, Convolution layer, boolean bias) {
        this.b = b;
        this.node = node;
        this.layer = layer;
        canonical = LowerConvolution.weight(b, node, layer, DataType.F32, false);
        this.bias = bias ? b.scope.desc(DataType.F32, Order.VECTOR, layer.channels()) : null;
    }

    private Primitive primitive(int pictures) {
        var source = LowerConvolution.source(b, node, pictures);
        var target = b.activation(b.type, node.shape(), pictures);
        var geometry = LowerConvolution.window(layer);
        var hint = b.scope.convolution(
                source,
                LowerConvolution.weight(b, node, layer, b.type, true),
                null,
                target,
                geometry,
                b.scope.attributes());
        return b.scope.convolutionBackwardWeights(
                source, LowerConvolution.weight(b, node, layer, DataType.F32, true), bias, target, geometry, hint);
    }

    private Value place(int parameter, Desc desc) {
        return b.gradientOf(node.parameters().get(parameter), desc);
    }

    private void whole(Value source, Value diffTarget) {
        var primitive = primitive(b.batch);
        var chosen = primitive.desc(Query.DIFF_WEIGHTS);
        var place = place(0, canonical);
        var diffWeights = chosen.sameAs(canonical) ? place : b.allocate(chosen, DataType.F32);
        b.kernel("gradient by weights", node, primitive)
                .with(Argument.SOURCE, source)
                .with(Argument.DIFF_TARGET, diffTarget)
                .with(Argument.DIFF_WEIGHTS, diffWeights)
                .with(Argument.DIFF_BIAS, bias == null ? null : place(1, bias))
                .flops(LowerConvolution.flops(b, node, layer));
        if (diffWeights != place && b.isTrained(node.parameters().getFirst()))
            b.kernel("weights out", node, b.scope.reorder(chosen, canonical))
                    .with(Argument.SOURCE, diffWeights)
                    .with(Argument.TARGET, place);
    }

    /// The gradient by weights is a sum over the batch: each part of it has a sum of its own, and these
    /// are added, in order, on their way into the canonical layout.
    private void split(Value source, Value diffTarget) {
        int count = canonical.bytes() * b.parts <= PARTIAL_SUMS ? b.parts : b.workers.count();
        int pictures = b.batch / count;
        var primitive = b.forOneThread(() -> primitive(pictures));
        var chosen = primitive.desc(Query.DIFF_WEIGHTS);
        var operation = b.split("gradient by weights", node, count, List.of(primitive))
                .flops(LowerConvolution.flops(b, node, layer))
                .touching(List.of(source, diffTarget));
        var weights = new ArrayList<Value>();
        var biases = new ArrayList<Value>();
        for (int i = 0; i < count; i++) {
            var arguments = new HashMap<Integer, Value>();
            arguments.put(Argument.SOURCE.code(), b.part(source, primitive.desc(Query.SOURCE), i));
            arguments.put(Argument.DIFF_TARGET.code(), b.part(diffTarget, primitive.desc(Query.DIFF_TARGET), i));
            weights.add(b.allocate(chosen, DataType.F32));
            arguments.put(Argument.DIFF_WEIGHTS.code(), weights.getLast());
            if (bias != null) {
                biases.add(b.allocate(bias, DataType.F32));
                arguments.put(Argument.DIFF_BIAS.code(), biases.getLast());
            }
            operation.call(i, primitive, arguments);
        }
        operation.touching(weights).touching(biases);
        if (b.isTrained(node.parameters().getFirst())) add(weights, place(0, canonical));
        if (bias != null) add(biases, place(1, bias));
    }

    private void add(List<Value> parts, Value place) {
        var desc = parts.getFirst().desc();
        var setting = b.scope.reorder(desc, place.desc());
        var adding = b.scope.reorder(desc, place.desc(), b.scope.attributes().thenSum());
        for (var part : parts)
            b.kernel("weights out", node, part == parts.getFirst() ? setting : adding)
                    .with(Argument.SOURCE, part)
                    .with(Argument.TARGET, place);
    }
}
