package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class LookaheadTest {
    /// One weight, moved up by 1 before each call: slow and fast weights followed by hand.
    @Test
    void followsItsEquation() {
        var network = Network.build(
                "one", Shape.of(1), x -> x.then("fc", Layers.linear(1).withoutBias()));
        try (var arena = Arena.ofConfined()) {
            var model = Model.initialise(network, 1, arena);
            var weight = model.parameters();
            weight.set(0, 10);
            var rider = new Lookahead(2, 0.5, 1).rider(model, Workers.SERIAL, arena);
            float[] expected = {
                11, // no step of the average
                // keep 0.5 · 2/5 = 0.2: slow = 0.2 · 10 + 0.8 · 12
                11.6f,
                12.6f,
                // keep 0.5 · 4/5 = 0.4: slow = 0.4 · 11.6 + 0.6 · 13.6
                12.8f,
                // the last step takes the average as it is
                12.8f
            };
            for (int step = 1; step <= 5; step++) {
                weight.set(0, weight.get(0) + 1);
                rider.afterStep(model, step, 5);
                assertThat(weight.get(0)).as("after step %d", step).isCloseTo(expected[step - 1], within(1e-5f));
            }
            assertThat(rider.state().keySet()).containsExactly("parameters", "statistics");
        }
    }

    @Test
    void refusesWhatIsNoAverage() {
        assertThatThrownBy(() -> new Lookahead(0, 0.5, 0)).hasMessage("lookahead.every must be at least 1, got 0");
        assertThatThrownBy(() -> new Lookahead(5, 1, 0)).hasMessage("lookahead.keep must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> new Lookahead(5, 0.5, Double.NaN))
                .hasMessage("lookahead.ramp must be at least 0, got NaN");
    }
}
