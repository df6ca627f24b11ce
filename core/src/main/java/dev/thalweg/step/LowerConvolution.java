package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Eltwise;
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
        var bias =
                layer.bias() ? b.vector(b.model.parameters(), node.parameters().get(1)) : null;
        var target = b.activationOf(last);
        var source = b.convert(b.value(b.input(node, 0)), source(b, node, b.batch), b.type, node);
        var master = b.external(
                weight(b, node, layer, DataType.F32, false),
                b.model.parameters().slice(node.parameters().getFirst()).segment());
        boolean winograd = LowerWinograd.serves(b, node, layer);
        Direct direct = null;
        if (winograd && (activation == null || Fusion.isRelu(activation))) {
            var behind = new LowerWinograd.Behind(bias, null, activation != null);
            LowerWinograd.forward(b, node, layer, master, source, behind, target);
        } else {
            direct = direct(b, node, layer, last, function, master, bias, source, target);
        }
        b.set(node, target);
        b.set(last, target);
        var forward = direct;
        b.onBackward(last, () -> {
            var diffTarget = b.gradient(last, b.type);
            if (function != null) diffTarget = LowerElementwise.backward(b, last, function, diffTarget, target);
            LowerWeightGradient.lower(b, node, layer, source, diffTarget);
            var in = b.input(node, 0);
            if (!b.needsGradient(in)) return;
            var diffSource = b.allocate(b.activation(b.type, in.shape()), b.type);
            if (forward == null) LowerWinograd.gradientByInput(b, node, layer, master, diffTarget, diffSource);
            else gradientByInput(b, node, layer, forward, master, diffTarget, diffSource);
            b.contribute(in, diffSource);
        });
    }

    /// The library's kernel of a forward pass, and the weights as it wants them.
    private record Direct(Primitive primitive, Value weights) {}

    private static Direct direct(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Network.Node last,
            @Nullable Eltwise function,
            Value master,
            @Nullable Value bias,
            Value source,
            Value target) {
        var attributes = b.scope.attributes();
        if (function != null) attributes.then(function);
        var forward = b.inParts(pictures -> b.scope.convolution(
                source(b, node, pictures),
                weight(b, node, layer, b.type, true),
                bias == null ? null : bias.desc(),
                b.activation(b.typeOf(last), last.shape(), pictures),
                window(layer),
                attributes));
        var weights = b.weights(master, forward.desc(Query.WEIGHTS), b.type, node);
        b.batched("convolution", node, forward, flops(b, node, layer))
                .divided(Argument.SOURCE, Query.SOURCE, source)
                .common(Argument.WEIGHTS, weights)
                .common(Argument.BIAS, bias)
                .divided(Argument.TARGET, Query.TARGET, target);
        return new Direct(forward, weights);
    }

    private static void gradientByInput(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Direct forward,
            Value master,
            Value diffTarget,
            Value diffSource) {
        var in = b.input(node, 0).shape();
        var primitive = b.inParts(pictures -> b.scope.convolutionBackwardData(
                b.activation(b.type, in, pictures),
                weight(b, node, layer, b.type, true),
                b.activation(b.type, node.shape(), pictures),
                window(layer),
                forward.primitive));
        var chosen = primitive.desc(Query.WEIGHTS);
        var turned = forward.weights.desc().sameAs(chosen) ? forward.weights : b.weights(master, chosen, b.type, node);
        b.batched("gradient by input", node, primitive, flops(b, node, layer))
                .divided(Argument.DIFF_TARGET, Query.DIFF_TARGET, diffTarget)
                .common(Argument.WEIGHTS, turned)
                .divided(Argument.DIFF_SOURCE, Query.DIFF_SOURCE, diffSource);
    }

    private static void evaluation(PlanBuilder b, Network.Node node, Convolution layer) {
        var chain = Fusion.chainAfter(b, node);
        var type = b.typeOf(chain.last());
        var add = chain.add();
        Value addend = add == null ? null : b.source(add, b.input(add, 0) == chain.addend() ? 0 : 1, type);
        // The kernels are faster where the sum takes the addend's place.
        boolean inPlace = add != null && addend != null && b.isLastUse(addend, add);

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
        var target = inPlace && addend != null ? addend : b.activationOf(chain.last());
        var source = b.convert(b.value(b.input(node, 0)), source(b, node, b.batch), b.type, node);
        var activation = chain.activation();
        if (LowerWinograd.serves(b, node, layer) && (activation == null || Fusion.isRelu(activation))) {
            var behind = new LowerWinograd.Behind(bias, addend, activation != null);
            LowerWinograd.forward(b, node, layer, master, source, behind, target);
        } else {
            folded(b, node, layer, master, bias, source, addend, activation, target);
        }
        setAll(b, node, chain, target);
    }

    /// The library's kernel with all that is folded into it and fused behind it.
    ///
    /// @param addend which may be `target` itself
    private static void folded(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Value master,
            @Nullable Value bias,
            Value source,
            @Nullable Value addend,
            Network.@Nullable Node activation,
            Value target) {
        var attributes = b.scope.attributes();
        var part = b.activation(target.type(), node.shape(), b.batch / b.parts);
        int code = 0;
        if (addend == target) attributes.thenSum();
        else if (addend != null) code = Argument.postOperandCode(attributes.thenAdd(part));
        if (activation != null) attributes.then(Fusion.eltwise((Activation) activation.layer()));
        var primitive = b.inParts(pictures -> b.scope.convolution(
                source(b, node, pictures),
                weight(b, node, layer, b.type, true),
                bias == null ? null : bias.desc(),
                part,
                window(layer),
                attributes));
        var weights = b.weights(master, primitive.desc(Query.WEIGHTS), b.type, node);
        var operation = b.batched("convolution", node, primitive, flops(b, node, layer))
                .divided(Argument.SOURCE, Query.SOURCE, source)
                .common(Argument.WEIGHTS, weights)
                .common(Argument.BIAS, bias)
                .divided(Argument.TARGET, Query.TARGET, target);
        if (addend != null && addend != target) operation.divided(code, part, addend);
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
