package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {
    /// x² + 10 y², whose derivative by y is `factor` times what it should be.
    private static Objective bowl(double factor) {
        return (x, gradient) -> {
            gradient[0] = 2 * x[0];
            gradient[1] = factor * 20 * x[1];
            return x[0] * x[0] + 10 * x[1] * x[1];
        };
    }

    private static Objective times(double factor, Objective f) {
        return (x, gradient) -> {
            double value = factor * f.at(x, gradient);
            for (int j = 0; j < gradient.length; j++) gradient[j] *= factor;
            return value;
        };
    }

    static List<Problem> problems() {
        return Problems.all();
    }

    @ParameterizedTest
    @MethodSource("problems")
    void everyProblemAgreesAroundItsStart(Problem problem) {
        var check = GradientCheck.around(problem.objective(), problem.start());
        assertThat(check.agrees()).as("%s: %s", problem.name(), check).isTrue();
    }

    @Test
    void saysWhichPartIsWrong() {
        var check = GradientCheck.of(bowl(1.5), 3, -2);
        assertThat(check.agrees()).isFalse();
        assertThat(check.variable()).isOne();
        assertThat(check.given()).isEqualTo(-60);
        assertThat(check.byDifferences()).isCloseTo(-40, within(1e-7));
        // A third of the greater number.
        assertThat(check.difference()).isCloseTo(1 / 3.0, within(1e-8));
        assertThat(check.point()).containsExactly(3, -2);
        assertThat(check.sentence())
                .matches(
                        "by variable 2, the gradient has -60\\.0 and differences of the values have -(40\\.0|39\\.9|40\\.0)\\d*"
                                + ", 3\\.3e-01 apart of which 9\\.7e-05 is tolerated");
    }

    /// Whatever the size of the function, and where the other part is a million times as great.
    @ParameterizedTest
    @ValueSource(doubles = {1e-200, 1e-9, 1, 1e9, 1e200})
    void aThousandthIsSeenAtAnyScale(double scale) {
        assertThat(GradientCheck.of(times(scale, bowl(1.001)), 3, -2).agrees()).isFalse();
        assertThat(GradientCheck.of(times(scale, bowl(1)), 3, -2).agrees()).isTrue();
        assertThat(GradientCheck.of(times(scale, bowl(1.001)), 3000, -2).agrees())
                .isFalse();
    }

    /// Where the gradient vanishes, roundings are no error.
    @Test
    void minimaAndSaddlesAgree() {
        for (var problem : Problems.all()) {
            // Its minimum is where it has no gradient.
            if (problem.name().equals("kink")) continue;
            var result = new Bfgs().minimize(problem.objective(), problem.start());
            var check = GradientCheck.of(problem.objective(), result.point());
            assertThat(check.agrees()).as("%s: %s", problem.name(), check).isTrue();
        }
        assertThat(GradientCheck.of(Problems.named("saddle").objective(), 0, 0).agrees())
                .isTrue();
    }

    @Test
    void aWrongSignAtRoundNumbersShowsAroundThem() {
        // Right where y = 0, which is where somebody would start.
        var f = bowl(-1);
        assertThat(GradientCheck.of(f, 1, 0).agrees()).isTrue();
        assertThat(GradientCheck.around(f, 1, 0).agrees()).isFalse();
        assertThat(GradientCheck.around(f, 1, 0).variable()).isOne();
    }

    /// |x| + 3|y| on its edges: the gradient is the slope to the right, the differences are the mean of both.
    @Test
    void aKinkDisagrees() {
        var kink = Problems.named("kink").objective();
        assertThat(GradientCheck.of(kink, 2, 1).agrees()).isTrue();
        var edge = GradientCheck.of(kink, 2, 0);
        assertThat(edge.agrees()).isFalse();
        assertThat(edge.variable()).isOne();
        assertThat(edge.given()).isEqualTo(3);
        assertThat(edge.byDifferences()).isZero();
        assertThat(GradientCheck.of(kink, 2, 3e-6).agrees())
                .as("beside the edge")
                .isFalse();
        assertThat(GradientCheck.of(kink, 2, 1e-4).agrees()).as("further away").isTrue();
    }

    /// Roundings to 24 bits are no error in an objective that says it has no more.
    @Test
    void coarseObjectivesAreHeldToTheirPrecision() {
        var f = new Objective() {
            @Override
            public double at(double[] x, double[] gradient) {
                for (int j = 0; j < x.length; j++) gradient[j] = (float) Math.cos(x[j]);
                return (float) (Math.sin(x[0]) + Math.sin(x[1]));
            }

            @Override
            public double precision() {
                return 0x1p-23;
            }
        };
        assertThat(GradientCheck.around(f, 1, 2).agrees()).isTrue();
        Objective asDouble = f::at;
        assertThat(GradientCheck.around(asDouble, 1, 2).agrees()).isFalse();
    }

    @Test
    void whatIsNotFinite() {
        Objective root = (x, gradient) -> {
            gradient[0] = 0.5 / Math.sqrt(x[0]);
            return Math.sqrt(x[0]);
        };
        assertThat(GradientCheck.around(root, 0.01).agrees())
                .as("points below 0 are left out")
                .isTrue();
        var edge = GradientCheck.of(root, 0);
        assertThat(edge.agrees()).isFalse();
        assertThat(edge.difference()).isInfinite();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.of(root, -1))
                .withMessage("a gradient can be checked where the value is finite, it is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.of(root, Double.NaN))
                .withMessage("the point's numbers must be finite, number 1 is NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradientCheck.of(root))
                .withMessage("a point has at least one number");
    }
}
