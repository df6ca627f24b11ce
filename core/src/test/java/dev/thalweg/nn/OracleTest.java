package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.nn.Oracle.Mode;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The oracle against values worked out by hand.
class OracleTest {
    private static final double[] NONE = {};
    private static final Shape SQUARE = Shape.of(1, 3, 3);
    private static final double[] ONE_TO_NINE = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    @Test
    void convolutionByHand() {
        // Top left: 1·1 + 2·2 + 3·4 + 4·5 = 37.
        assertThat(flat(SQUARE, Layers.convolution(1, 2), ONE_TO_NINE, 1, 2, 3, 4, 0.5))
                .containsExactly(37.5, 47.5, 67.5, 77.5);
    }

    @Test
    void convolutionWithStrideAndOneSidedPadding() {
        var layer = Layers.convolution(1, 2)
                .stride(2)
                .padding(new Padding(1, 0, 0, 1))
                .withoutBias();
        // 0 0 0 0 / 1 2 3 0 / 4 5 6 0 / 7 8 9 0
        assertThat(flat(SQUARE, layer, ONE_TO_NINE, 1, 1, 1, 1)).containsExactly(3, 3, 24, 15);
    }

    @Test
    void convolutionWithDilation() {
        var layer = Layers.convolution(1, 2).dilation(2).withoutBias();
        assertThat(flat(SQUARE, layer, ONE_TO_NINE, 1, 2, 3, 4)).containsExactly(1 + 2 * 3 + 3 * 7 + 4 * 9);
    }

    @Test
    void convolutionInGroups() {
        var layer = Layers.convolution(4, 1).groups(2);
        assertThat(flat(Shape.of(2, 1, 1), layer, new double[] {5, 7}, 1, 2, 3, 4, 0.1, 0.2, 0.3, 0.4))
                .containsExactly(5.1, 10.2, 21.3, 28.4);
    }

    @Test
    void convolutionSumsOverChannelsForEachExample() {
        var network = flattened(Shape.of(2, 1, 2), Layers.convolution(1, 1).withoutBias());
        double[] x = {1, 2, 3, 4, 5, 6, 7, 8}; // two examples of two channels of 1×2
        assertThat(new Oracle(network).logits(new double[] {10, 1}, NONE, x, 2, Mode.EVALUATE))
                .containsExactly(13, 24, 57, 68);
    }

    @Test
    void linearByHand() {
        var network = Network.build("linear", Shape.of(2), x -> x.then("fc", Layers.linear(3)));
        double[] parameters = {1, 2, 3, 4, 5, 6, 0.1, 0.2, 0.3};
        assertThat(new Oracle(network).logits(parameters, NONE, new double[] {1, 10, 2, 0}, 2, Mode.EVALUATE))
                .containsExactly(21.1, 43.2, 65.3, 2.1, 6.2, 10.3);
    }

    /// Channel values 1 and 3: mean 2, biased variance 1, unbiased 2.
    @Test
    void batchNormByHand() {
        var network = Network.build(
                "norm",
                Shape.of(1),
                x -> x.then("bn", Layers.batchNorm().epsilon(3).momentum(0.25f)));
        double[] parameters = {10, 5};
        double[] statistics = {0, 1};
        var pass = new Oracle(network).run(parameters, statistics, new double[] {1, 3}, 2, Mode.TRAIN);
        assertThat(pass.logits()).containsExactly(5 - 10.0 / 2, 5 + 10.0 / 2);
        assertThat(pass.moments().get("bn").mean()).containsExactly(2);
        assertThat(pass.moments().get("bn").variance()).containsExactly(1);
        assertThat(pass.statistics()).containsExactly(0.25 * 2, 0.75 * 1 + 0.25 * 2);
        assertThat(statistics).as("untouched").containsExactly(0, 1);

        var evaluated = new Oracle(network).run(parameters, new double[] {1, 6}, new double[] {1, 4}, 2, Mode.EVALUATE);
        assertThat(evaluated.logits()).containsExactly(5, 5 + 10 * 3 / 3.0);
        assertThat(evaluated.statistics()).containsExactly(1, 6);
        assertThat(evaluated.moments()).isEmpty();
    }

