package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.JavaWorkers;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepProbeTest {
    private final Arena arena = Arena.ofShared();

    /// A weight of 3 · 2 elements that is compared whole, and one of 20,000 of which pieces are, with their biases.
    private final Network network = Network.build(
            "two",
            Shape.of(2),
            x -> x.then("small", Layers.linear(3))
                    .then("wide", Layers.linear(20_000 / 3 + 1))
                    .then("out", Layers.linear(2).withoutBias()));

    private final FlatVector theta = FlatVector.allocate(network.parameters().length(), arena);
    private final FlatVector gradient = FlatVector.allocate(network.parameters().length(), arena);

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void ratiosByHand() {
        var probe = new StepProbe(network, Workers.SERIAL);
        assertThat(probe.names()).containsExactly("small.weight", "wide.weight", "out.weight");
        theta.fill(4);
        probe.before(theta);
        // A thousandth of the first weight, a quarter of the second; biases do not count; the third stays.
        for (var p : network.parameters())
            for (long i = p.offset(); i < p.end(); i++)
                theta.set(
                        i,
                        p.name().equals("small.weight")
                                ? 4.004f
                                : p.name().equals("wide.weight") ? 3 : p.name().endsWith("bias") ? 100 : 4);
        gradient.fill(2);
        probe.after(theta, gradient, 0.5);
        assertThat(probe.layer(0)).isCloseTo(1e-3f, within(1e-7f));
        assertThat(probe.layer(1)).isEqualTo(0.25f);
        assertThat(probe.layer(2)).isZero();
        // ‖Δ‖² = 6 · 0.004² + n · 1², ‖θ‖² = (6 + n + m) · 4²
        double n = network.parameters().get("wide.weight").size(),
                m = network.parameters().get("out.weight").size();
        assertThat(probe.update()).isCloseTo(Math.sqrt((6 * 16e-6 + n) / (16 * (6 + n + m))), within(1e-7));
        assertThat(probe.gradientNorm()).isCloseTo(Math.sqrt(gradient.length()), within(1e-9));
    }

    /// Pieces of a large weight stand for all of it.
    @Test
    void ratiosOfLargeWeightsAreEstimated() {
        var probe = new StepProbe(network, Workers.SERIAL);
        var key = RandomKey.of(5);
        for (long i = 0; i < theta.length(); i++) theta.set(i, key.uniform(i) - 0.5f);
        probe.before(theta);
        var moves = RandomKey.of(6);
        for (long i = 0; i < theta.length(); i++) theta.set(i, theta.get(i) + 1e-3f * (moves.uniform(i) - 0.5f));
        probe.after(theta, gradient, 1);
        assertThat(probe.update()).isCloseTo(1e-3, within(3e-5));
        assertThat(probe.gradientNorm()).isZero();
    }

    @Test
    void aWeightOfZerosHasNoRatio() {
        var probe = new StepProbe(network, Workers.SERIAL);
        probe.before(theta);
        theta.fill(1);
        probe.after(theta, gradient, 1);
        assertThat(probe.layer(0)).isNaN();
        assertThat(probe.update()).isNaN();
    }

    @Test
    void bitsDoNotDependOnTheNumberOfWorkers() {
        var key = RandomKey.of(7);
        for (long i = 0; i < gradient.length(); i++) gradient.set(i, key.uniform(i) - 0.5f);
        theta.fill(1);
        var alone = new StepProbe(network, Workers.SERIAL);
        alone.before(theta);
        alone.after(theta, gradient, 1);
        try (var workers = new JavaWorkers(3)) {
            var shared = new StepProbe(network, workers);
            shared.before(theta);
            shared.after(theta, gradient, 1);
            assertThat(shared.gradientNorm()).isEqualTo(alone.gradientNorm()).isPositive();
        }
    }

    @Test
    void allocatesNothing() {
        var probe = new StepProbe(network, Workers.SERIAL);
        assertThat(Allocated.soonBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        probe.before(theta);
                        probe.after(theta, gradient, 1);
                    }
                }))
                .isZero();
    }
}
