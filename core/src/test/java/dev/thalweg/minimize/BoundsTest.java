package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.minimize.problems.Problems;
import org.junit.jupiter.api.Test;

/// Bounds alone.
class BoundsTest {
    private static final double NONE = Double.POSITIVE_INFINITY;

    @Test
    void aStepThatArrivesAtABoundIsOnIt() {
        var bounds = new Bounds(new double[] {0, 0.1, -NONE}, new double[] {1, 0.7, NONE});
        double[] x = {0.3, 0.4, 5}, d = {-0.7, 0.1, 1}, to = new double[3];
        double alpha = bounds.reach(x, d);
        bounds.move(x, alpha, d, to);
        assertThat(to[0]).isEqualTo(0);
        bounds.move(x, 100, d, to);
        assertThat(to).containsExactly(0, 0.7, 105);
    }

    @Test
    void refusesBoundsThatAreNone() {
        assertThatThrownBy(() -> new Lbfgs().withBounds(new double[] {0, 2}, new double[] {1, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a lower bound must be at most the upper one, and a finite number between them, those of number 2 are 2.0 and 1.0");
        assertThatThrownBy(() -> new Lbfgs().withBounds(new double[] {Double.NaN}, new double[] {1}))
                .hasMessageEndingWith("those of number 1 are NaN and 1.0");
        assertThatThrownBy(() -> new Lbfgs().withBounds(new double[] {NONE}, new double[] {NONE}))
                .hasMessageEndingWith("those of number 1 are Infinity and Infinity");
        assertThatThrownBy(() -> new Lbfgs().withBounds(new double[2], new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("as many lower bounds as upper ones are needed, got 2 and 3");
        assertThatThrownBy(() -> new Lbfgs()
                        .withBounds(new double[2], new double[2])
                        .start(Problems.named("rosenbrock").objective(), 1, 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("L-BFGS-B needs a bound for each variable: there are 2, and the start has 3 numbers");
        assertThatThrownBy(() -> new Lbfgs()
                        .withBounds(new double[1], new double[1])
                        .start(Problems.named("rosenbrock").objective(), NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the start's numbers must be finite, number 1 is Infinity");
    }

    @Test
    void boundsAreTheirOwn() {
        var lower = new double[] {0, 0};
        var a = new Lbfgs().withBounds(lower, new double[] {1, 1});
        lower[0] = 0.5;
        assertThat(a).isEqualTo(new Lbfgs(10).withBounds(new double[2], new double[] {1, 1}));
        assertThat(a.bounds().lower()).containsExactly(0, 0);
        assertThat(a.name()).isEqualTo("lbfgs-b");
    }
}
