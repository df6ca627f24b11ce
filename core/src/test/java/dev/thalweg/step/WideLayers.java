package dev.thalweg.step;

import static dev.thalweg.nn.Layers.averagePool;
import static dev.thalweg.nn.Layers.batchNorm;
import static dev.thalweg.nn.Layers.convolution;
import static dev.thalweg.nn.Layers.dropout;
import static dev.thalweg.nn.Layers.gelu;
import static dev.thalweg.nn.Layers.globalAveragePool;
import static dev.thalweg.nn.Layers.linear;
import static dev.thalweg.nn.Layers.maxPool;
import static dev.thalweg.nn.Layers.relu;
import static dev.thalweg.nn.Layers.sigmoid;
import static dev.thalweg.nn.Layers.silu;
import static dev.thalweg.nn.Layers.tanh;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Padding;
import dev.thalweg.nn.Subsample;
import dev.thalweg.nn.Wire;
import dev.thalweg.tensor.Shape;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Rows of [LayerTable] whose channels divide into blocks of 16, or are enough for transformed convolutions.
final class WideLayers {
    static final String TRANSFORMED = "wide transformed, ";

    private WideLayers() {}

    /// Channels that divide into blocks of 16, beside some that do not, to be checked in both layouts.
    static Stream<LayerTable.Row> rows() {
        return Stream.of(
                wide(
                        "convolutions",
                        6,
                        x -> x.then("a", convolution(16, 3).padding(1).withoutBias())
                                .then(relu())
                                .then(
                                        "b",
                                        convolution(32, 3).stride(2).padding(1).withoutBias())
                                .then(tanh())
                                .then("c", convolution(16, 1))
                                .then(gelu())),
                wide(
                        "convolutions among others",
                        6,
                        x -> x.then("a", convolution(16, 3).withoutBias())
                                .then(relu())
                                .then("b", convolution(5, 1).withoutBias())
                                .then("c", convolution(32, 3).padding(1).withoutBias())
                                .then("n", batchNorm())
                                .then(silu())),
                transformed("residual", x -> {
                    var y = x.then("a", convolution(64, 1)).then(relu());
                    return y.then("b", convolution(80, 3).padding(1).withoutBias())
                            .then("n", batchNorm())
                            .then(relu())
                            .then("c", convolution(64, 3).padding(1))
                            .plus(y)
                            .then(relu());
                }),
                transformed(
                        "without padding",
                        x -> x.then("a", convolution(64, 1))
                                .then(tanh())
                                .then("b", convolution(64, 3))
                                .then(relu())),
                transformed(
                        "much padding",
                        x -> x.then("a", convolution(64, 1))
                                .then(tanh())
                                .then("b", convolution(64, 3).padding(2))
                                .then(relu())),
                // Nothing but a ReLU can follow in the same pass: not transformed.
                wide(
                        "convolution and sigmoid",
                        12,
                        x -> x.then("a", convolution(64, 1))
                                .then(tanh())
                                .then("b", convolution(64, 3).padding(2))
                                .then(sigmoid())),
                wide("residual", 5, WideLayers::residual),
                wide("residual, divided batch", 6, WideLayers::residual),
                wide("shortcut option A", 5, x -> {
                    var y = x.then("a", convolution(16, 3).padding(1)).then(relu());
                    return y.then("b", convolution(32, 3).padding(1).stride(2))
                            .plus(y.then(new Subsample(2, 8, 8)))
                            .then(relu());
                }),
                wide(
                        "pools",
                        5,
                        x -> x.then("a", convolution(16, 3).padding(1))
                                .then(maxPool(3).stride(2).padding(1))
                                .then(averagePool(2))
                                .then(tanh())
                                .then(globalAveragePool())
                                .then("b", linear(16))
                                .then(relu())),
                wide(
                        "max pools",
                        6,
                        x -> x.then("a", convolution(32, 3).padding(1))
                                .then(maxPool(2).ceiling())
                                .then("b", convolution(48, 3).padding(1))
                                .then(relu())
                                .then(maxPool(3).stride(2).padding(1))),
                wide("concatenate", 5, x -> {
                    var y = x.then("a", convolution(16, 1)).then(relu());
                    return y.then("b", convolution(16, 1))
                            .then(relu())
                            .beside(y.then("c", convolution(7, 3).padding(1)), y);
                }),
                wide("squeeze and excite", 5, x -> {
                    var y = x.then("a", convolution(16, 3));
                    return y.scaledBy(y.then(globalAveragePool())
                            .then("b", linear(3))
                            .then(relu())
                            .then("c", linear(16))
                            .then(sigmoid()));
                }),
                wide(
                        "dropout and a layer of one's own",
                        5,
                        x -> x.then("a", convolution(16, 3))
                                .then(relu())
                                .then(dropout(0.4f))
                                .then("own", new Softsign())
                                .then("b", convolution(32, 1))),
                wide(
                        "convolutions on small maps",
                        5,
                        x -> x.then("a", convolution(64, 3).stride(3).padding(1))
                                .then(tanh())
                                .then("b", convolution(64, 3).padding(1).withoutBias())
                                .then("c", convolution(128, 3).padding(1).withoutBias())
                                .then(tanh())
                                .then("d", convolution(64, 3).padding(1).withoutBias())),
                wide(
                        "convolutions on maps narrower than the kernel",
                        6,
                        x -> x.then("a", convolution(64, 3).stride(4).padding(1))
                                .then(tanh())
                                .then("b", convolution(96, 5).padding(2).withoutBias())
                                .then(tanh())
                                .then(
                                        "c",
                                        convolution(64, 2)
                                                .padding(new Padding(0, 1, 2, 0))
                                                .withoutBias())),
                wide(
                        "to one pixel",
                        6,
                        x -> x.then("a", convolution(16, 3))
                                .then(relu())
                                .then("b", convolution(32, 5).stride(3).withoutBias())),
                new LayerTable.Row(
                        Network.build(
                                "wide pictures and scores",
                                Shape.of(16, 5, 7),
                                x -> x.then("a", convolution(16, 3))
                                        .then(relu())
                                        .then(globalAveragePool())),
                        5,
                        CrossEntropy.PLAIN));
    }

    /// Channels and tiles enough for transformed convolutions, on maps that no tile divides.
    ///
    /// They are named so that [PlanTest] can see that none goes another way.
    private static LayerTable.Row transformed(String name, UnaryOperator<Wire> body) {
        return new LayerTable.Row(
                Network.build(TRANSFORMED + name, Shape.of(3, 13, 11), x -> LayerTable.head(body.apply(x))),
                12,
                CrossEntropy.PLAIN);
    }

    private static Wire residual(Wire x) {
        var y = x.then("a", convolution(16, 1).withoutBias())
                .then("n0", batchNorm())
                .then(relu());
        var z = y.then("b", convolution(32, 3).padding(1).stride(2).withoutBias())
                .then("n1", batchNorm())
                .then(relu())
                .then("c", convolution(32, 3).padding(1).withoutBias())
                .then("n2", batchNorm());
        var w = z.plus(y.then("d", convolution(32, 1).stride(2).withoutBias()).then("n3", batchNorm()))
                .then(relu());
        return w.then("e", convolution(32, 3).padding(1)).plus(w).then(relu());
    }

    private static LayerTable.Row wide(String name, int batch, UnaryOperator<Wire> body) {
        String full = "wide " + name;
        return new LayerTable.Row(
                Network.build(full, LayerTable.PICTURE, x -> LayerTable.head(body.apply(x))),
                batch,
                CrossEntropy.PLAIN);
    }
}
