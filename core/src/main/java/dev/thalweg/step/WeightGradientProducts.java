package dev.thalweg.step;

import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Extent;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Argument;
import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;
import dev.thalweg.step.onednn.Primitive;
import dev.thalweg.step.onednn.Primitive.Query;
import dev.thalweg.step.onednn.Scope.Order;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A convolution's gradient by its weights as products of matrices, for small maps.
///
/// For the kernel's tap (i, j) the gradient is the sum, over places (y, x) and the batch, of the input
/// at (y + i − top, x + j − left) times the gradient at (y, x). In copies whose batch lies within the
/// width, the places of one row of the map lie side by side, so that each row adds one product over
/// (places × batch) to a tap. Places outside the picture are left out instead of multiplied by zero: on
/// 3×3 maps two fifths of the work. Each part has rows of the result to itself, so that nothing need
/// be added up afterwards.
///
/// The operand with more channels stands on the left: the kernel rearranges the right one, at a cost
/// that is spread over the left one's rows.
final class WeightGradientProducts {
    /// Places in a map up to which this is faster than the library's own kernels in bf16, and in fp32,
    /// and the channels from which: bench/NOTES.md, "What was tried".
    private static final int SMALL = 7 * 7;

    private static final int SMALL_FP32 = 4 * 4;
    private static final int CHANNELS = 64;
    private static final Extent ONE = Extent.of(1);

    private final PlanBuilder b;
    private final Network.Node node;
    private final Convolution layer;
    private final Shape in;
    private final Shape out;
    /// Whether the input, not the gradient, is the left operand.
    private final boolean inputLeft;
    /// The left operand's channels, and the right one's.
    private final int rows;

    private final int columns;
    private final int share;
    /// Whether the left operand is (channel, height, width, batch), which bf16 kernels prefer, or
    /// (height, width, batch, channel) like the right one.
    private final boolean turned;

    private WeightGradientProducts(PlanBuilder b, Network.Node node, Convolution layer) {
        this.b = b;
        this.node = node;
        this.layer = layer;
        in = b.input(node, 0).shape();
        out = node.shape();
        inputLeft = in.channels() > out.channels();
        rows = Math.max(in.channels(), out.channels());
        columns = Math.min(in.channels(), out.channels());
        share = rows / b.workers.count();
        turned = b.type == DataType.BF16;
    }

    /// Whether this serves the layer: without stride and dilation, on small maps of enough channels.
    static boolean serves(PlanBuilder b, Network.Node node, Convolution layer) {
        var in = b.input(node, 0).shape();
        var out = node.shape();
        boolean plain = layer.stride().equals(ONE)
                && layer.dilation().equals(ONE)
                && !layer.kernel().equals(ONE);
        return plain
                && out.height() * out.width() <= (b.type == DataType.BF16 ? SMALL : SMALL_FP32)
                && Math.min(in.channels(), out.channels()) >= CHANNELS
                && Math.max(in.channels(), out.channels()) % (16 * b.workers.count()) == 0;
    }

    static void lower(PlanBuilder b, Network.Node node, Convolution layer, Value source, Value diffTarget) {
        new WeightGradientProducts(b, node, layer).lower(source, diffTarget);
    }

    /// Rows of the map that meet a tap, and the places in each: y from `top` to `bottom`, x from `left`
    /// to `right`, in the gradient's map; `dy` and `dx` further in the input's.
    private record Tap(int index, int dy, int dx, int top, int bottom, int left, int right) {
        boolean isEmpty() {
            return top >= bottom || left >= right;
        }

        int width() {
            return right - left;
        }
    }

    /// The product that sets a tap's result, and the one that adds to it.
    private record Products(Primitive setting, Primitive adding) {}

    private List<Tap> taps() {
        var taps = new ArrayList<Tap>();
        for (int i = 0; i < layer.kernel().height(); i++)
            for (int j = 0; j < layer.kernel().width(); j++) {
                int dy = i - layer.padding().top();
                int dx = j - layer.padding().left();
                taps.add(new Tap(
                        taps.size(),
                        dy,
                        dx,
                        Math.max(0, -dy),
                        Math.min(out.height(), in.height() - dy),
                        Math.max(0, -dx),
                        Math.min(out.width(), in.width() - dx)));
            }
        return taps;
    }

