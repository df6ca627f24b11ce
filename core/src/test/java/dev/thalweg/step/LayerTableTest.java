package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.thalweg.nn.CustomLayer;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Oracle;
import dev.thalweg.step.onednn.Runtime;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.RandomKey;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The compiled step against the definition: values against a plain double-precision oracle,
/// gradients against its central differences, for every row of [LayerTable].
///
/// The build runs this class three times: as it is, with the instruction set capped at AVX2, and
/// with the portable thread pool.
@Tag("isa")
@Tag("pool")
class LayerTableTest {
    private static final long SEED = 20261123;
    private static final long STEP = 17;

    static Stream<LayerTable.Row> rows() {
        return LayerTable.rows();
    }

    /// A row with random parameters, statistics and examples, away from where they start.
    private static final class Setting implements AutoCloseable {
        final Arena arena = Arena.ofShared();
        final LayerTable.Row row;
        final Network network;
        final Model model;
        final double[] x;
        final int[] labels;

        Setting(LayerTable.Row row) {
            this.row = row;
            network = row.network();
            model = Model.initialise(network, SEED, arena);
            var random = RandomKey.of(SEED).fold(row.toString()).generator();
            for (Parameter p : network.parameters()) {
                var v = model.parameters().slice(p);
                for (long i = 0; i < v.length(); i++) v.set(i, v.get(i) + 0.2f * (float) random.nextGaussian());
            }
            for (long i = 0; i < model.statistics().length(); i++)
                model.statistics().set(i, model.statistics().get(i) + 0.3f * random.nextFloat());
            x = new double[Math.toIntExact(row.batch() * network.input().size())];
            for (int i = 0; i < x.length; i++) x[i] = (float) random.nextGaussian();
            labels = new int[row.batch()];
            for (int i = 0; i < labels.length; i++) labels[i] = random.nextInt(network.classes());
        }

        PlanOptions options(boolean training, Precision precision) {
            return new PlanOptions(row.batch(), training, precision, row.loss(), Set.of(), 2, SEED, row.layout());
        }

        void feed(Plan plan) {
            plan.input().copyFrom(Oracle.narrow(Oracle.channelsLast(x, network.input(), row.batch())));
            if (plan.options().training())
                for (int i = 0; i < labels.length; i++) plan.labels().setAtIndex(ValueLayout.JAVA_INT, i, labels[i]);
        }

        Oracle oracle() {
            return new Oracle(network, (node, inputs, parameters, batch, training) -> {
                assertThat(node.layer()).isInstanceOf(CustomLayer.class);
                double gain = parameters.getFirst()[0];
                return java.util.Arrays.stream(inputs.getFirst())
                        .map(v -> gain * v / (1 + Math.abs(v)))
                        .toArray();
            });
        }

        /// Training mode with the masks that the plan draws.
        Oracle.Mode training() {
            return new Oracle.Mode.Train((node, n, c, h, w) -> {
                float p = ((dev.thalweg.nn.Dropout) node.layer()).p();
                long key = RandomKey.of(SEED).fold("dropout").fold(node.name()).bits();
                var mask = DropoutKernel.Mask.of(p);
                var shape = node.shape();
                int index = ((n * shape.height() + h) * shape.width() + w) * shape.channels() + c;
                return mask.factor(RandomKey.fold(key, STEP), index) != 0;
            });
        }

        double[] parameters() {
            return Oracle.widen(model.parameters().toArray());
        }

