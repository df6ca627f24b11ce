package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class LayoutTest {
    @Test
    void tensorsLieOneAfterTheOther() {
        var builder = new Layout.Builder();
        var weight = builder.add("conv.weight", Shape.of(4, 3, 3, 3), Role.WEIGHT);
        var bias = builder.add("conv.bias", Shape.of(4), Role.BIAS);
        var layout = builder.build();
        assertThat(weight.offset()).isZero();
        assertThat(bias.offset()).isEqualTo(108).isEqualTo(weight.end());
        assertThat(layout.length()).isEqualTo(112);
        assertThat(layout.get("conv.bias")).isEqualTo(bias);
        assertThatThrownBy(() -> layout.get("fc.bias")).hasMessage("no parameter is named 'fc.bias'");
        assertThatThrownBy(() -> builder.add("conv.bias", Shape.of(1), Role.BIAS))
                .hasMessage("two parameters are named 'conv.bias'");
    }

    @Test
    void slicesShareMemoryAndStayInside() {
        try (var arena = Arena.ofConfined()) {
            var vector = FlatVector.of(new float[] {1, 2, 3, 4, 5}, arena);
            assertThat(vector.segment().address() % FlatVector.ALIGNMENT).isZero();
            var slice = vector.slice(1, 3);
            slice.set(0, 9);
            assertThat(vector.toArray()).containsExactly(1, 9, 3, 4, 5);
            assertThat(slice.toArray()).containsExactly(9, 3, 4);
            assertThatThrownBy(() -> vector.slice(3, 3)).hasMessage("slice [3, 6) lies outside a vector of 5 elements");
            assertThatThrownBy(() -> vector.copyFrom(slice)).hasMessage("expected a vector of 5 elements, got 3");
        }
    }

    @Test
    void shapesKnowTheirSize() {
        assertThat(Shape.of(3, 5, 7).size()).isEqualTo(105);
        assertThat(Shape.of(3, 5, 7)).hasToString("3×5×7");
        assertThat(Shape.of(3, 5, 7).height()).isEqualTo(5);
        assertThat(Shape.of(11).width()).isEqualTo(1);
        assertThatThrownBy(() -> Shape.of(3, 0)).hasMessage("every extent of a shape must be at least 1, got [3, 0]");
        assertThatThrownBy(() -> Shape.of(1 << 30, 1 << 30, 1 << 30).size()).isInstanceOf(ArithmeticException.class);
    }
}
