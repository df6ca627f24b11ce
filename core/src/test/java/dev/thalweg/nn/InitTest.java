package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitTest {
    private static final RandomKey KEY = RandomKey.of(17);

    /// Fan-in 32·3·3 = 288, fan-out 65·3·3 = 585.
    private static final Shape KERNEL = Shape.of(65, 32, 3, 3);

    /// Fan-in 301, fan-out 71.
    private static final Shape MATRIX = Shape.of(71, 301);

    static Stream<Arguments> normals() {
        return Stream.of(
                Arguments.of(Init.HE, KERNEL, Math.sqrt(2.0 / 288)),
                Arguments.of(Init.HE, MATRIX, Math.sqrt(2.0 / 301)),
                Arguments.of(Init.HE_FAN_OUT, KERNEL, Math.sqrt(2.0 / 585)),
                Arguments.of(Init.HE_FAN_OUT, MATRIX, Math.sqrt(2.0 / 71)),
                Arguments.of(Init.GLOROT_NORMAL, KERNEL, Math.sqrt(2.0 / (288 + 585))),
                Arguments.of(Init.GLOROT_NORMAL, MATRIX, Math.sqrt(2.0 / (301 + 71))),
                Arguments.of(Init.LECUN, KERNEL, Math.sqrt(1.0 / 288)),
                Arguments.of(new Normal(0.01), Shape.of(20_001), 0.01));
    }

    /// The deviation of n normal numbers has itself the relative deviation 1/√2n; four of those are
    /// allowed, and as many for mean and share within one deviation.
    @ParameterizedTest
    @MethodSource("normals")
    void normalOnesHaveTheirDeviation(Init init, Shape shape, double deviation) {
        float[] values = fill(init, shape, KEY);
        int n = values.length;
        assertThat(deviation(values)).isCloseTo(deviation, within(4 * deviation / Math.sqrt(2.0 * n)));
        assertThat(mean(values)).isCloseTo(0, within(4 * deviation / Math.sqrt(n)));
        assertThat(share(values, deviation)).isCloseTo(0.6827, within(4 * Math.sqrt(0.6827 * 0.3173 / n)));
        assertThat(share(values, 2 * deviation)).isCloseTo(0.9545, within(4 * Math.sqrt(0.9545 * 0.0455 / n)));
    }

    static Stream<Arguments> uniforms() {
        return Stream.of(
                Arguments.of(Init.GLOROT, KERNEL, Math.sqrt(6.0 / (288 + 585))),
                Arguments.of(Init.GLOROT, MATRIX, Math.sqrt(6.0 / (301 + 71))),
                Arguments.of(Init.HE_UNIFORM, KERNEL, Math.sqrt(6.0 / 288)),
                Arguments.of(Init.FAN_IN, KERNEL, 1 / Math.sqrt(288)),
                Arguments.of(Init.FAN_IN, MATRIX, 1 / Math.sqrt(301)),
                Arguments.of(Init.FAN_IN.bias(MATRIX), Shape.of(20_001), 1 / Math.sqrt(301)),
                Arguments.of(new Uniform(0.5), Shape.of(20_001), 0.5));
    }

    @ParameterizedTest
    @MethodSource("uniforms")
    void uniformOnesFillTheirInterval(Init init, Shape shape, double bound) {
        float[] values = fill(init, shape, KEY);
        int n = values.length;
        for (float value : values) assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
        assertThat(mean(values)).isCloseTo(0, within(4 * bound / Math.sqrt(3.0 * n)));
        for (double part : new double[] {0.1, 0.5, 0.9})
            assertThat(share(values, part * bound)).isCloseTo(part, within(4 * Math.sqrt(part * (1 - part) / n)));
    }

    @Test
    void biasesStartAtZeroUnlessTheInitialisationSaysOtherwise() {
        for (var init : new Init[] {
            Init.HE, Init.HE_FAN_OUT, Init.GLOROT, Init.LECUN, Init.ORTHOGONAL, Init.DIRAC, new Whitening(1e-3f)
        }) assertThat(init.bias(KERNEL)).isEqualTo(Init.ZEROS);
        assertThat(Init.FAN_IN.bias(KERNEL)).isEqualTo(new Uniform(1 / Math.sqrt(288)));
    }

    static Stream<Init> random() {
        return Stream.of(
                Init.HE,
                Init.HE_FAN_OUT,
                Init.HE_UNIFORM,
                Init.GLOROT,
                Init.GLOROT_NORMAL,
                Init.LECUN,
                Init.FAN_IN,
                Init.ORTHOGONAL,
                Init.DIRAC,
                new Normal(1),
                new Uniform(1),
                new Whitening(5e-4f));
    }

    @ParameterizedTest
    @MethodSource("random")
    void isAFunctionOfTheKey(Init init) {
        var shape = Shape.of(54, 3, 3, 3);
        float[] values = fill(init, shape, KEY);
        assertThat(fill(init, shape, RandomKey.of(17))).isEqualTo(values);
        assertThat(fill(init, shape, RandomKey.of(18))).isNotEqualTo(values);
    }

    /// A change here changes every trained model: decide it, then write it down.
    @Test
    void keepsItsNumbersForEver() {
        assertThat(fill(new Normal(1), Shape.of(5), RandomKey.of(1)))
                .containsExactly(1.3256719f, -0.49082488f, 0.4268106f, -2.4512503f, 0.2660884f);
        assertThat(fill(new Uniform(1), Shape.of(3), RandomKey.of(1)))
                .containsExactly(-0.26362097f, 0.88712835f, -0.90948606f);
    }

    @Test
    void constantsAreConstant() {
        assertThat(fill(Init.ONES, Shape.of(3), KEY)).containsExactly(1, 1, 1);
        assertThat(fill(Init.ZEROS, Shape.of(3), KEY)).containsExactly(0, 0, 0);
        assertThat(fill(new Init.Constant(-2.5f), Shape.of(2), KEY)).containsExactly(-2.5f, -2.5f);
    }

    /// W Wᵀ = gain² I where W has no more rows than columns, else Wᵀ W = gain² I.
    @ParameterizedTest
    @MethodSource("frames")
    void orthogonalOnesAreOrthogonal(Shape shape, double gain) {
        float[] w = fill(new Orthogonal(gain), shape, KEY);
        int rows = shape.dim(0);
        int columns = w.length / rows;
        boolean wide = rows <= columns;
        int vectors = Math.min(rows, columns);
        for (int i = 0; i < vectors; i++) {
            for (int j = 0; j < vectors; j++) {
                double dot = 0;
                for (int k = 0; k < Math.max(rows, columns); k++)
                    dot += (wide ? w[i * columns + k] : w[k * columns + i])
                            * (double) (wide ? w[j * columns + k] : w[k * columns + j]);
                assertThat(dot).isCloseTo(i == j ? gain * gain : 0, within(1e-6 * gain * gain));
            }
        }
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(Shape.of(5, 3, 3, 3), 1),
                Arguments.of(Shape.of(41, 7), Math.sqrt(2)),
                Arguments.of(Shape.of(13, 13), 3),
                Arguments.of(Shape.of(1, 10), 1),
                Arguments.of(Shape.of(10, 1), 1));
    }

    /// With padding 1 the first output channels are the input, bit for bit.
    @Test
    void diracPassesItsInputOn() {
        var shape = Shape.of(8, 3, 3, 3);
        var network = Network.build(
                "dirac",
                Shape.of(3, 5, 7),
                x -> x.then(
                                "conv",
                                Layers.convolution(8, 3)
                                        .padding(1)
                                        .withoutBias()
                                        .init(Init.DIRAC))
                        .then(Layers.flatten()));
        double[] w = Oracle.widen(fill(Init.DIRAC, shape, KEY));
        double[] x = Oracle.widen(fill(new Normal(1), Shape.of(3, 5, 7), KEY));
        double[] y = new Oracle(network).logits(w, new double[0], x, 1, Oracle.Mode.EVALUATE);
        assertThat(Arrays.copyOf(y, x.length)).isEqualTo(x);
        double bound = 1 / Math.sqrt(27);
        for (int i = 3 * 27; i < w.length; i++)
            assertThat(w[i]).isBetween(-bound, bound).isNotZero();
    }

    @Test
    void diracWithFewerFiltersThanChannelsPassesTheFirstOnes() {
        float[] w = fill(Init.DIRAC, Shape.of(2, 3, 2, 2), KEY);
        assertThat(w)
                .containsExactly(
                        0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, // filter 0: channel 0, the lower right tap
                        0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void fansCountTheTapsOfAKernel() {
        assertThat(Fan.IN.of(KERNEL)).isEqualTo(288);
        assertThat(Fan.OUT.of(KERNEL)).isEqualTo(585);
        assertThat(Fan.MEAN.of(KERNEL)).isEqualTo(436.5);
        assertThat(Fan.IN.of(MATRIX)).isEqualTo(301);
        assertThat(Fan.OUT.of(MATRIX)).isEqualTo(71);
        assertThat(Fan.IN.of(Shape.of(32, 1, 3, 3))).as("depthwise").isEqualTo(9);
    }

    @Test
    void refusesWhatHasNoMeaning() {
        assertThatThrownBy(() -> fill(Init.HE, Shape.of(7), KEY))
                .hasMessage("a fan is defined for weights (out, in) or (out, in, height, width), got 7");
        assertThatThrownBy(() -> fill(Init.DIRAC, MATRIX, KEY))
                .hasMessage("a Dirac start needs a convolution's weight (out, in, height, width), got 71×301");
        assertThatThrownBy(() -> fill(Init.ORTHOGONAL, Shape.of(7), KEY))
                .hasMessage("an orthogonal start needs a weight of at least 2 extents, got 7");
        assertThatThrownBy(() -> new Normal(0)).hasMessage("Normal.deviation must be above 0, got 0.0");
        assertThatThrownBy(() -> new Normal(Double.NaN)).hasMessage("Normal.deviation must be above 0, got NaN");
        assertThatThrownBy(() -> new Uniform(-1)).hasMessage("Uniform.bound must be above 0, got -1.0");
        assertThatThrownBy(() -> new Orthogonal(0)).hasMessage("Orthogonal.gain must be above 0, got 0.0");
        assertThatThrownBy(() -> new ScaledNormal(Fan.IN, 0)).hasMessage("ScaledNormal.gain must be above 0, got 0.0");
        assertThatThrownBy(() -> new ScaledUniform(Fan.IN, 0))
                .hasMessage("ScaledUniform.gain must be above 0, got 0.0");
        assertThatThrownBy(() -> new Init.Constant(Float.NaN)).hasMessage("a constant start must be finite, got NaN");
    }

    private static float[] fill(Init init, Shape shape, RandomKey key) {
        try (var arena = Arena.ofConfined()) {
            var values = FlatVector.allocate(shape.size(), arena);
            values.fill(Float.NaN); // so that what is not written shows
            init.fill(values, shape, key);
            return values.toArray();
        }
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) sum += value;
        return sum / values.length;
    }

    private static double deviation(float[] values) {
        double sum = 0;
        for (float value : values) sum += (double) value * value;
        return Math.sqrt(sum / values.length);
    }

    /// The share of values within ±bound.
    private static double share(float[] values, double bound) {
        int within = 0;
        for (float value : values) if (Math.abs(value) <= bound) within++;
        return within / (double) values.length;
    }
}