    /// Over batch, rows and columns, each channel for itself; without scale only the shift is learned.
    @Test
    void batchNormOfPictures() {
        var network = flattened(Shape.of(2, 1, 2), Layers.batchNorm().withoutScale());
        double[] x = {0, 2, 10, 10, 4, 6, 20, 20};
        var moments = new Oracle(network)
                .run(new double[] {0, 7}, new double[] {0, 0, 1, 1}, x, 2, Mode.TRAIN)
                .moments()
                .get("layer");
        assertThat(moments.mean()).containsExactly(3, 15);
        assertThat(moments.variance()).containsExactly(5, 25);
    }

    /// One value a channel has no unbiased variance.
    @Test
    void batchNormOfASingleValueKeepsItsStatisticsFinite() {
        var network = Network.build("norm", Shape.of(1), x -> x.then("bn", Layers.batchNorm()));
        var pass = new Oracle(network).run(new double[] {1, 0.5}, new double[] {0, 1}, new double[] {7}, 1, Mode.TRAIN);
        assertThat(pass.logits()).containsExactly(0.5);
        assertThat(pass.statistics()).containsExactly(new double[] {0.7, 0.9}, within(1e-7));
    }

    @ParameterizedTest
    @CsvSource({
        "RELU, 0, -2, 0",
        "RELU, 0, 3, 3",
        "RELU6, 0, 7, 6",
        "RELU6, 0, -1, 0",
        "LEAKY_RELU, 0.25, -2, -0.5",
        "LEAKY_RELU, 0.25, 2, 2",
        "GELU, 0, 1, 0.8413447460685429",
        "GELU, 0, -3, -0.004049694094890284",
        "GELU_TANH, 0, 1, 0.8411919906082768",
        "SILU, 0, 1, 0.7310585786300049",
        "HARD_SWISH, 0, 1, 0.6666666666666666",
        "HARD_SWISH, 0, -4, 0",
        "HARD_SWISH, 0, 5, 5",
        "SIGMOID, 0, -1, 0.2689414213699951",
        "TANH, 0, 1, 0.7615941559557649"
    })
    void activationsByHand(Activation.Function function, float slope, double x, double y) {
        var network = Network.build("act", Shape.of(1), in -> in.then(new Activation(function, slope)));
        assertThat(new Oracle(network).logits(NONE, NONE, new double[] {x}, 1, Mode.EVALUATE)[0])
                .isCloseTo(y, within(1e-15));
    }

