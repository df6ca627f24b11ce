package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.step.onednn.Window;
import dev.thalweg.tensor.FlatVector;
import org.jspecify.annotations.Nullable;

/// Convolutions: the kernels that nearly all time goes into.
final class LowerConvolution {
    private LowerConvolution() {}

    static void lower(PlanBuilder b, Network.Node node, Convolution layer) {
        if (b.training()) training(b, node, layer);
        else evaluation(b, node, layer);
    }

    static Window window(Convolution layer) {
        return new Window(
                layer.kernel().height(),
                layer.kernel().width(),
                layer.stride().height(),
                layer.stride().width(),
                layer.dilation().height(),
                layer.dilation().width(),
                layer.padding().top(),
                layer.padding().left(),
                layer.padding().bottom(),
                layer.padding().right());
    }

    /// A weight's descriptor in (group,) out, in, height, width; a grouped weight has the same
    /// memory as an ungrouped one.
    static Desc weight(PlanBuilder b, Network.Node node, Convolution layer, DataType type, boolean any) {
        long in = b.input(node, 0).shape().channels();
        int g = layer.groups();
        long kh = layer.kernel().height();
        long kw = layer.kernel().width();
        return g == 1
                ? b.scope.desc(type, any ? Order.ANY : Order.CHANNELS_FIRST, layer.channels(), in, kh, kw)
                : b.scope.desc(type, any ? Order.ANY : Order.GROUPED, g, layer.channels() / g, in / g, kh, kw);
    }

    /// The input's descriptor, of `pictures` of the batch. Pictures from outside have too few channels for
    /// blocks: kernels with a blocked target want planes then.
    static Desc source(PlanBuilder b, Network.Node node, int pictures) {
        var in = b.input(node, 0).shape();
        boolean planes = b.order(node.shape()) == Order.BLOCKED && b.order(in) != Order.BLOCKED;
        return planes
                ? b.scope.desc(b.type, Order.CHANNELS_FIRST, pictures, in.channels(), in.height(), in.width())
                : b.activation(b.type, in, pictures);
    }

    static double flops(PlanBuilder b, Network.Node node, Convolution layer) {
        return 2.0 * b.batch * layer.multiplyAdds(b.network.inputShapes(node));
    }

    private static void training(PlanBuilder b, Network.Node node, Convolution layer) {
        var activation = Fusion.activationAfter(b, node);
        var last = activation == null ? node : activation;
        var function = activation == null ? null : Fusion.eltwise((Activation) activation.layer());
        var attributes = b.scope.attributes();
        if (function != null) attributes.then(function);
        var bias =
                layer.bias() ? b.vector(b.model.parameters(), node.parameters().get(1)) : null;
        var target = b.activationOf(last);
        var geometry = window(layer);
        var weightAny = weight(b, node, layer, b.type, true);
        var forward = b.inParts(pictures -> b.scope.convolution(
                source(b, node, pictures),
                weightAny,
                bias == null ? null : bias.desc(),
                b.activation(b.typeOf(last), last.shape(), pictures),
                geometry,
                attributes));
        var source = b.convert(b.value(b.input(node, 0)), source(b, node, b.batch), b.type, node);
        var weight = node.parameters().getFirst();
        var master = b.external(
                weight(b, node, layer, DataType.F32, false),
                b.model.parameters().slice(weight).segment());
        var weights = b.weights(master, forward.desc(Query.WEIGHTS), b.type, node);
        b.batched("convolution", node, forward, flops(b, node, layer))
                .divided(Argument.SOURCE, Query.SOURCE, source)
                .common(Argument.WEIGHTS, weights)
                .common(Argument.BIAS, bias)
                .divided(Argument.TARGET, Query.TARGET, target);
        b.set(node, target);
        b.set(last, target);
        b.onBackward(last, () -> {
            var diffTarget = b.gradient(last, b.type);
            if (function != null) diffTarget = LowerElementwise.backward(b, last, function, diffTarget, target);
            LowerWeightGradient.lower(b, node, layer, source, diffTarget);
            gradientByInput(b, node, layer, geometry, weightAny, weights, master, diffTarget, forward);
        });
    }

    private static void gradientByInput(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Window geometry,
            Desc weightAny,
            Value weights,
            Value master,
            Value diffTarget,
            Primitive forward) {
        var in = b.input(node, 0);
        if (!b.needsGradient(in)) return;
        var diffSource = b.allocate(b.activation(b.type, in.shape()), b.type);
        var primitive = b.inParts(pictures -> b.scope.convolutionBackwardData(
                b.activation(b.type, in.shape(), pictures),
                weightAny,
                b.activation(b.type, node.shape(), pictures),
                geometry,
                forward));
        var chosen = primitive.desc(Query.WEIGHTS);
        var turned = weights.desc().sameAs(chosen) ? weights : b.weights(master, chosen, b.type, node);
        b.batched("gradient by input", node, primitive, flops(b, node, layer))
                .divided(Argument.DIFF_TARGET, Query.DIFF_TARGET, diffTarget)
                .common(Argument.WEIGHTS, turned)
                .divided(Argument.DIFF_SOURCE, Query.DIFF_SOURCE, diffSource);
        b.contribute(in, diffSource);
    }

