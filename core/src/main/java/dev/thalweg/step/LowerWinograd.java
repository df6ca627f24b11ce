package dev.thalweg.step;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Extent;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Simd;
import dev.thalweg.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// 3×3 convolutions in float32 by Winograd's F(4×4, 3×3): each part of the batch is transformed, multiplied
/// and transformed back while it is in the cache. Forward passes and gradients by the input, which are
/// convolutions with turned kernels; the numbers differ from the library's by a few units of rounding.
final class LowerWinograd {
    /// Channels on both sides from which it is faster than the library's kernels: bench/NOTES.md, "Winograd".
    private static final int CHANNELS = 64;
    /// Rows of a part's matrices, at least.
    private static final int ROWS = 32;

    private static final Extent ONE = Extent.of(1);
    private static final Extent THREE = Extent.of(3);

    private final PlanBuilder b;
    private final Network.Node node;
    private final Shape in;
    private final Shape out;
    private final WinogradKernels.Grid source;
    private final WinogradKernels.Grid target;
    private final int pictures;
    /// Bytes between the 36 matrices: a line of the cache more than they need, lest all begin in one place of it.
    private final long sourcePlane;

    private final long targetPlane;

    /// @param top rows that the first tile reaches over the upper edge, and `left` columns over the left one
    private LowerWinograd(PlanBuilder b, Network.Node node, Shape in, Shape out, int top, int left) {
        this.b = b;
        this.node = node;
        this.in = in;
        this.out = out;
        int rows = Math.ceilDiv(out.height(), WinogradKernels.OUT);
        int columns = Math.ceilDiv(out.width(), WinogradKernels.OUT);
        source = new WinogradKernels.Grid(in.height(), in.width(), in.channels(), top, left, rows, columns);
        target = new WinogradKernels.Grid(out.height(), out.width(), out.channels(), 0, 0, rows, columns);
        pictures = pictures(b, rows * columns);
        long tiles = (long) pictures * rows * columns;
        sourcePlane = 4 * (tiles * in.channels() + 16);
        targetPlane = 4 * (tiles * out.channels() + 16);
    }

    /// Pictures in a part: as few as give its matrices enough rows; 0 if the batch does not divide so.
    private static int pictures(PlanBuilder b, int tiles) {
        int most = b.batch / b.workers.count();
        if (b.batch % b.workers.count() != 0) return 0;
        for (int n = 1; n <= most; n++) if (most % n == 0 && n * tiles >= ROWS) return n;
        return 0;
    }

    /// Whether this serves the layer, forward and back. Of what may be fused behind it, [Behind] has what can be.
    static boolean serves(PlanBuilder b, Network.Node node, Convolution layer) {
        var in = b.input(node, 0).shape();
        var out = node.shape();
        return Simd.AVAILABLE
                && b.type == DataType.F32
                && (b.workers instanceof OpenMpWorkers || b.workers.count() == 1)
                && b.order(in) == Order.CHANNELS_LAST
                && b.order(out) == Order.CHANNELS_LAST
                && layer.kernel().equals(THREE)
                && layer.stride().equals(ONE)
                && layer.dilation().equals(ONE)
                && layer.groups() == 1
                && Math.min(in.channels(), out.channels()) >= CHANNELS
                && in.channels() % Math.max(16, WinogradKernels.WIDTH) == 0
                && out.channels() % Math.max(16, WinogradKernels.WIDTH) == 0
                && pictures(b, tiles(out)) > 0
                && pictures(b, tiles(in)) > 0;
    }

    private static int tiles(Shape shape) {
        return Math.ceilDiv(shape.height(), WinogradKernels.OUT) * Math.ceilDiv(shape.width(), WinogradKernels.OUT);
    }

    /// What is fused behind a convolution.
    record Behind(@Nullable Value bias, @Nullable Value addend, boolean relu) {}

    /// @param master the weight as it lies, (out, in, 3, 3)
    static void forward(
            PlanBuilder b,
            Network.Node node,
            Convolution layer,
            Value master,
            Value source,
            Behind behind,
            Value target) {
        var in = b.input(node, 0).shape();
        new LowerWinograd(
                        b,
                        node,
                        in,
                        node.shape(),
                        layer.padding().top(),
                        layer.padding().left())
                .lower(false, layer, master, source, behind, target);
    }

    static void gradientByInput(
            PlanBuilder b, Network.Node node, Convolution layer, Value master, Value diffTarget, Value diffSource) {
        var in = b.input(node, 0).shape();
        new LowerWinograd(
                        b,
                        node,
                        node.shape(),
                        in,
                        2 - layer.padding().top(),
                        2 - layer.padding().left())
                .lower(true, layer, master, diffTarget, new Behind(null, null, false), diffSource);
    }