    private void lower(Value source, Value diffTarget) {
        var left = operand(inputLeft ? source : diffTarget, inputLeft ? in : out, turned);
        var right = operand(inputLeft ? diffTarget : source, inputLeft ? out : in, false);
        int kernel = layer.kernel().height() * layer.kernel().width();
        var result = b.allocate(b.scope.desc(DataType.F32, Order.VECTOR, (long) kernel * rows * columns), DataType.F32);
        var taps = taps();
        var products = new HashMap<Integer, Products>(); // by places in a row
        for (var tap : taps)
            if (!tap.isEmpty())
                products.computeIfAbsent(
                        tap.width(),
                        width -> b.forOneThread(() -> new Products(product(width, false), product(width, true))));
        var all = products.values().stream()
                .flatMap(both -> Stream.of(both.setting, both.adding))
                .toList();
        var operation = b.split("gradient by weights", node, b.workers.count(), all)
                .flops(LowerConvolution.flops(b, node, layer))
                .touching(List.of(left, right, result));
        for (int part = 0; part < b.workers.count(); part++)
            for (var tap : taps) {
                var both = products.get(tap.width());
                if (tap.isEmpty() || both == null) continue;
                for (int y = tap.top; y < tap.bottom; y++) {
                    var primitive = y == tap.top ? both.setting : both.adding;
                    operation.call(part, primitive, arguments(primitive, tap, y, part, left, right, result));
                }
            }
        if (taps.stream().anyMatch(Tap::isEmpty)) clear(taps, result);

        var weight = node.parameters().getFirst();
        long tap = (long) rows * columns;
        long kw = layer.kernel().width();
        long outStep = inputLeft ? 1 : columns;
        long inStep = inputLeft ? columns : 1;
        var order = b.scope.strided(
                DataType.F32,
                new long[] {out.channels(), in.channels(), layer.kernel().height(), kw},
                new long[] {outStep, inStep, kw * tap, tap});
        var canonical = LowerConvolution.weight(b, node, layer, DataType.F32, false);
        b.kernel("weights out", node, b.scope.reorder(order, canonical))
                .with(Argument.SOURCE, b.as(result, order))
                .with(Argument.TARGET, b.gradientOf(weight, canonical));
    }

    /// A copy with the batch next to the channels, or within everything.
    private Value operand(Value value, Shape shape, boolean turned) {
        long n = b.batch;
        long c = shape.channels();
        long h = shape.height();
        long w = shape.width();
        var desc = b.scope.strided(
                b.type,
                new long[] {n, c, h, w},
                turned ? new long[] {1, h * w * n, w * n, n} : new long[] {c, 1, w * n * c, n * c});
        var copy = b.allocate(desc, b.type);
        b.kernel("turn", node, b.scope.reorder(value.desc(), desc))
                .with(Argument.SOURCE, value)
                .with(Argument.TARGET, copy);
        return copy;
    }

    private long leftPlaces() {
        return inputLeft ? (long) in.height() * in.width() : (long) out.height() * out.width();
    }

    private Primitive product(int width, boolean adding) {
        long length = (long) width * b.batch;
        var left = b.scope.strided(
                b.type,
                new long[] {share, length},
                turned ? new long[] {leftPlaces() * b.batch, 1} : new long[] {1, rows});
        var right = b.scope.desc(b.type, Order.MATRIX, length, columns);
        var result = b.scope.desc(DataType.F32, Order.MATRIX, share, columns);
        var attributes = b.scope.attributes();
        if (adding) attributes.thenSum();
        return b.scope.matrixProduct(left, right, null, result, attributes);
    }

    private Map<Integer, Value> arguments(
            Primitive primitive, Tap tap, int y, int part, Value left, Value right, Value result) {
        long inInput = (long) (y + tap.dy) * in.width() + tap.left + tap.dx;
        long inGradient = (long) y * out.width() + tap.left;
        long n = b.batch;
        long row = (long) part * share;
        long leftPlace = inputLeft ? inInput : inGradient;
        long rightPlace = inputLeft ? inGradient : inInput;
        long leftAt = turned ? (row * leftPlaces() + leftPlace) * n : leftPlace * n * rows + row;
        long resultAt = ((long) tap.index * rows + row) * columns;
        return Map.of(
                Argument.SOURCE.code(), at(left, primitive.desc(Query.SOURCE), leftAt),
                Argument.WEIGHTS.code(), at(right, primitive.desc(Query.WEIGHTS), rightPlace * n * columns),
                Argument.TARGET.code(), at(result, primitive.desc(Query.TARGET), resultAt));
    }

    private static Value at(Value whole, Desc desc, long element) {
        return new Value(
                desc,
                whole.type(),
                whole.buffer(),
                whole.offset() + element * whole.type().bytes());
    }

    /// Taps that meet no place of the picture, on maps narrower than the kernel.
    private void clear(List<Tap> taps, Value result) {
        long bytes = 4L * rows * columns;
        b.java(
                "clear",
                node,
                () -> {
                    var empty = taps.stream()
                            .filter(Tap::isEmpty)
                            .map(tap -> Operation.segment(result).asSlice(tap.index * bytes, bytes))
                            .toList();
                    return () -> {
                        for (int i = 0; i < empty.size(); i++) empty.get(i).fill((byte) 0);
                    };
                },
                result);
    }
}