    private static void evaluation(PlanBuilder b, Network.Node node, Convolution layer) {
        var chain = Fusion.chainAfter(b, node);
        var attributes = b.scope.attributes();
        var type = b.typeOf(chain.last());
        var add = chain.add();
        Value place = null;
        Value addend = null;
        Desc addendPart = null;
        int addendCode = 0;
        if (add != null) {
            var other = b.source(add, b.input(add, 0) == chain.addend() ? 0 : 1, type);
            // The kernels are faster where the sum takes the addend's place.
            if (b.isLastUse(other, add)) {
                place = other;
                attributes.thenSum();
            } else {
                addend = other;
                addendPart = b.activation(type, add.shape(), b.batch / b.parts);
                addendCode = Argument.postOperandCode(attributes.thenAdd(addendPart));
            }
        }
        if (chain.activation() != null)
            attributes.then(Fusion.eltwise((Activation) chain.activation().layer()));

        var weight = node.parameters().getFirst();
        var canonical = weight(b, node, layer, DataType.F32, false);
        Value master = b.external(canonical, b.model.parameters().slice(weight).segment());
        Value bias =
                layer.bias() ? b.vector(b.model.parameters(), node.parameters().get(1)) : null;
        var norm = chain.norm();
        if (norm != null) {
            var folded = b.allocate(canonical, DataType.F32);
            var shift = b.allocate(b.scope.desc(DataType.F32, Order.VECTOR, layer.channels()), DataType.F32);
            var plainBias = bias;
            b.preparing(() -> b.java("fold", node, () -> fold(b, node, norm, plainBias, folded, shift), folded, shift));
            master = folded;
            bias = shift;
        }
        var target = place != null ? place : b.activationOf(chain.last());
        var biasDesc = bias == null ? null : bias.desc();
        var primitive = b.inParts(pictures -> b.scope.convolution(
                source(b, node, pictures),
                weight(b, node, layer, b.type, true),
                biasDesc,
                b.activation(type, node.shape(), pictures),
                window(layer),
                attributes));
        var weights = b.weights(master, primitive.desc(Query.WEIGHTS), b.type, node);
        var source = b.convert(b.value(b.input(node, 0)), source(b, node, b.batch), b.type, node);
        var operation = b.batched("convolution", node, primitive, flops(b, node, layer))
                .divided(Argument.SOURCE, Query.SOURCE, source)
                .common(Argument.WEIGHTS, weights)
                .common(Argument.BIAS, bias)
                .divided(Argument.TARGET, Query.TARGET, target);
        if (addend != null && addendPart != null) operation.divided(addendCode, addendPart, addend);
        setAll(b, node, chain, target);
    }

    private static void setAll(PlanBuilder b, Network.Node node, Fusion.Chain chain, Value target) {
        b.set(node, target);
        var norm = chain.norm();
        if (norm != null) b.set(norm, target);
        var add = chain.add();
        if (add != null) b.set(add, target);
        b.set(chain.last(), target);
    }

    /// w' = w · γ/√(σ² + ε), b' = β + (b − μ) · γ/√(σ² + ε), with the running statistics.
    private static Runnable fold(
            PlanBuilder b, Network.Node node, Network.Node normNode, @Nullable Value bias, Value folded, Value shift) {
        var norm = (BatchNorm) normNode.layer();
        var weight = b.model.parameters().slice(node.parameters().getFirst());
        var biases = bias == null
                ? null
                : b.model.parameters().slice(node.parameters().get(1));
        var gamma =
                norm.scale() ? b.model.parameters().slice(normNode.parameters().getFirst()) : null;
        var beta = b.model.parameters().slice(normNode.parameters().getLast());
        var mean = b.model.statistics().slice(normNode.statistics().get(0));
        var variance = b.model.statistics().slice(normNode.statistics().get(1));
        var newWeight = FlatVector.over(Operation.segment(folded));
        var newBias = FlatVector.over(Operation.segment(shift));
        long each = weight.length() / beta.length();
        return () -> {
            for (int c = 0; c < beta.length(); c++) {
                double factor =
                        (gamma == null ? 1 : gamma.get(c)) / Math.sqrt(variance.get(c) + (double) norm.epsilon());
                for (long i = c * each; i < (c + 1) * each; i++) newWeight.set(i, (float) (weight.get(i) * factor));
                double before = biases == null ? 0 : biases.get(c);
                newBias.set(c, (float) (beta.get(c) + (before - mean.get(c)) * factor));
            }
        };
    }
}
