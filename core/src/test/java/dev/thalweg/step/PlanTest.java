package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.thalweg.nn.CrossEntropy;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.step.onednn.OpenMpWorkers;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Simd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
    private static Network tiny() {
        return Network.build(
                "tiny",
                Shape.of(3, 8, 8),
                x -> x.then("conv", Layers.convolution(8, 3).padding(1).withoutBias())
                        .then("norm", Layers.batchNorm())
                        .then(Layers.relu())
                        .then(Layers.dropout(0.2f))
                        .then(Layers.maxPool(2))
                        .then(Layers.flatten())
                        .then("fc", Layers.linear(5)));
    }

    private static PlanOptions options(int batch) {
        return PlanOptions.training(batch).precision(Precision.FP32).threads(2);
    }

    private static void fill(Plan plan) {
        var random = RandomKey.of(3).generator();
        for (long i = 0; i < plan.input().length(); i++) plan.input().set(i, (float) random.nextGaussian());
        for (int i = 0; i < plan.options().batch(); i++)
            plan.labels().setAtIndex(ValueLayout.JAVA_INT, i, i % plan.network().classes());
    }

    @Test
    void stepsAllocateNothing() {
        try (var arena = Arena.ofShared();
                var plan = Plan.compile(Model.initialise(tiny(), 1, arena), options(16))) {
            fill(plan);
            for (int i = 0; i < 3000; i++) {
                plan.forward(i);
                plan.backward();
            }
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long id = Thread.currentThread().threadId();
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < 1000; i++) {
                plan.forward(i);
                plan.backward();
            }
            // Far below an object a step: the measurement itself is not free.
            assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(4_000);
        }
    }

    /// Native memory: many steps, and many plans made and closed. The first rounds fill caches.
    @Test
    @Tag("slow")
    void memoryStaysFlat() throws IOException {
        try (var arena = Arena.ofShared()) {
            var model = Model.initialise(tiny(), 1, arena);
            try (var plan = Plan.compile(model, options(16))) {
                fill(plan);
                for (int i = 0; i < 2000; i++) {
                    plan.forward(i);
                    plan.backward();
                }
                long before = residentKilobytes();
                for (int i = 0; i < 20_000; i++) {
                    plan.forward(i);
                    plan.backward();
                }
                assertThat(residentKilobytes() - before).isLessThan(8_000);
            }
            for (int i = 0; i < 50; i++) Plan.compile(model, options(16)).close();
            System.gc();
            long before = residentKilobytes();
            for (int i = 0; i < 300; i++) Plan.compile(model, options(16)).close();
            System.gc();
            assertThat(residentKilobytes() - before).isLessThan(30_000);
        }
    }

    private static long residentKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
        return 0;
    }

    @Test
    void tellsItsNeedsWithoutTakingMemory() {
        try (var arena = Arena.ofShared()) {
            var model = blank("resnet20", 32, arena);
            try (var outline = Plan.outline(model, options(1_000_000))) {
                assertThat(outline.arenaBytes()).isGreaterThan(100_000_000_000L);
                assertThat(outline.arenaBytes()).isLessThan(outline.bytesWithoutReuse());
                assertThatThrownBy(() -> outline.forward(0))
                        .hasMessage("this plan is only an outline; compile it to run it");
            }
            assertThatThrownBy(() -> Plan.compile(model, options(1_000_000)))
                    .isInstanceOf(NotEnoughMemory.class)
                    .hasMessageMatching(
                            "resnet20 at batch 1000000 needs \\d+\\.\\d GB for activations, but \\d+\\.\\d GB are"
                                    + " available; try a batch of \\d+ or smaller pictures");
        }
    }

    /// ResNet-18 has thirteen 3×3 convolutions of stride 1, all of 64 channels or more.
    @Test
    void transformsWideConvolutionsInFloat32() {
        assumeTrue(Simd.AVAILABLE && OpenMpWorkers.of(2) instanceof OpenMpWorkers);
        assertThat(transformed(options(32))).isEqualTo(2 * 13);
        assertThat(transformed(options(32).precision(Precision.BF16))).isZero();
        assertThat(transformed(
                        PlanOptions.evaluation(32).precision(Precision.FP32).threads(2)))
                .isEqualTo(13);
        // Too few pictures to fill the matrices of a part.
        assertThat(transformed(options(1))).isZero();
    }

    /// Else the layer table would check the library's kernels under that name.
    @Test
    void rowsOfTransformedConvolutionsAreTransformed() {
        assumeTrue(Simd.AVAILABLE && OpenMpWorkers.of(2) instanceof OpenMpWorkers);
        var rows = WideLayers.rows()
                .filter(row -> row.network().name().startsWith(WideLayers.TRANSFORMED))
                .toList();
        assertThat(rows).hasSize(3);
        for (var row : rows)
            try (var arena = Arena.ofShared()) {
                var model = Model.initialise(row.network(), 1, arena);
                var options = options(row.batch()).layout(ActivationLayout.CHANNELS_LAST);
                try (var outline = Plan.outline(model, options)) {
                    assertThat(outline.steps().stream()
                                    .filter(step -> step.implementation().startsWith("winograd"))
                                    .map(PlanStep::kind))
                            .as(row.network().name())
                            .contains("convolution", "gradient by input");
                }
            }
    }

    private static long transformed(PlanOptions options) {
        try (var arena = Arena.ofShared();
                var outline = Plan.outline(blank("resnet18", 224, arena), options)) {
            return outline.steps().stream()
                    .filter(step -> step.implementation().startsWith("winograd"))
                    .count();
        }
    }

    /// A model for outlines: zeros for parameters.
    private static Model blank(String name, int size, Arena arena) {
        var network = Architectures.create(name, Shape.of(3, size, size), 10);
        return new Model(
                network,
                FlatVector.allocate(network.parameters().length(), arena),
                FlatVector.allocate(network.statistics().length(), arena));
    }

    @Test
    void describesEveryOperation() {
        try (var arena = Arena.ofShared();
                var plan = Plan.compile(Model.initialise(tiny(), 1, arena), options(4))) {
            fill(plan);
            plan.profile(true);
            plan.forward(0);
            plan.backward();
            var convolution = plan.steps().stream()
                    .filter(step -> step.kind().equals("convolution"))
                    .findFirst()
                    .orElseThrow();
            assertThat(convolution.layer()).isEqualTo("conv");
            assertThat(convolution.phase()).isEqualTo("forward");
            assertThat(convolution.flops()).isEqualTo(2.0 * 4 * 8 * 3 * 9 * 64);
            assertThat(convolution.shapes()).contains("4×8×8×8");
            assertThat(plan.steps()).allSatisfy(step -> {
                assertThat(step.bytes()).isPositive();
                assertThat(step.milliseconds()).isPositive();
                assertThat(step.implementation()).isNotBlank();
            });
        }
    }

    @Test
    void frozenParametersHaveNoGradient() {
        try (var arena = Arena.ofShared();
                var plan = Plan.compile(
                        Model.initialise(tiny(), 1, arena),
                        options(4).frozen(Set.of("conv.weight", "norm.weight", "fc.bias")))) {
            fill(plan);
            plan.forward(0);
            plan.backward();
            for (var p : plan.network().parameters()) {
                var gradient = plan.gradient().slice(p).toArray();
                boolean frozen = plan.options().frozen().contains(p.name());
                if (frozen) assertThat(gradient).as(p.name()).containsOnly(0f);
                else assertThat(gradient).as(p.name()).contains(gradient[0]).isNotEqualTo(new float[gradient.length]);
            }
        }
    }

    /// As in a network whose whitening is fixed and whose shift learns: whole batches and divided ones.
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void aBiasLearnsWithoutItsWeight(int batch) {
        var network = Network.build(
                "biased",
                Shape.of(3, 8, 8),
                x -> x.then("conv", Layers.convolution(8, 3))
                        .then(Layers.gelu())
                        .then(Layers.flatten())
                        .then("fc", Layers.linear(5)));
        var gradients = new ArrayList<float[]>();
        for (var frozen : List.of(Set.<String>of(), Set.of("conv.weight"), Set.of("conv.bias"))) {
            try (var arena = Arena.ofShared();
                    var plan = Plan.compile(
                            Model.initialise(network, 1, arena), options(batch).frozen(frozen))) {
                fill(plan);
                plan.forward(0);
                plan.backward();
                for (var p : network.parameters().parameters().subList(0, 2))
                    gradients.add(plan.gradient().slice(p).toArray());
            }
        }
        assertThat(gradients.get(2)).containsOnly(0);
        assertThat(gradients.get(3)).isEqualTo(gradients.get(1));
        assertThat(gradients.get(4)).isEqualTo(gradients.get(0));
        assertThat(gradients.get(5)).containsOnly(0);
    }

    /// Workers take each other's parts as it happens; what comes out must not depend on it.
    @Test
    void theSameBitsWhoeverTakesAPart() {
        try (var arena = Arena.ofShared();
                var plan = Plan.compile(Model.initialise(tiny(), 1, arena), options(16))) {
            fill(plan);
            var first = new float[0];
            for (int i = 0; i < 300; i++) {
                plan.forward(7);
                plan.backward();
                var gradient = plan.gradient().toArray();
                if (i == 0) first = gradient;
                else assertThat(gradient).isEqualTo(first);
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        try (var arena = Arena.ofShared()) {
            var model = Model.initialise(tiny(), 1, arena);
            assertThatThrownBy(() -> options(0)).hasMessage("the batch must be from 1 to 1,000,000, got 0");
            assertThatThrownBy(() -> Plan.compile(model, options(4).loss(new CrossEntropy(0, List.of(1f, 2f)))))
                    .hasMessage("the loss has 2 class weights, the network 5 classes");
            try (var plan = Plan.compile(model, options(2))) {
                fill(plan);
                plan.labels().setAtIndex(ValueLayout.JAVA_INT, 1, 5);
                assertThatThrownBy(() -> plan.forward(0))
                        .hasMessage("a label must be in [0, 5), example 1 of the batch has 5");
            }
        }
    }
}
