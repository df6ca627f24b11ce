package dev.thalweg.step;

import static dev.thalweg.nn.Layers.averagePool;
import static dev.thalweg.nn.Layers.batchNorm;
import static dev.thalweg.nn.Layers.convolution;
import static dev.thalweg.nn.Layers.dropout;
import static dev.thalweg.nn.Layers.flatten;
import static dev.thalweg.nn.Layers.gelu;
import static dev.thalweg.nn.Layers.globalAveragePool;
import static dev.thalweg.nn.Layers.hardSwish;
import static dev.thalweg.nn.Layers.leakyRelu;
import static dev.thalweg.nn.Layers.linear;
import static dev.thalweg.nn.Layers.maxPool;
import static dev.thalweg.nn.Layers.relu;
import static dev.thalweg.nn.Layers.relu6;
import static dev.thalweg.nn.Layers.sigmoid;
import static dev.thalweg.nn.Layers.silu;
import static dev.thalweg.nn.Layers.tanh;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Layer;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Padding;
import dev.thalweg.nn.Scale;
import dev.thalweg.nn.Subsample;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Every layer, and every way in which layers are fused, once, at sizes that are nobody's powers of
/// two. A new layer joins by a row and inherits all that [LayerTableTest] checks.
final class LayerTable {
    private LayerTable() {}

    /// A network to be checked on `batch` random examples.
    record Row(Network network, int batch, CrossEntropy loss, ActivationLayout layout) {
        Row(Network network, int batch, CrossEntropy loss) {
            this(network, batch, loss, ActivationLayout.AUTO);
        }

        @Override
        public String toString() {
            return layout == ActivationLayout.AUTO ? network.name() : network.name() + ", " + layout;
        }
    }

    static final Shape PICTURE = Shape.of(3, 9, 7);

    static Stream<Row> rows() {
        return Stream.concat(
                narrow(),
                WideLayers.rows()
                        .flatMap(row -> Stream.of(ActivationLayout.CHANNELS_LAST, ActivationLayout.BLOCKED)
                                .map(layout -> new Row(row.network, row.batch, row.loss, layout))));
    }

