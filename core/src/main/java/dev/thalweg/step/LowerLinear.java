package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.Flatten;
import dev.thalweg.nn.Linear;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.Shape;

/// Linear layers. A flatten before one costs nothing: the weights are read as a kernel that covers
/// the whole picture.
final class LowerLinear {
    private LowerLinear() {}

    static void lower(PlanBuilder b, Network.Node node, Linear layer) {
        var before = b.input(node, 0);
        // A flatten that was left to us has no value of its own.
        boolean flattened = before.layer() instanceof Flatten && !b.has(before);
        var in = flattened ? b.input(before, 0) : before;
        Shape shape = in.shape();
        var activation = Fusion.activationAfter(b, node);
        var last = activation == null ? node : activation;
        var function = activation == null ? null : Fusion.eltwise((Activation) activation.layer());
        var attributes = b.scope.attributes();
        if (function != null) attributes.then(function);

        var source = b.convert(b.value(in), b.activation(b.type, shape), b.type, node);
        var target = b.activationOf(last);
        var flat = matrix(b, b.typeOf(last), layer.features());
        var bias =
                layer.bias() ? b.vector(b.model.parameters(), node.parameters().get(1)) : null;
        var any = weight(b, layer, shape, b.type, Order.ANY);
        var canonical = weight(b, layer, shape, DataType.F32, Order.CHANNELS_FIRST);
        var forward = b.scope.linear(source.desc(), any, bias == null ? null : bias.desc(), flat, attributes);
        var weight = node.parameters().getFirst();
        var master = b.external(canonical, b.model.parameters().slice(weight).segment());
        var weights = b.weights(master, forward.desc(Query.WEIGHTS), b.type, node);
        double flops = 2.0 * b.batch * layer.features() * shape.size();
        b.kernel("linear", node, forward)
                .with(Argument.SOURCE, source)
                .with(Argument.WEIGHTS, weights)
                .with(Argument.BIAS, bias)
                .with(Argument.TARGET, b.as(target, flat))
                .flops(flops);
        b.set(node, target);
        b.set(last, target);
        b.onBackward(last, () -> {
            var gradient = b.gradient(last, b.typeOf(last));
            if (function != null) gradient = LowerElementwise.backward(b, last, function, gradient, target);
            var diff = matrix(b, b.type, layer.features());
            var diffTarget = b.as(b.convert(gradient, b.activation(b.type, node.shape()), b.type, node), diff);
            boolean biasTrained = layer.bias() && b.isTrained(node.parameters().get(1));
            if (b.isTrained(weight) || biasTrained) {
                var biasDesc = biasTrained ? b.scope.desc(DataType.F32, Order.VECTOR, layer.features()) : null;
                var byWeights = b.scope.linearBackwardWeights(
                        source.desc(), weight(b, layer, shape, DataType.F32, Order.ANY), biasDesc, diff, forward);
                var chosen = byWeights.desc(Query.DIFF_WEIGHTS);
                var place = b.gradientOf(weight, canonical);
                var diffWeights = chosen.sameAs(canonical) ? place : b.allocate(chosen, DataType.F32);
                b.kernel("gradient by weights", node, byWeights)
                        .with(Argument.SOURCE, source)
                        .with(Argument.DIFF_TARGET, diffTarget)
                        .with(Argument.DIFF_WEIGHTS, diffWeights)
                        .with(
                                Argument.DIFF_BIAS,
                                biasDesc == null
                                        ? null
                                        : b.gradientOf(node.parameters().get(1), biasDesc))
                        .flops(flops);
                if (diffWeights != place && b.isTrained(weight))
                    b.kernel("weights out", node, b.scope.reorder(chosen, canonical))
                            .with(Argument.SOURCE, diffWeights)
                            .with(Argument.TARGET, place);
            }
            if (b.needsGradient(in)) {
                var diffSource = b.allocate(source.desc(), b.type);
                var byInput = b.scope.linearBackwardData(diffSource.desc(), any, diff, forward);
                var wanted = byInput.desc(Query.WEIGHTS);
                var turned = weights.desc().sameAs(wanted) ? weights : b.weights(master, wanted, b.type, node);
                b.kernel("gradient by input", node, byInput)
                        .with(Argument.DIFF_TARGET, diffTarget)
                        .with(Argument.WEIGHTS, turned)
                        .with(Argument.DIFF_SOURCE, diffSource)
                        .flops(flops);
                b.contribute(in, diffSource);
            }
        });
    }

    private static Desc matrix(PlanBuilder b, DataType type, int features) {
        return b.scope.desc(type, Order.MATRIX, b.batch, features);
    }

    private static Desc weight(PlanBuilder b, Linear layer, Shape shape, DataType type, Order order) {
        return b.scope.desc(type, order, layer.features(), shape.channels(), shape.height(), shape.width());
    }
}
