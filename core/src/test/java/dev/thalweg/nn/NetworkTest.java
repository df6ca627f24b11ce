package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final Shape PICTURE = Shape.of(3, 8, 8);

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private static final Network SMALL = Network.build("small", PICTURE, x -> {
        Wire y = x.then("conv1", Layers.convolution(4, 3).padding(1).freeze())
                .then("bn1", Layers.batchNorm())
                .then(Layers.relu());
        Wire z = y.then(Layers.convolution(4, 1).withoutBias());
        return y.plus(z)
                .then(Layers.relu())
                .then("bn2", Layers.batchNorm().withoutScale())
                .then(Layers.globalAveragePool())
                .then("fc", Layers.linear(5));
    });

    @Test
    void ordersTensorsAsTheirLayersWereAdded() {
        assertThat(SMALL.parameters().parameters())
                .containsExactly(
                        new Parameter("conv1.weight", Shape.of(4, 3, 3, 3), Role.WEIGHT, 0),
                        new Parameter("conv1.bias", Shape.of(4), Role.BIAS, 108),
                        new Parameter("bn1.weight", Shape.of(4), Role.NORM_SCALE, 112),
                        new Parameter("bn1.bias", Shape.of(4), Role.NORM_SHIFT, 116),
                        new Parameter("conv2.weight", Shape.of(4, 4, 1, 1), Role.WEIGHT, 120),
                        new Parameter("bn2.bias", Shape.of(4), Role.NORM_SHIFT, 136),
                        new Parameter("fc.weight", Shape.of(5, 4), Role.WEIGHT, 140),
                        new Parameter("fc.bias", Shape.of(5), Role.BIAS, 160));
        assertThat(SMALL.parameters().length()).isEqualTo(165);
        assertThat(SMALL.statistics())
                .extracting(Parameter::name)
                .containsExactly("bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var");
        assertThat(SMALL.frozen()).containsExactly("conv1.weight");
    }

    /// The unnamed convolution is the second of its kind, and `conv1` is taken by hand.
    @Test
    void namesUnnamedLayersByKindAndNumber() {
        assertThat(SMALL.nodes())
                .extracting(Network.Node::name)
                .containsExactly("input", "conv1", "bn1", "relu1", "conv2", "add1", "relu2", "bn2", "avgpool1", "fc");
    }

    @Test
    void knowsItsShapesAndWork() {
        assertThat(SMALL.input()).isEqualTo(PICTURE);
        assertThat(SMALL.classes()).isEqualTo(5);
        assertThat(SMALL.nodes().get(5).inputs()).containsExactly(3, 4);
        assertThat(SMALL.inputShapes(SMALL.nodes().get(5))).containsExactly(Shape.of(4, 8, 8), Shape.of(4, 8, 8));
        assertThat(SMALL.multiplyAdds()).isEqualTo(4 * 64 * 27 + 4 * 64 * 4 + 5 * 4);
        assertThat(SMALL).hasToString("small: 3×8×8 → 5 classes, 9 layers, 165 parameters");
    }

    @Test
    void initialisesByTheInitsItsLayersName() {
        var model = Model.initialise(SMALL, 1, arena);
        assertThat(model.parameter("conv1.bias").toArray()).containsOnly(0);
        assertThat(model.parameter("bn1.weight").toArray()).containsOnly(1);
        assertThat(model.parameter("bn1.bias").toArray()).containsOnly(0);
        assertThat(model.statistic("bn2.running_mean").toArray()).containsOnly(0);
        assertThat(model.statistic("bn2.running_var").toArray()).containsOnly(1);
        assertThat(model.parameter("fc.weight").toArray()).doesNotContain(0);
        assertThat(model.parameter("fc.bias").toArray()).doesNotContain(0);
    }

    /// Each tensor depends on seed and name, not on what stands before it.
    @Test
    void initialisesATensorByItsNameAlone() {
        var other = Network.build(
                "other", Shape.of(9), x -> x.then("first", Layers.linear(4)).then("fc", Layers.linear(5)));
        var model = Model.initialise(SMALL, 1, arena);
        var same = Model.initialise(other, 1, arena);
        assertThat(same.parameter("fc.weight").toArray())
                .isEqualTo(model.parameter("fc.weight").toArray());
        assertThat(Model.initialise(other, 2, arena).parameter("fc.weight").toArray())
                .isNotEqualTo(model.parameter("fc.weight").toArray());
        assertThat(Model.initialise(SMALL, 1, arena).parameters().toArray())
                .isEqualTo(model.parameters().toArray());
    }

    @Test
    void modelRefusesVectorsOfAnotherNetwork() {
        assertThatThrownBy(() -> new Model(SMALL, FlatVector.allocate(7, arena), FlatVector.allocate(16, arena)))
                .hasMessage("network small has 165 parameters and 16 statistics, got vectors of 7 and 16");
    }

    @Test
    void saysWhichLayerDoesNotFitAndWhy() {
        refuses(
                x -> x.then(Layers.flatten()).then("conv", Layers.convolution(4, 3)),
                "layer 'conv': a convolution expects (channels, height, width), got 192;"
                        + " is it placed after a flatten?");
        refuses(
                x -> x.then("fc", Layers.linear(10)),
                "layer 'fc': a linear layer expects (features), got 3×8×8;"
                        + " put a flatten or a global average pool before it");
        refuses(
                x -> x.then(Layers.maxPool(2)).then("conv2", Layers.convolution(16, 5)),
                "layer 'conv2': a window of 5 pixels does not fit into 4 + 0 pixels of padding (input 3×4×4);"
                        + " is the picture too small, or are there too many strides before?");
        refuses(
                x -> x.then("conv", Layers.convolution(8, 3).dilation(5)),
                "layer 'conv': a window of 11 pixels does not fit into 8 + 0 pixels of padding (input 3×8×8);"
                        + " is the picture too small, or are there too many strides before?");
        refuses(
                x -> x.then("conv", Layers.convolution(8, 3).groups(2)),
                "layer 'conv': a convolution with 2 groups expects a multiple of 2 input channels, got 3×8×8");
        refuses(
                x -> x.plus(x.then("conv", Layers.convolution(8, 1))),
                "layer 'add1': an addition expects two equal shapes, got 3×8×8 and 8×8×8;"
                        + " does the shortcut need a projection?");
        refuses(
                x -> x.beside(x.then(Layers.maxPool(2))),
                "layer 'concat1': a concatenation expects equal heights and widths, got 3×8×8 and 3×4×4");
        refuses(
                x -> x.scaledBy(x.then("conv", Layers.convolution(8, 1)).then(Layers.globalAveragePool())),
                "layer 'channelscale1': a channel scale over 3×8×8 expects one factor a channel, 3, got 8");
        refuses(
                x -> x.then(Layers.flatten()).then("pool", Layers.maxPool(2)),
                "layer 'pool': a pool expects (channels, height, width), got 192; is it placed after a flatten?");
        refuses(
                x -> x.then(Layers.flatten()).then(Layers.globalAveragePool()),
                "layer 'avgpool1': a global average pool expects (channels, height, width), got 192;"
                        + " is it placed after a flatten?");
    }

    @Test
    void refusesGraphsThatMeanNothing() {
        refuses(x -> x.then("a", Layers.relu()).then("a", Layers.relu()), "two layers are named 'a'");
        refuses(
                x -> x.then("conv", Layers.convolution(4, 3)),
                "network broken: the output must be (classes), got 4×6×6;"
                        + " end with a flatten or pool and a linear layer");
        refuses(
                x -> {
                    Wire flat = x.then(Layers.flatten());
                    flat.then("fc", Layers.linear(3));
                    return flat;
                },
                "network broken: the last layer added, 'fc', is not its output");
        refuses(
                x -> {
                    x.then("stray", Layers.relu());
                    return x.then(Layers.flatten()).then("fc", Layers.linear(3));
                },
                "network broken: nothing takes the output of layer 'stray'");
        refuses(
                x -> x.then("sum", new Add()).then(Layers.flatten()),
                "layer 'sum' takes 2 inputs, got 1; use plus, scaledBy, beside or join");
        refuses(
                x -> x.then("join", new Concatenate()).then(Layers.flatten()),
                "layer 'join' takes two inputs or more, got 1; use plus, scaledBy, beside or join");
        assertThatThrownBy(() -> Network.build("broken", Shape.of(3, 8), x -> x))
                .hasMessage("a network's input must be (channels, height, width) or (features), got 3×8");
    }

    @Test
    void refusesWiresOfAnotherNetwork() {
        var foreign = new AtomicReference<Wire>();
        Network.build("first", PICTURE, x -> {
            foreign.set(x);
            return x.then(Layers.flatten());
        });
        refuses(x -> x.plus(foreign.get()), "layer 'add1' takes the output of a layer of another network");
        refuses(x -> foreign.get(), "network broken: its output belongs to another network");
    }

    @Test
    void refusesLayersThatMeanNothing() {
        assertThatThrownBy(() -> Layers.convolution(0, 3))
                .hasMessage("a convolution's channels must be at least 1, got 0");
        assertThatThrownBy(() -> Layers.convolution(4, 0)).hasMessage("an extent must be at least 1×1, got 0×0");
        assertThatThrownBy(() -> Layers.convolution(4, 3).groups(3))
                .hasMessage("a convolution's 4 output channels cannot be split into 3 groups");
        assertThatThrownBy(() -> Layers.convolution(4, 3).padding(-1))
                .hasMessage("padding must be at least 0, got -1, -1, -1, -1");
        assertThatThrownBy(() -> Layers.linear(0)).hasMessage("a linear layer's features must be at least 1, got 0");
        assertThatThrownBy(() -> Layers.dropout(1)).hasMessage("Dropout.p must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> Layers.dropout(Float.NaN)).hasMessage("Dropout.p must be in [0, 1), got NaN");
        assertThatThrownBy(() -> Layers.batchNorm().epsilon(0))
                .hasMessage("BatchNorm.epsilon must be at least 1e-12, got 0.0");
        assertThatThrownBy(() -> Layers.batchNorm().momentum(0))
                .hasMessage("BatchNorm.momentum must be in (0, 1], got 0.0");
        assertThatThrownBy(() -> Layers.leakyRelu(1)).hasMessage("the slope of LEAKY_RELU must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> new Activation(Activation.Function.GELU, 0.1f))
                .hasMessage("the slope of GELU must be 0, got 0.1");
        assertThatThrownBy(() -> new Scale(Float.POSITIVE_INFINITY))
                .hasMessage("Scale.factor must be finite, got Infinity");
        assertThatThrownBy(() -> new Subsample(0, 0, 0)).hasMessage("Subsample.stride must be at least 1, got 0");
        assertThatThrownBy(() -> new Subsample(2, -1, 0)).hasMessage("Subsample cannot pad by -1 and 0 channels");
        assertThatThrownBy(() -> Layers.maxPool(2).padding(2))
                .hasMessageStartingWith("a pool's padding must be smaller than its 2×2 window, got ");
        assertThatThrownBy(() -> new CrossEntropy(1, List.of()))
                .hasMessage("CrossEntropy.smoothing must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> new CrossEntropy(0, List.of(1f, -1f)))
                .hasMessage("CrossEntropy.weights must be at least 0 each, got -1.0");
    }

    private static void refuses(UnaryOperator<Wire> body, String sentence) {
        assertThatThrownBy(() -> Network.build("broken", PICTURE, body))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
