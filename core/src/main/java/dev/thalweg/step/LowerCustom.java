package dev.thalweg.step;

import dev.thalweg.nn.CustomLayer;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.tensor.FlatVector;
import java.util.ArrayList;
import java.util.List;

/// A user's layer: float32 in, float32 out, whatever the plan's precision.
final class LowerCustom {
    private LowerCustom() {}

    static void lower(PlanBuilder b, Network.Node node, CustomLayer layer) {
        var sources = new ArrayList<Value>();
        for (int i = 0; i < node.inputs().size(); i++) sources.add(b.channelsLast(node, i, DataType.F32));
        var target = b.allocate(b.channelsLast(DataType.F32, node.shape()), DataType.F32);
        var touched = new ArrayList<>(sources);
        touched.add(target);
        b.java(
                "custom",
                node,
                () -> {
                    var pass = pass(b, node, sources, target);
                    return () -> layer.forward(pass, b.workers);
                },
                touched.toArray(Value[]::new));
        b.set(node, b.convert(target, b.activation(b.typeOf(node), node.shape()), b.typeOf(node), node));
        b.onBackward(node, () -> {
            var gradient = b.channelsLastGradient(node, DataType.F32);
            var diffs = new ArrayList<Value>();
            for (var source : sources) diffs.add(b.allocate(source.desc(), DataType.F32));
            var all = new ArrayList<>(touched);
            all.add(gradient);
            all.addAll(diffs);
            b.java(
                    "custom gradient",
                    node,
                    () -> {
                        var pass = pass(b, node, sources, target);
                        var parameters = node.parameters().stream()
                                .map(p -> b.gradient.slice(p))
                                .toList();
                        var gradients = new CustomLayer.Gradients(vector(gradient), vectors(diffs), parameters);
                        return () -> layer.backward(pass, gradients, b.workers);
                    },
                    all.toArray(Value[]::new));
            for (int i = 0; i < diffs.size(); i++) {
                var in = b.input(node, i);
                if (b.needsGradient(in))
                    b.contribute(
                            in, b.convert(diffs.get(i), b.activation(b.typeOf(in), in.shape()), b.typeOf(in), node));
            }
        });
    }

    private static CustomLayer.Pass pass(PlanBuilder b, Network.Node node, List<Value> sources, Value target) {
        var parameters = node.parameters().stream()
                .map(p -> b.model.parameters().slice(p))
                .toList();
        return new CustomLayer.Pass(b.batch, b.training(), vectors(sources), vector(target), parameters);
    }

    private static List<FlatVector> vectors(List<Value> values) {
        return values.stream().map(LowerCustom::vector).toList();
    }

    private static FlatVector vector(Value value) {
        return FlatVector.over(Operation.segment(value));
    }
}