    /// Tabulated values (Abramowitz & Stegun, table 26.1), on both sides of the change of method.
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "0.5, 0.691462461274013",
        "1, 0.841344746068543",
        "2, 0.977249868051821",
        "2.999999999999, 0.998650101968366",
        "3, 0.998650101968370",
        "4, 0.999968328758167",
        "40, 1"
    })
    void normalDistributionByTable(double x, double p) {
        assertThat(Oracle.normalDistribution(x)).isCloseTo(p, within(2e-15));
        assertThat(Oracle.normalDistribution(-x)).isCloseTo(1 - p, within(2e-15));
    }

    @Test
    void maximumPoolingIgnoresPadding() {
        var layer = Layers.maxPool(2).stride(2).padding(1);
        double[] x = {-1, -2, -3, -4, -5, -6, -7, -8, -9};
        assertThat(flat(SQUARE, layer, x)).containsExactly(-1, -2, -4, -5);
    }

    @Test
    void averagePoolingCountsPixelsOnly() {
        var layer = Layers.averagePool(2).stride(2).padding(1);
        assertThat(flat(SQUARE, layer, ONE_TO_NINE)).containsExactly(1, 2.5, 5.5, 7);
    }

    @Test
    void ceilingKeepsTheLastPartialWindow() {
        assertThat(flat(SQUARE, Layers.maxPool(2), ONE_TO_NINE)).containsExactly(5);
        assertThat(flat(SQUARE, Layers.maxPool(2).ceiling(), ONE_TO_NINE)).containsExactly(5, 6, 8, 9);
        assertThat(flat(SQUARE, Layers.averagePool(2).ceiling(), ONE_TO_NINE)).containsExactly(3, 4.5, 7.5, 9);
        assertThat(flat(SQUARE, Layers.averagePool(4).stride(2).ceiling(), ONE_TO_NINE))
                .containsExactly(5);
    }

    @Test
    void globalAverageIsPerChannel() {
        var network = Network.build("gap", Shape.of(2, 1, 2), x -> x.then(Layers.globalAveragePool()));
        assertThat(new Oracle(network).logits(NONE, NONE, new double[] {1, 3, 10, 20}, 1, Mode.EVALUATE))
                .containsExactly(2, 15);
    }

    @Test
    void branchesAddUpJoinAndScale() {
        var network = Network.build("graph", Shape.of(2, 1, 2), x -> {
            var doubled = x.then(new Scale(2));
            var sum = x.join("sum", new Add(), doubled);
            var weighted = sum.scaledBy(x.then(Layers.globalAveragePool()));
            return weighted.beside(doubled, x).then(Layers.flatten());
        });
        // The means are 2 and 15; a second example of zeros keeps them apart.
        double[] x = {1, 3, 10, 20, 0, 0, 0, 0};
        assertThat(new Oracle(network).logits(NONE, NONE, x, 2, Mode.EVALUATE))
                .containsExactly(6, 18, 450, 900, 2, 6, 20, 40, 1, 3, 10, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void subsamplingTakesEverySecondPixelBetweenZeros() {
        assertThat(flat(SQUARE, new Subsample(2, 1, 2), ONE_TO_NINE))
                .containsExactly(0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void dropoutFollowsItsMask() {
        var network = Network.build("drop", Shape.of(3), x -> x.then("drop", Layers.dropout(0.75f)));
        var oracle = new Oracle(network);
        double[] x = {1, 2, 3, 4, 5, 6};
        var mode = new Mode.Train((node, example, channel, row, column) -> (example + channel) % 2 == 0);
        assertThat(oracle.logits(NONE, NONE, x, 2, mode)).containsExactly(4, 0, 12, 0, 20, 0);
        assertThat(oracle.logits(NONE, NONE, x, 2, Mode.EVALUATE)).isEqualTo(x);
        assertThatThrownBy(() -> oracle.logits(NONE, NONE, x, 2, Mode.TRAIN))
                .hasMessage("'drop' drops units: give Mode.Train a mask");
    }

    /// A layer of the test's own: y = a · x.
    private record Gain() implements CustomLayer {
        @Override
        public Shape output(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public List<Slot> tensors(List<Shape> inputs) {
            return List.of(new Slot("a", Shape.of(1), Role.WEIGHT, Init.ONES));
        }

        @Override
        public String kind() {
            return "gain";
        }

        @Override
        public void forward(Pass pass, Workers workers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void backward(Pass pass, Gradients gradients, Workers workers) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void customLayersAreTheTestsOwn() {
        var network = Network.build("custom", Shape.of(2), x -> x.then("gain", new Gain()));
        double[] a = {3};
        var oracle = new Oracle(network, (node, inputs, parameters, batch, training) -> {
            double[] y = inputs.getFirst().clone();
            for (int i = 0; i < y.length; i++) y[i] *= parameters.getFirst()[0];
            return y;
        });
        assertThat(oracle.logits(a, NONE, new double[] {1, 2}, 1, Mode.TRAIN)).containsExactly(3, 6);
        assertThatThrownBy(() -> new Oracle(network).logits(a, NONE, new double[] {1, 2}, 1, Mode.TRAIN))
                .hasMessage("'gain' is a custom layer: tell the oracle its function");
    }

    @Test
    void crossEntropyByHand() {
        double ln3 = Math.log(3); // scores (ln 3, 0) are probabilities ¾ and ¼
        double[] z = {ln3, 0, ln3, 0};
        int[] y = {0, 1};
        double right = -Math.log(0.75);
        double wrong = -Math.log(0.25);
        assertThat(Oracle.crossEntropy(CrossEntropy.PLAIN, z, y, 2)).isCloseTo((right + wrong) / 2, within(1e-15));
        assertThat(Oracle.crossEntropy(new CrossEntropy(0.5f, List.of()), z, new int[] {0, 0}, 2))
                .isCloseTo(0.75 * right + 0.25 * wrong, within(1e-15));
        assertThat(Oracle.crossEntropy(new CrossEntropy(0, List.of(1f, 3f)), z, y, 2))
                .isCloseTo((right + 3 * wrong) / 4, within(1e-15));
        // Every class's weight in the smoothing: ¾·1·r + ¼·3·w for label 0, ¼·1·r + ¾·3·w for 1.
        assertThat(Oracle.crossEntropy(new CrossEntropy(0.5f, List.of(1f, 3f)), z, y, 2))
                .isCloseTo((right + 3 * wrong) / 4, within(1e-15));
        assertThat(Oracle.crossEntropy(new CrossEntropy(0.5f, List.of(1f, 3f)), z, new int[] {0, 0}, 2))
                .isCloseTo(0.75 * right + 0.75 * wrong, within(1e-15));
        assertThat(Oracle.crossEntropy(CrossEntropy.PLAIN, new double[] {1e4, 0}, new int[] {1}, 2))
                .isEqualTo(1e4);
    }

    /// The gradient of the loss with respect to a bias before the softmax is (p − onehot)/batch.
    @Test
    void centralDifferencesGiveTheSoftmaxGradient() {
        var network = Network.build("linear", Shape.of(1), x -> x.then("fc", Layers.linear(2)));
        var oracle = new Oracle(network);
        double[] parameters = {0, 0, Math.log(3), 0};
        double[] x = {5};
        double[] gradient = Oracle.gradient(
                p -> oracle.loss(CrossEntropy.PLAIN, new int[] {1}, p, NONE, x, 1, Mode.TRAIN), parameters, 1e-5);
        assertThat(gradient).containsExactly(new double[] {5 * 0.75, -5 * 0.75, 0.75, -0.75}, within(1e-8));
        double slope = Oracle.slope(
                p -> oracle.loss(CrossEntropy.PLAIN, new int[] {1}, p, NONE, x, 1, Mode.TRAIN),
                parameters,
                new double[] {0, 0, 2, -1},
                1e-5);
        assertThat(slope).isCloseTo(2 * 0.75 + 0.75, within(1e-8));
        double toInput = Oracle.partial(
                in -> oracle.loss(
                        CrossEntropy.PLAIN, new int[] {1}, new double[] {1, -1, 0, 0}, NONE, in, 1, Mode.TRAIN),
                new double[] {0},
                0,
                1e-5);
        assertThat(toInput).as("(½·1 − ½·−1)").isCloseTo(1, within(1e-8));
    }

    @Test
    void layoutsAreInverseToEachOther() {
        var shape = Shape.of(3, 2, 2);
        double[] last = new double[24];
        for (int i = 0; i < 24; i++) last[i] = i;
        double[] first = Oracle.channelsFirst(last, shape, 2);
        assertThat(first).startsWith(0, 3, 6, 9, 1, 4, 7, 10);
        assertThat(Oracle.channelsLast(first, shape, 2)).isEqualTo(last);
    }

    @Test
    void refusesVectorsOfTheWrongLength() {
        var oracle = new Oracle(Network.build("linear", Shape.of(2), x -> x.then("fc", Layers.linear(3))));
        assertThatThrownBy(() -> oracle.logits(new double[8], NONE, new double[2], 1, Mode.TRAIN))
                .hasMessage("expected 9 parameters, got 8");
        assertThatThrownBy(() -> oracle.logits(new double[9], NONE, new double[2], 2, Mode.TRAIN))
                .hasMessage("expected 4 inputs, got 2");
    }

    /// What `layer` makes of one example.
    private static double[] flat(Shape input, Layer layer, double[] x, double... parameters) {
        return new Oracle(flattened(input, layer)).logits(parameters, NONE, x, 1, Mode.EVALUATE);
    }

    private static Network flattened(Shape input, Layer layer) {
        return Network.build("one", input, x -> x.then("layer", layer).then(Layers.flatten()));
    }
}
