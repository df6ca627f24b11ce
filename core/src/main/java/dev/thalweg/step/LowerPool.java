package dev.thalweg.step;

import dev.thalweg.nn.Network;
import dev.thalweg.nn.Pool;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Window;
import dev.thalweg.tensor.Shape;

/// Pools.
final class LowerPool {
    private LowerPool() {}

    static void pool(PlanBuilder b, Network.Node node, Pool layer) {
        Shape in = b.input(node, 0).shape();
        Shape out = node.shape();
        var window = new Window(
                layer.kernel().height(),
                layer.kernel().width(),
                layer.stride().height(),
                layer.stride().width(),
                1,
                1,
                layer.padding().top(),
                layer.padding().left(),
                reach(
                        out.height(),
                        layer.stride().height(),
                        layer.kernel().height(),
                        layer.padding().top(),
                        in.height()),
                reach(
                        out.width(),
                        layer.stride().width(),
                        layer.kernel().width(),
                        layer.padding().left(),
                        in.width()));
        lower(b, node, layer.kindOf() == Pool.Kind.MAX, window, out);
    }

    /// Padding behind the picture that the last window reaches into; negative where pixels are left
    /// over, as the kernels count it.
    private static int reach(int windows, int stride, int kernel, int before, int size) {
        return (windows - 1) * stride + kernel - before - size;
    }

    static void global(PlanBuilder b, Network.Node node) {
        Shape in = b.input(node, 0).shape();
        var window = new Window(in.height(), in.width(), in.height(), in.width(), 1, 1, 0, 0, 0, 0);
        lower(b, node, false, window, Shape.of(in.channels(), 1, 1));
    }

    private static void lower(PlanBuilder b, Network.Node node, boolean max, Window window, Shape out) {
        var type = b.typeOf(node);
        var source = b.source(node, 0, type);
        var target = b.allocate(b.activation(type, out), type);
        var forward = b.scope.pool(max, source.desc(), target.desc(), window);
        var workspace = b.training() && forward.bytes(Query.WORKSPACE) > 0
                ? b.allocate(forward.desc(Query.WORKSPACE), DataType.U8)
                : null;
        b.kernel("pool", node, forward)
                .with(Argument.SOURCE, source)
                .with(Argument.TARGET, target)
                .with(Argument.WORKSPACE, workspace);
        b.set(node, target);
        b.onBackward(node, () -> {
            var diffTarget = b.gradient(node, type);
            var diffSource = b.allocate(source.desc(), type);
            var backward = b.scope.poolBackward(max, diffSource.desc(), target.desc(), window, forward);
            b.kernel("pool gradient", node, backward)
                    .with(Argument.DIFF_TARGET, diffTarget)
                    .with(Argument.WORKSPACE, workspace)
                    .with(Argument.DIFF_SOURCE, diffSource);
            b.contribute(b.input(node, 0), diffSource);
        });
    }
}
