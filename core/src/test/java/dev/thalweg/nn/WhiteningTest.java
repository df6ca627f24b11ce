package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WhiteningTest {
    private static final float EPSILON = 5e-4f;

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    /// All patches are (1, 1, 1, 1): the moment's eigenvalues are 4, along (½, ½, ½, ½), and three
    /// times 0, so the first filter is ½/√(4 + ε) everywhere and the others have length 1/√ε.
    @Test
    void constantImagesByHand() {
        var model = Model.initialise(network(Shape.of(1, 3, 4), 2, EPSILON), 1, arena);
        var images = FlatVector.allocate(2 * 12, arena);
        images.fill(1);
        Whitening.apply(model, images, 2);
        float[] w = model.parameter("whiten.weight").toArray();
        float first = (float) (0.5 / Math.sqrt(4 + (double) EPSILON));
        for (int k = 0; k < 4; k++) assertThat(w[k]).isCloseTo(first, within(1e-7f));
        for (int i = 1; i < 4; i++) {
            double square = 0;
            double sum = 0;
            for (int k = 0; k < 4; k++) {
                square += w[i * 4 + k] * (double) w[i * 4 + k];
                sum += w[i * 4 + k];
            }
            assertThat(square).isCloseTo(1 / EPSILON, within(1e-2));
            assertThat(sum).isCloseTo(0, within(1e-5));
        }
    }

    /// Behind the filters the second moment of correlated images is diag(λ / (λ + ε)): nearly the
    /// identity, and as the filters come in pairs of opposite sign, minus that between the halves.
    @Test
    void whitenedPatchesAreWhite() {
        var input = Shape.of(3, 9, 7);
        int count = 50;
        var network = network(input, 2, 1e-6f);
        var model = Model.initialise(network, 1, arena);
        float[] images = correlated(input, count);
        Whitening.apply(model, FlatVector.of(images, arena), count);

        double[] x = Oracle.channelsFirst(Oracle.widen(images), input, count);
        double[] parameters = Oracle.widen(model.parameters().toArray());
        double[] y = new Oracle(network)
                .run(parameters, new double[0], x, count, Oracle.Mode.EVALUATE)
                .activation("whiten");
        int pixels = 8 * 6;
        for (int a = 0; a < 24; a++) {
            for (int b = 0; b < 24; b++) {
                double sum = 0;
                for (int n = 0; n < count; n++)
                    for (int p = 0; p < pixels; p++) sum += y[(n * 24 + a) * pixels + p] * y[(n * 24 + b) * pixels + p];
                double expected = a == b ? 1 : a % 12 == b % 12 ? -1 : 0;
                assertThat(sum / (count * pixels)).isCloseTo(expected, within(1e-3));
            }
        }
    }

    @Test
    void strongestDirectionsComeFirstThenTheirNegatives() {
        var input = Shape.of(2, 8, 8);
        var model = Model.initialise(network(input, 3, EPSILON), 1, arena);
        Whitening.apply(model, FlatVector.of(correlated(input, 40), arena), 40);
        float[] w = model.parameter("whiten.weight").toArray();
        double last = 0;
        for (int i = 0; i < 18; i++) {
            double norm = 0; // 1/(λ + ε), so it grows
            for (int k = 0; k < 18; k++) {
                norm += w[i * 18 + k] * (double) w[i * 18 + k];
                assertThat(w[(18 + i) * 18 + k]).isEqualTo(-w[i * 18 + k]);
            }
            assertThat(norm).isGreaterThanOrEqualTo(last);
            last = norm;
        }
    }

    /// Channels-last in memory, (channel, row, column) in the weight.
    @Test
    void patchesAreReadInTheWeightsOrder() {
        // One image of 2 channels and 2×2 pixels, hence one patch: 0, 1, 2, 3 and 10, 11, 12, 13.
        var images = FlatVector.of(new float[] {0, 10, 1, 11, 2, 12, 3, 13}, arena);
        double[] patch = {0, 1, 2, 3, 10, 11, 12, 13};
        double[][] moment = Whitening.secondMoment(images, 1, Shape.of(2, 2, 2), Shape.of(16, 2, 2, 2));
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 8; j++) assertThat(moment[i][j]).isEqualTo(patch[i] * patch[j]);
    }

    @Test
    void usesTheFirstImagesOnlyAndIsDeterministic() {
        var input = Shape.of(1, 6, 5);
        float[] images = correlated(input, 30);
        var model = Model.initialise(network(input, 2, EPSILON), 1, arena);
        var other = Model.initialise(network(input, 2, EPSILON), 2, arena);
        Whitening.apply(model, FlatVector.of(images, arena), 20);
        for (int i = 20 * 30; i < images.length; i++) images[i] = Float.NaN;
        Whitening.apply(other, FlatVector.of(images, arena), 20);
        assertThat(other.parameters().toArray()).isEqualTo(model.parameters().toArray());
    }

    /// Until images are known the filters are orthonormal, so that a forgotten [Whitening#apply]
    /// still trains.
    @Test
    void placeholderIsOrthonormal() {
        var model = Model.initialise(network(Shape.of(3, 8, 8), 2, EPSILON), 3, arena);
        float[] w = model.parameter("whiten.weight").toArray();
        for (int i = 0; i < 24; i++) {
            for (int j = 0; j < 24; j++) {
                double dot = 0;
                for (int k = 0; k < 12; k++) dot += w[i * 12 + k] * (double) w[j * 12 + k];
                assertThat(dot).isCloseTo(i == j ? 1 : i % 12 == j % 12 ? -1 : 0, within(1e-6));
            }
        }
    }

    @Test
    void findsTheLayerThatNeedsIt() {
        var network = network(Shape.of(3, 8, 8), 2, EPSILON);
        assertThat(Whitening.neededBy(network)).map(Network.Node::name).contains("whiten");
        var plain = Network.build("plain", Shape.of(4), x -> x.then("fc", Layers.linear(2)));
        assertThat(Whitening.neededBy(plain)).isEmpty();
        assertThatThrownBy(() -> Whitening.apply(Model.initialise(plain, 1, arena), FlatVector.allocate(4, arena), 1))
                .hasMessage("network plain has no layer that starts by whitening");
    }

    @Test
    void refusesWhatItCannotWhiten() {
        var model = Model.initialise(network(Shape.of(1, 3, 4), 2, EPSILON), 1, arena);
        var images = FlatVector.allocate(12, arena);
        assertThatThrownBy(() -> Whitening.apply(model, images, 2))
                .hasMessage("whitening from 2 images of 1×3×4 needs 24 values, got 12");
        assertThatThrownBy(() -> Whitening.apply(model, images, 0))
                .hasMessage("whitening needs at least 1 image, got 0");
        assertThatThrownBy(() -> new Whitening(0)).hasMessage("Whitening.epsilon must be above 0, got 0.0");

        var late = Network.build(
                "late",
                Shape.of(1, 8, 8),
                x -> x.then(Layers.relu())
                        .then("whiten", Layers.convolution(8, 2).init(new Whitening(EPSILON)))
                        .then(Layers.flatten()));
        assertThatThrownBy(() -> Whitening.apply(Model.initialise(late, 1, arena), FlatVector.allocate(64, arena), 1))
                .hasMessage(
                        "layer 'whiten': whitening is for the first layer, but this one takes the output of another");

        var narrow = Network.build(
                "narrow",
                Shape.of(1, 8, 8),
                x -> x.then("whiten", Layers.convolution(7, 2).init(new Whitening(EPSILON)))
                        .then(Layers.flatten()));
        assertThatThrownBy(() -> Model.initialise(narrow, 1, arena))
                .hasMessage("whitening needs a convolution's weight (out, in, height, width)"
                        + " with out = 2 · in · height · width, got 7×1×2×2");
    }

    private static Network network(Shape input, int kernel, float epsilon) {
        int filters = 2 * input.channels() * kernel * kernel;
        return Network.build(
                "whitened",
                input,
                x -> x.then(
                                "whiten",
                                Layers.convolution(filters, kernel)
                                        .withoutBias()
                                        .init(new Whitening(epsilon)))
                        .then(Layers.flatten()));
    }

    /// Images, channels-last, whose neighbours and channels resemble each other.
    private static float[] correlated(Shape shape, int count) {
        float[] images = new float[Math.toIntExact(count * shape.size())];
        double[] noise = new double[images.length];
        Normal.fill(noise, RandomKey.of(5));
        for (int i = 0; i < images.length; i++) {
            double before = i >= 1 ? images[i - 1] : 0;
            double left = i >= shape.channels() ? images[i - shape.channels()] : 0;
            images[i] = (float) (0.4 * before + 0.4 * left + 0.5 * noise[i]);
        }
        return images;
    }
}
