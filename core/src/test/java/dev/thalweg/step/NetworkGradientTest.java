package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Dropout;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Oracle;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole architectures, small: loss and gradient of every parameter together against the oracle, and
/// bf16 against fp32.
class NetworkGradientTest {
    private static final int BATCH = 4;
    private static final int CLASSES = 7;
    private static final long SEED = 5;

    /// @param bf16 the least cosine between bf16's gradient and fp32's; 0 for MobileNetV2, whose 50 normalizations
    ///     over a handful of values each amplify any rounding at such sizes
    @ParameterizedTest
    @CsvSource({
        "mlp, 1, 9, 11, 0.99",
        "lenet5, 1, 20, 22, 0.99",
        "cifarnet, 3, 25, 24, 0.95",
        "resnet20, 3, 11, 9, 0.95",
        "resnet18, 3, 33, 35, 0.9",
        "mobilenet-v2, 3, 33, 32, 0",
        "squeezenet, 3, 33, 35, 0.9",
        "wrn-16-4, 3, 9, 8, 0.9"
    })
    void gradientAgreesWithTheDefinition(String name, int channels, int height, int width, double bf16) {
        var network = Architectures.create(name, Shape.of(channels, height, width), CLASSES);
        try (var arena = Arena.ofShared()) {
            var model = Model.initialise(network, SEED, arena);
            var random = RandomKey.of(SEED).fold(name).generator();
            var x = new double[Math.toIntExact(BATCH * network.input().size())];
            for (int i = 0; i < x.length; i++) x[i] = (float) random.nextGaussian();
            var labels = new int[BATCH];
            for (int i = 0; i < BATCH; i++) labels[i] = random.nextInt(CLASSES);
            var loss = new CrossEntropy(0.1f, List.of());

            float[] statistics = model.statistics().toArray();
            float[] gradient = gradient(model, x, labels, loss, Precision.FP32);
            model.statistics().copyFrom(statistics);
            double norm = norm(gradient);
            assertThat(norm).isGreaterThan(1e-3);

            // The slope along the gradient's own direction is its norm.
            var direction = new double[gradient.length];
            for (int i = 0; i < direction.length; i++) direction[i] = gradient[i] / norm;
            var oracle = new Oracle(network);
            var mode = new Oracle.Mode.Train((node, n, c, h, w) -> keeps(node, n, c, h, w));
            double slope = Oracle.slope(
                    p -> oracle.loss(loss, labels, p, Oracle.widen(statistics), x, BATCH, mode),
                    Oracle.widen(model.parameters().toArray()),
                    direction,
                    1e-7);
            assertThat(norm).isCloseTo(slope, within(2e-3 * slope));

            if (Runtime.multipliesBf16()) {
                float[] rough = gradient(model, x, labels, loss, Precision.BF16);
                double dot = 0;
                for (int i = 0; i < rough.length; i++) dot += (double) rough[i] * gradient[i];
                assertThat(dot / norm / norm(rough))
                        .as("cosine of bf16's and fp32's gradients")
                        .isGreaterThan(bf16);
            }
        }
    }

    private static float[] gradient(Model model, double[] x, int[] labels, CrossEntropy loss, Precision precision) {
        var options = new PlanOptions(BATCH, true, precision, loss, Set.of(), 2, SEED, ActivationLayout.AUTO);
        try (var plan = Plan.compile(model, options)) {
            plan.input()
                    .copyFrom(
                            Oracle.narrow(Oracle.channelsLast(x, model.network().input(), BATCH)));
            for (int i = 0; i < BATCH; i++) plan.labels().setAtIndex(ValueLayout.JAVA_INT, i, labels[i]);
            plan.forward(3);
            plan.backward();
            return plan.gradient().toArray();
        }
    }

    private static boolean keeps(Network.Node node, int n, int c, int h, int w) {
        long key = RandomKey.of(SEED).fold("dropout").fold(node.name()).bits();
        var mask = DropoutKernel.Mask.of(((Dropout) node.layer()).p());
        var shape = node.shape();
        return mask.factor(
                        RandomKey.fold(key, 3), ((n * shape.height() + h) * shape.width() + w) * shape.channels() + c)
                != 0;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float v : values) sum += (double) v * v;
        return Math.sqrt(sum);
    }
}