    private Desc planes(long rows, long columns, long plane) {
        return b.scope.strided(
                DataType.F32, new long[] {WinogradKernels.PRODUCTS, rows, columns}, new long[] {plane / 4, columns, 1});
    }

    /// @param turned whether it is the gradient by the input, whose kernels are turned
    private void lower(boolean turned, Convolution layer, Value master, Value from, Behind behind, Value to) {
        long tiles = (long) pictures * source.tiles();
        var left = planes(tiles, in.channels(), sourcePlane);
        var result = planes(tiles, out.channels(), targetPlane);
        var product = b.forOneThread(() -> b.scope.matrixProduct(
                left,
                b.scope.desc(DataType.F32, Order.ANY, WinogradKernels.PRODUCTS, in.channels(), out.channels()),
                null,
                result,
                b.scope.attributes()));
        var weights = weights(master, product, turned);
        var zeros = b.zeros(in.channels());
        int parts = b.batch / pictures;
        var operation = b.split(turned ? "gradient by input" : "convolution", node, parts, List.of(product))
                .method("winograd")
                .flops(LowerConvolution.flops(b, node, layer))
                .touching(List.of(from, to, weights, zeros));
        if (behind.bias != null) operation.touching(List.of(behind.bias));
        if (behind.addend != null) operation.touching(List.of(behind.addend));
        var lefts = new ArrayList<Value>();
        var results = new ArrayList<Value>();
        for (int w = 0; w < b.workers.count(); w++) {
            lefts.add(b.allocate(left, DataType.F32));
            results.add(b.allocate(result, DataType.F32));
        }
        operation.touching(lefts).touching(results);
        var scratch = IntStream.range(0, b.workers.count())
                .mapToObj(w -> new WinogradKernels.Tile())
                .toList();
        for (int part = 0; part < parts; part++) {
            long at = 4L * part * pictures * in.size();
            long put = 4L * part * pictures * out.size();
            operation.call(part, () -> {
                long address = from.address() + at;
                return worker -> WinogradKernels.input(
                        source,
                        address,
                        pictures,
                        zeros.address(),
                        lefts.get(worker).address(),
                        sourcePlane,
                        scratch.get(worker));
            });
            operation.call(
                    part,
                    product,
                    Map.of(Argument.WEIGHTS.code(), weights),
                    Map.of(Argument.SOURCE.code(), lefts, Argument.TARGET.code(), results));
            operation.call(part, () -> {
                long address = to.address() + put;
                var after = new WinogradKernels.After(
                        behind.bias == null ? 0 : behind.bias.address(),
                        behind.addend == null ? 0 : behind.addend.address() + put,
                        behind.relu);
                return worker -> WinogradKernels.output(
                        target,
                        results.get(worker).address(),
                        targetPlane,
                        pictures,
                        address,
                        after,
                        scratch.get(worker));
            });
        }
    }

    /// The transformed weights as the product wants them. In evaluation they are made once.
    private Value weights(Value master, Primitive product, boolean turned) {
        long k = in.channels();
        long n = out.channels();
        long count = k * n;
        // Nine rows, one for each tap, of the matrix that is multiplied by.
        var taps =
                b.scope.strided(DataType.F32, turned ? new long[] {k, n, 3, 3} : new long[] {n, k, 3, 3}, new long[] {
                    turned ? n : 1, turned ? 1 : n, 3 * count, count
                });
        var source = b.weights(master, taps, DataType.F32, node);
        var plain = b.allocate(planes(k, n, 4 * (count + 16)), DataType.F32);
        Runnable transform = () -> b.java(
                "weights in",
                node,
                () -> {
                    long address = source.address();
                    long target = plain.address();
                    var scratch = IntStream.range(0, b.workers.count())
                            .mapToObj(w -> new WinogradKernels.Tile())
                            .toList();
                    Workers.Job job = (worker, workers) -> WinogradKernels.weights(
                            address,
                            count,
                            turned,
                            target,
                            4 * (count + 16),
                            Workers.begin(count, WinogradKernels.WIDTH, worker, workers),
                            Workers.begin(count, WinogradKernels.WIDTH, worker + 1, workers),
                            scratch.get(worker));
                    return () -> b.workers.run(job);
                },
                source,
                plain);
        if (b.training()) transform.run();
        else b.preparing(transform);
        return b.weights(plain, product.desc(Query.WEIGHTS), DataType.F32, node);
    }
}
