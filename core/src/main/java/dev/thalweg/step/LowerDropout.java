package dev.thalweg.step;

import dev.thalweg.nn.Dropout;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.RandomKey;

/// Dropout: nothing in evaluation; in training one function, for values and gradients alike.
final class LowerDropout {
    private LowerDropout() {}

    static void lower(PlanBuilder b, Network.Node node, Dropout layer) {
        var type = b.typeOf(node);
        var in = b.input(node, 0);
        // Masks follow the order in memory: channels-last, so that they do not depend on the layout.
        var source = b.channelsLast(node, 0, type);
        if (!b.training() || layer.p() == 0) {
            b.set(node, source);
            b.onBackward(node, () -> b.contribute(in, b.gradient(node, type)));
            return;
        }
        long key =
                RandomKey.of(b.options.seed()).fold("dropout").fold(node.name()).bits();
        var target = b.allocate(source.desc(), type);
        b.java(
                "dropout",
                node,
                () -> DropoutKernel.of(b.workers, b.clock, key, layer.p(), source, target),
                source,
                target);
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.channelsLastGradient(node, type);
            var diff = b.inPlace(gradient);
            b.java(
                    "dropout gradient",
                    node,
                    () -> DropoutKernel.of(b.workers, b.clock, key, layer.p(), gradient, diff),
                    gradient,
                    diff);
            b.contribute(in, diff);
        });
    }
}