    private static Stream<Row> narrow() {
        return Stream.of(
                // Convolutions.
                row("plain convolution", convolution(5, 3)),
                row("padded convolution", convolution(5, 3).padding(1)),
                row("strided convolution", convolution(6, 3).stride(2).padding(1)),
                row("dilated convolution", convolution(4, 3).dilation(2).padding(2)),
                row(
                        "grouped convolution",
                        x -> x.then("a", convolution(6, 1))
                                .then("b", convolution(9, 3).groups(3).padding(1))),
                row(
                        "depthwise convolution",
                        x -> x.then("a", convolution(17, 1))
                                .then(
                                        "b",
                                        convolution(17, 3).groups(17).padding(1).stride(2))),
                row(
                        "depthwise multiplier 2",
                        x -> x.then("a", convolution(5, 1))
                                .then("b", convolution(10, 3).groups(5).padding(1))),
                row(
                        "pointwise convolution",
                        x -> x.then("a", convolution(33, 1))
                                .then("b", convolution(7, 1).withoutBias())),
                row("convolution padded at the end", convolution(4, 3).stride(2).padding(new Padding(0, 0, 1, 1))),
                row("even kernel", convolution(24, 2)),
                // The same where the batch divides into parts, six for two workers: each part has sums of its own.
                divided("plain", convolution(5, 3)),
                divided("padded", convolution(18, 3).padding(1)),
                divided("strided", convolution(6, 3).stride(2).padding(1)),
                divided("dilated", convolution(4, 3).dilation(2).padding(2)),
                divided("pointwise", convolution(7, 1).stride(2)),
                divided("large kernel", convolution(9, 5).padding(2)),
                new Row(
                        Network.build(
                                "biased and fused convolutions, divided batch",
                                PICTURE,
                                x -> head(x.then("a", convolution(5, 3))
                                        .then(relu())
                                        .then("b", convolution(7, 3).padding(1))
                                        .then(sigmoid()))),
                        6,
                        CrossEntropy.PLAIN),
                // Activations, alone, behind a normalization, and fused into a convolution or linear layer.
                activation(relu()),
                activation(relu6()),
                activation(leakyRelu(0.1f)),
                activation(gelu()),
                activation(new Activation(Activation.Function.GELU_TANH)),
                activation(silu()),
                activation(hardSwish()),
                activation(sigmoid()),
                activation(tanh()),
                row("activation seen twice", x -> {
                    var y = x.then("a", convolution(5, 3)).then(relu());
                    return y.then("b", convolution(5, 3).padding(1)).plus(y);
                }),
                row(
                        "hidden linear layers",
                        x -> x.then(flatten())
                                .then("a", linear(19))
                                .then(relu())
                                .then("b", linear(11))
                                .then(tanh())
                                .then("c", linear(13).withoutBias())
                                .then(gelu())),
                // Normalization.
                row(
                        "batch norm",
                        x -> x.then("a", convolution(5, 3).withoutBias()).then("n", batchNorm())),
                row(
                        "batch norm, relu",
                        x -> x.then("a", convolution(18, 3))
                                .then("n", batchNorm())
                                .then(relu())),
                row(
                        "batch norm, gelu",
                        x -> x.then("a", convolution(5, 3))
                                .then("n", batchNorm())
                                .then(gelu())),
                row(
                        "batch norm without scale",
                        x -> x.then("a", convolution(5, 3))
                                .then(
                                        "n",
                                        batchNorm()
                                                .withoutScale()
                                                .epsilon(1e-3f)
                                                .momentum(0.4f))),
                row(
                        "batch norm first",
                        x -> x.then("n", batchNorm()).then(relu()).then("a", convolution(5, 3))),
                row(
                        "batch norm of features",
                        x -> x.then(flatten())
                                .then("a", linear(14))
                                .then("n", batchNorm())
                                .then(relu())),
                // Residual connections.
                row("residual, identity", x -> {
                    var y = x.then("a", convolution(6, 3).padding(1)).then(relu());
                    return y.then("b", convolution(6, 3).padding(1))
                            .then("n", batchNorm())
                            .plus(y)
                            .then(relu());
                }),
                row("residual, projection", x -> {
                    var y = x.then("a", convolution(6, 1))
                            .then("n0", batchNorm())
                            .then(relu());
                    var z = y.then("b", convolution(8, 3).padding(1).stride(2))
                            .then("n1", batchNorm())
                            .then(relu())
                            .then("c", convolution(8, 3).padding(1))
                            .then("n2", batchNorm());
                    return z.plus(y.then("d", convolution(8, 1).stride(2)).then("n3", batchNorm()))
                            .then(relu());
                }),
                row("residual of three", x -> {
                    var y = x.then("a", convolution(4, 1));
                    return y.plus(y.then("b", convolution(4, 3).padding(1))).plus(y.then(tanh()));
                }),
                row("residual of one with itself", x -> {
                    var y = x.then("a", convolution(4, 1));
                    return y.plus(y);
                }),
                row("pre-activation", x -> {
                    var y = x.then("a", convolution(6, 3).padding(1).withoutBias());
                    var z = y.then("n1", batchNorm()).then(relu());
                    return z.then("b", convolution(6, 3).padding(1))
                            .then("n2", batchNorm())
                            .then(relu())
                            .then("c", convolution(6, 3).padding(1))
                            .plus(y);
                }),
                row("shortcut option A", x -> {
                    var y = x.then("a", convolution(6, 3).padding(1)).then(relu());
                    return y.then("b", convolution(12, 3).padding(1).stride(2))
                            .plus(y.then(new Subsample(2, 3, 3)))
                            .then(relu());
                }),
                row("subsample unevenly", x -> x.then("a", convolution(5, 1)).then(new Subsample(3, 1, 2))),
                row("linear bottleneck", x -> {
                    var y = x.then("a", convolution(5, 1)).then("n0", batchNorm());
                    return y.then("b", convolution(20, 1))
                            .then("n1", batchNorm())
                            .then(relu6())
                            .then("c", convolution(20, 3).groups(20).padding(1))
                            .then("n2", batchNorm())
                            .then(relu6())
                            .then("d", convolution(5, 1))
                            .then("n3", batchNorm())
                            .plus(y);
                }),
                // Pools.
                row("max pool", x -> x.then("a", convolution(5, 3).padding(1)).then(maxPool(2))),
                row(
                        "overlapping max pool",
                        x -> x.then("a", convolution(5, 3).padding(1))
                                .then(maxPool(3).stride(2).padding(1))),
                row(
                        "max pool beyond the picture",
                        x -> x.then("a", convolution(5, 5).stride(2))
                                .then(maxPool(2))
                                .then(maxPool(2).ceiling())),
                row(
                        "max pool rounded up",
                        x -> x.then("a", convolution(5, 1))
                                .then(maxPool(3).stride(2).ceiling())),
                row(
                        "max pool, norm, relu",
                        x -> x.then("a", convolution(5, 3).padding(1))
                                .then(maxPool(2))
                                .then("n", batchNorm())
                                .then(relu())),
                row("average pool", x -> x.then("a", convolution(5, 1)).then(averagePool(2))),
                row(
                        "padded average pool",
                        x -> x.then("a", convolution(5, 1))
                                .then(averagePool(3).stride(2).padding(1))),
                row("global average pool", x -> x.then("a", convolution(37, 1)).then(globalAveragePool())),
                // Joining and moving.
                row("concatenate", x -> {
                    var y = x.then("a", convolution(5, 1)).then(relu());
                    return y.then("b", convolution(3, 1))
                            .then(relu())
                            .beside(y.then("c", convolution(7, 3).padding(1)).then(relu()), y);
                }),
                row("concatenate features", x -> {
                    var y = x.then(flatten()).then("a", linear(5));
                    return y.beside(y.then("b", linear(3)).then(tanh()));
                }),
                row("squeeze and excite", x -> {
                    var y = x.then("a", convolution(6, 3));
                    return y.scaledBy(y.then(globalAveragePool())
                            .then("b", linear(3))
                            .then(relu())
                            .then("c", linear(6))
                            .then(sigmoid()));
                }),
                row(
                        "flatten, then not linear",
                        x -> x.then("a", convolution(4, 3)).then(flatten()).then(tanh())),
                row("flatten for two", x -> {
                    var y = x.then("a", convolution(4, 3)).then(flatten());
                    return y.then("b", linear(5)).plus(y.then("c", linear(5)));
                }),
                row("dropout", x -> x.then("a", convolution(5, 3)).then(relu()).then(dropout(0.4f))),
                row(
                        "dropout of features",
                        x -> x.then(flatten())
                                .then("a", linear(21))
                                .then(relu())
                                .then(dropout(0.5f))
                                .then("b", linear(9))),
                row(
                        "scaled scores",
                        Network.build(
                                "scaled scores",
                                PICTURE,
                                x -> x.then(flatten())
                                        .then("fc", linear(4).withoutBias())
                                        .then(new Scale(1 / 9f))),
                        CrossEntropy.PLAIN),
                row(
                        "convolution as scores",
                        Network.build(
                                "convolution as scores",
                                PICTURE,
                                x -> x.then("a", convolution(4, 1)).then(relu()).then(globalAveragePool())),
                        CrossEntropy.PLAIN),
                row(
                        "a layer of one's own",
                        x -> x.then("a", convolution(5, 1))
                                .then("own", new Softsign())
                                .then("b", convolution(4, 1))),
                // The loss.
                row(
                        "label smoothing",
                        Network.build("label smoothing", PICTURE, LayerTable::head),
                        new CrossEntropy(0.2f, List.of())),
                row(
                        "class weights",
                        Network.build("class weights", PICTURE, LayerTable::head),
                        new CrossEntropy(0, List.of(1f, 0.5f, 3f, 2f))),
                row(
                        "class weights, smoothed",
                        Network.build("class weights, smoothed", PICTURE, LayerTable::head),
                        new CrossEntropy(0.1f, List.of(1f, 0.5f, 3f, 2f))));
    }

