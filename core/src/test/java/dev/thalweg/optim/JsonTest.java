package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.tensor.Role;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// A recipe holds these values as JSON: each comes back equal to itself.
class JsonTest {

    static Stream<Record> everyValue() {
        return Stream.of(
                new Sgd(),
                new Momentum(0.9, 0.1),
                Momentum.keras(0.85),
                new Nesterov(0.9),
                Decay.decoupled(5e-4),
                new Selector.Everything(),
                new Selector.ByRole(Role.BIAS, Role.NORM_SHIFT),
                new Selector.ByName("layer4.*", "fc.*"),
                new Clip.None(),
                new Clip.ByNorm(1),
                new Clip.ByValue(0.5),
                new Schedule.Constant(),
                new Schedule.StepDecay(30, 0.1),
                new Schedule.MultiStep(List.of(82L, 123L), 0.1),
                new Schedule.Exponential(0.97),
                new Schedule.InverseTime(0.01),
                new Schedule.Polynomial(2, 0.1),
                new Schedule.Cosine(0.01),
                new Schedule.CosineRestarts(10, 2, 0),
                Schedule.OneCycle.PYTORCH,
                Schedule.Triangle.AIRBENCH);
    }

    @ParameterizedTest
    @MethodSource("everyValue")
    void survives(Record value) {
        var mapper = JsonMapper.shared();
        assertThat(mapper.readValue(mapper.writeValueAsString(value), value.getClass()))
                .isEqualTo(value);
    }
}