        double[] statistics() {
            return Oracle.widen(model.statistics().toArray());
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void trainingAgreesWithTheDefinition(LayerTable.Row row) {
        try (var s = new Setting(row)) {
            var oracle = s.oracle();
            double[] parameters = s.parameters();
            double[] statistics = s.statistics();
            var expected = oracle.run(parameters, statistics, s.x, row.batch(), s.training());
            try (var plan = Plan.compile(s.model, s.options(true, Precision.FP32))) {
                s.feed(plan);
                double loss = plan.forward(STEP);
                assertClose("scores", plan.scores().toArray(), expected.logits(), 2e-5);
                double expectedLoss = Oracle.crossEntropy(row.loss(), expected.logits(), s.labels, s.network.classes());
                assertThat(loss).isCloseTo(expectedLoss, within(1e-5 * Math.max(1, expectedLoss)));
                assertClose("running statistics", s.model.statistics().toArray(), expected.statistics(), 1e-5);
                plan.backward();
                float[] gradient = plan.gradient().toArray();
                for (Parameter p : s.network.parameters())
                    assertSlope(s, oracle, parameters, statistics, gradient, p, 2e-4);
                // A second run gives the same bits.
                s.feed(plan);
                plan.forward(STEP);
                plan.backward();
                assertThat(plan.gradient().toArray()).isEqualTo(gradient);
            }
        }
    }

    /// Along a direction that has a good part of the gradient in it, so that the slope is far from 0.
    private static void assertSlope(
            Setting s,
            Oracle oracle,
            double[] parameters,
            double[] statistics,
            float[] gradient,
            Parameter p,
            double tolerance) {
        var random = RandomKey.of(SEED).fold(p.name()).generator();
        double norm = 0;
        for (long i = p.offset(); i < p.end(); i++) norm += (double) gradient[(int) i] * gradient[(int) i];
        norm = Math.sqrt(norm);
        var direction = new double[parameters.length];
        double expected = 0;
        for (long i = p.offset(); i < p.end(); i++) {
            double along = norm == 0 ? 0 : gradient[(int) i] / norm;
            direction[(int) i] = along + random.nextGaussian() / Math.sqrt(p.size());
            expected += direction[(int) i] * gradient[(int) i];
        }
        double slope = Oracle.slope(
                w -> oracle.loss(s.row.loss(), s.labels, w, statistics, s.x, s.row.batch(), s.training()),
                parameters,
                direction,
                1e-5);
        assertThat(expected)
                .as("slope of %s, |gradient| %g", p.name(), norm)
                .isCloseTo(slope, within(tolerance * Math.abs(slope) + 2e-6));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void evaluationAgreesWithTheDefinition(LayerTable.Row row) {
        try (var s = new Setting(row)) {
            var expected = s.oracle().logits(s.parameters(), s.statistics(), s.x, row.batch(), Oracle.Mode.EVALUATE);
            try (var plan = Plan.compile(s.model, s.options(false, Precision.FP32))) {
                s.feed(plan);
                plan.forward(0);
                assertClose("scores", plan.scores().toArray(), expected, 2e-5);
                // Weights that change are seen after a refresh, and the first answer returns with them.
                float[] before = plan.scores().toArray();
                float[] kept = s.model.parameters().toArray();
                for (long i = 0; i < kept.length; i++) s.model.parameters().set(i, kept[(int) i] * 1.5f);
                plan.refresh();
                plan.forward(0);
                assertThat(plan.scores().toArray()).isNotEqualTo(before);
                s.model.parameters().copyFrom(kept);
                plan.refresh();
                plan.forward(0);
                assertThat(plan.scores().toArray()).isEqualTo(before);
            }
        }
    }

    /// bf16 has 8 bits: values are within a few per cent of fp32's in norm, gradients a little worse.
    @ParameterizedTest
    @MethodSource("rows")
    void bf16StaysNearFp32(LayerTable.Row row) {
        assumeTrue(Runtime.multipliesBf16(), "this processor does not multiply bf16");
        try (var s = new Setting(row)) {
            var results = new ArrayList<List<float[]>>();
            float[] statistics = s.model.statistics().toArray();
            for (var precision : List.of(Precision.FP32, Precision.BF16)) {
                s.model.statistics().copyFrom(statistics);
                try (var plan = Plan.compile(s.model, s.options(true, precision))) {
                    s.feed(plan);
                    plan.forward(STEP);
                    plan.backward();
                    results.add(List.of(plan.scores().toArray(), plan.gradient().toArray()));
                }
                s.model.statistics().copyFrom(statistics);
                try (var plan = Plan.compile(s.model, s.options(false, precision))) {
                    s.feed(plan);
                    plan.forward(0);
                    results.add(List.of(plan.scores().toArray()));
                }
            }
            assertThat(distance(results.get(2).get(0), results.get(0).get(0)))
                    .as("training scores")
                    .isLessThan(0.03);
            assertThat(distance(results.get(2).get(1), results.get(0).get(1)))
                    .as("gradient")
                    .isLessThan(0.12);
            assertThat(distance(results.get(3).get(0), results.get(1).get(0)))
                    .as("evaluation scores")
                    .isLessThan(0.03);
        }
    }

    /// |a − b| / |b| in the Euclidean norm.
    private static double distance(float[] a, float[] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            difference += Math.pow((double) a[i] - b[i], 2);
            norm += Math.pow(b[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static void assertClose(String what, float[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 1e-3;
        for (double value : expected) largest = Math.max(largest, Math.abs(value));
        for (int i = 0; i < actual.length; i++)
            assertThat((double) actual[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(tolerance * largest));
    }
}