    static Wire head(Wire x) {
        return (x.shape().rank() == 3 ? x.then(flatten()) : x).then("head", linear(4));
    }

    private static Row row(String name, Layer layer) {
        return row(name, x -> x.then("a", convolution(3, 1)).then("layer", layer));
    }

    /// A convolution without bias, between others so that both its gradients count, on 6 examples.
    private static Row divided(String name, Convolution layer) {
        String full = name + " convolution, divided batch";
        var network = Network.build(
                full,
                PICTURE,
                x -> head(x.then("a", convolution(5, 1).withoutBias())
                        .then(tanh())
                        .then("layer", layer.withoutBias())));
        return new Row(network, 6, CrossEntropy.PLAIN);
    }

    private static Row activation(Activation activation) {
        return row(
                activation.kind(),
                x -> x.then("a", convolution(5, 3))
                        .then(activation)
                        .then("n", batchNorm())
                        .then(activation)
                        .then("p", averagePool(2))
                        .then(activation)
                        .then(flatten())
                        .then("l", linear(7))
                        .then(activation));
    }

    private static Row row(String name, UnaryOperator<Wire> body) {
        return row(name, Network.build(name, PICTURE, x -> head(body.apply(x))), CrossEntropy.PLAIN);
    }

    private static Row row(String name, Network network, CrossEntropy loss) {
        return new Row(network, 5, loss);
    }
}
