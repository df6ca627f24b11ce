package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;

class RequireTest {

    @Test
    void acceptsWhatHolds() {
        assertThatNoException().isThrownBy(() -> Require.that(true, "never shown"));
    }

    @Test
    void refusesNotANumber() {
        float alpha = Float.NaN;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Require.that(alpha > 0, "alpha must be > 0, got %s", alpha))
                .withMessage("alpha must be > 0, got NaN");
    }
}
