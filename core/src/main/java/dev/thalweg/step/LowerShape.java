package dev.thalweg.step;

import dev.thalweg.nn.Linear;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Subsample;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Scope.Order;
import java.util.ArrayList;

/// Layers that only move elements: concatenation, flattening, subsampling.
final class LowerShape {
    private LowerShape() {}

    static void concatenate(PlanBuilder b, Network.Node node) {
        var type = b.typeOf(node);
        var sources = new ArrayList<Value>();
        for (int i = 0; i < node.inputs().size(); i++) sources.add(b.channelsLast(node, i, type));
        var target = b.allocate(b.channelsLast(type, node.shape()), type);
        var operation = b.kernel(
                "concatenation",
                node,
                b.scope.concatenation(sources.stream().map(Value::desc).toList(), target.desc()));
        for (int i = 0; i < sources.size(); i++) operation.with(Argument.sourceCode(i), sources.get(i));
        operation.with(Argument.TARGET, target);
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.channelsLastGradient(node, type);
            long offset = 0;
            for (int i = 0; i < sources.size(); i++) {
                var in = b.input(node, i);
                long[] dims = {
                    b.batch,
                    in.shape().channels(),
                    in.shape().height(),
                    in.shape().width()
                };
                var part = b.as(gradient, b.scope.part(gradient.desc(), dims, new long[] {0, offset, 0, 0}));
                offset += in.shape().channels();
                if (!b.needsGradient(in)) continue;
                var diff = b.allocate(b.channelsLast(type, in.shape()), type);
                b.kernel("concatenation gradient", node, b.scope.reorder(part.desc(), diff.desc()))
                        .with(Argument.SOURCE, part)
                        .with(Argument.TARGET, diff);
                b.contribute(in, diff);
            }
        });
    }

    /// Nothing where the picture is one pixel or only linear layers follow (they read the picture
    /// as it is); else from channels-last to channels-first.
    static void flatten(PlanBuilder b, Network.Node node) {
        var in = b.input(node, 0);
        var type = b.typeOf(node);
        var shape = in.shape();
        boolean onePixel = shape.height() == 1 && shape.width() == 1;
        var next = b.soleConsumer(node);
        if (!onePixel && next != null && next.layer() instanceof Linear) return;
        var source = b.source(node, 0, type);
        if (onePixel) {
            b.set(node, source);
            b.onBackward(node, () -> b.contribute(in, b.gradient(node, type)));
            return;
        }
        // The channels-first picture has the flat vector's memory.
        Desc first = b.scope.desc(type, Order.CHANNELS_FIRST, b.batch, shape.channels(), shape.height(), shape.width());
        var target = b.activationOf(node);
        b.kernel("flatten", node, b.scope.reorder(source.desc(), first))
                .with(Argument.SOURCE, source)
                .with(Argument.TARGET, b.as(target, first));
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.as(b.gradient(node, type), first);
            var diff = b.allocate(source.desc(), type);
            b.kernel("flatten gradient", node, b.scope.reorder(first, diff.desc()))
                    .with(Argument.SOURCE, gradient)
                    .with(Argument.TARGET, diff);
            b.contribute(in, diff);
        });
    }

    static void subsample(PlanBuilder b, Network.Node node, Subsample layer) {
        var type = b.typeOf(node);
        var source = b.channelsLast(node, 0, type);
        var target = b.allocate(b.channelsLast(type, node.shape()), type);
        var in = b.input(node, 0);
        b.java(
                "subsample",
                node,
                () -> new SubsampleKernel(b, layer, in.shape(), source, target).forward(),
                source,
                target);
        b.set(node, target);
        b.onBackward(node, () -> {
            var gradient = b.channelsLastGradient(node, type);
            var diff = b.allocate(source.desc(), type);
            b.java(
                    "subsample gradient",
                    node,
                    () -> new SubsampleKernel(b, layer, in.shape(), diff, gradient).backward(),
                    gradient,
                    diff);
            b.contribute(in, diff);
        });
    }
}
