package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Scale;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.Attributes.Binary;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Eltwise;
import dev.thalweg.tensor.Shape;

/// Activations that were not fused, constants, sums and channel factors.
final class LowerElementwise {
    private LowerElementwise() {}

    static void activation(PlanBuilder b, Network.Node node, Activation layer) {
        eltwise(b, node, Fusion.eltwise(layer), "activation");
    }

    static void scale(PlanBuilder b, Network.Node node, Scale layer) {
        eltwise(b, node, Eltwise.scale(layer.factor()), "scale");
    }

    private static void eltwise(PlanBuilder b, Network.Node node, Eltwise function, String kind) {
        var type = b.typeOf(node);
        var source = b.source(node, 0, type);
        var target = b.allocate(source.desc(), type);
        b.kernel(kind, node, b.scope.eltwise(function, source.desc(), target.desc()))
                .with(Argument.SOURCE, source)
                .with(Argument.TARGET, target);
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.gradient(node, type);
            b.contribute(
                    b.input(node, 0), backward(b, node, function, gradient, function.fromTarget() ? target : source));
        });
    }

    /// The gradient before `function`, in place if nobody else needs the gradient behind it.
    ///
    /// @param data the function's input, or its value if the function's gradient follows from that
    static Value backward(PlanBuilder b, Network.Node node, Eltwise function, Value gradient, Value data) {
        var result = b.inPlace(gradient);
        b.kernel(
                        "activation gradient",
                        node,
                        b.scope.eltwiseBackward(function, result.desc(), gradient.desc(), data.desc()))
                .with(function.fromTarget() ? Argument.TARGET : Argument.SOURCE, data)
                .with(Argument.DIFF_TARGET, gradient)
                .with(Argument.DIFF_SOURCE, result);
        return result;
    }

    /// A sum, with the ReLU behind it where there is one.
    static void add(PlanBuilder b, Network.Node node) {
        var relu = Fusion.reluAfter(b, node);
        var last = relu == null ? node : relu;
        var type = b.typeOf(last);
        var left = b.source(node, 0, type);
        var right = b.source(node, 1, type);
        var target = b.allocate(left.desc(), type);
        var attributes = b.scope.attributes();
        if (relu != null) attributes.then(Eltwise.RELU);
        b.kernel("add", node, b.scope.binary(Binary.ADD, left.desc(), right.desc(), target.desc(), attributes))
                .with(Argument.SOURCE, left)
                .with(Argument.SOURCE_2, right)
                .with(Argument.TARGET, target);
        b.set(node, target);
        b.set(last, target);
        b.onBackward(last, () -> {
            var gradient = b.gradient(last, type);
            if (relu != null) gradient = backward(b, last, Eltwise.RELU, gradient, target);
            var first = b.input(node, 0);
            var second = b.input(node, 1);
            // Both inputs get the same gradient: one buffer, which neither may change in place.
            if (b.needsGradient(first) && b.needsGradient(second)) gradient.buffer().shared = true;
            b.contribute(first, gradient);
            b.contribute(second, gradient);
        });
    }

    /// y = x · s, dx = dy · s, ds = Σ over the picture of dy · x.
    static void channelScale(PlanBuilder b, Network.Node node) {
        var type = b.typeOf(node);
        var x = b.source(node, 0, type);
        var factorNode = b.input(node, 1);
        int channels = node.shape().channels();
        var one = b.activation(type, Shape.of(channels, 1, 1));
        var s = b.as(b.source(node, 1, type), one);
        var target = b.allocate(x.desc(), type);
        b.kernel(
                        "channel scale",
                        node,
                        b.scope.binary(Binary.MULTIPLY, x.desc(), one, target.desc(), b.scope.attributes()))
                .with(Argument.SOURCE, x)
                .with(Argument.SOURCE_2, s)
                .with(Argument.TARGET, target);
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.gradient(node, type);
            var pictures = b.input(node, 0);
            if (b.needsGradient(factorNode)) {
                var wide = b.activation(DataType.F32, node.shape());
                var product = b.allocate(wide, DataType.F32);
                b.kernel(
                                "channel scale gradient",
                                node,
                                b.scope.binary(Binary.MULTIPLY, gradient.desc(), x.desc(), wide, b.scope.attributes()))
                        .with(Argument.SOURCE, gradient)
                        .with(Argument.SOURCE_2, x)
                        .with(Argument.TARGET, product);
                var sum = b.allocate(b.activation(DataType.F32, Shape.of(channels, 1, 1)), DataType.F32);
                b.kernel("channel scale gradient", node, b.scope.sum(wide, sum.desc()))
                        .with(Argument.SOURCE, product)
                        .with(Argument.TARGET, sum);
                var factorDesc = b.activation(b.typeOf(factorNode), factorNode.shape());
                b.contribute(factorNode, b.convert(sum, factorDesc, b.typeOf(factorNode), node));
            }
            if (b.needsGradient(pictures)) {
                var diff = b.allocate(x.desc(), type);
                b.kernel(
                                "channel scale gradient",
                                node,
                                b.scope.binary(
                                        Binary.MULTIPLY, gradient.desc(), one, diff.desc(), b.scope.attributes()))
                        .with(Argument.SOURCE, gradient)
                        .with(Argument.SOURCE_2, s)
                        .with(Argument.TARGET, diff);
                b.contribute(pictures, diff);
            }
        });
    }
}
