package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LbfgsBoundsTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final long SEED = 20260;

    private static final Objective ROSENBROCK = (x, g) -> {
        double a = x[1] - x[0] * x[0], b = 1 - x[0];
        g[0] = -400 * x[0] * a - 2 * b;
        g[1] = 200 * a;
        return 100 * a * a + b * b;
    };

    /// The problem of L-BFGS-B's own driver1, whose least value is 0.
    private static final Objective DRIVER = (x, g) -> {
        double sum = (x[0] - 1) * (x[0] - 1);
        Arrays.fill(g, 0);
        g[0] = 2 * (x[0] - 1);
        for (int i = 1; i < x.length; i++) {
            double t = x[i] - x[i - 1] * x[i - 1];
            sum += 4 * t * t;
            g[i] += 8 * t;
            g[i - 1] -= 16 * x[i - 1] * t;
        }
        return sum;
    };

    /// Fails the test when it is asked outside the bounds.
    private static Objective guarded(Objective f, double[] lower, double[] upper) {
        return (x, g) -> {
            for (int i = 0; i < x.length; i++) assertThat(x[i]).isBetween(lower[i], upper[i]);
            return f.at(x, g);
        };
    }

    private static Result minimize(Objective f, double[] lower, double[] upper, double[] start, double norm) {
        return new Lbfgs()
                .withBounds(lower, upper)
                .minimize(guarded(f, lower, upper), start, Stop.DEFAULT.withGradientNorm(norm));
    }

    private static double[] all(int n, double value) {
        var array = new double[n];
        Arrays.fill(array, value);
        return array;
    }

    /// x² + xy + y² − 4x − 3y has its minimum at (5/3, 2/3). With x ≤ 1 it is where 1 + 2y = 3, at (1, 1), and
    /// is 1/3 more there; the derivative by x, −1, points out of the box.
    @Test
    void aParabolaWithOneBoundInTheWay() {
        var f = new Quadratic(new double[][] {{2, 1}, {1, 2}}, new double[] {5.0 / 3, 2.0 / 3});
        var result = minimize(f, all(2, -NONE), new double[] {1, NONE}, new double[] {-3, 5}, 1e-10);
        assertThat(result.converged()).isTrue();
        assertThat(result.point()[0]).isEqualTo(1);
        assertThat(result.point()[1]).isCloseTo(1, within(1e-10));
        assertThat(result.value()).isCloseTo(1.0 / 3, within(1e-12));
    }

    /// With x ≤ u < 1 the least of Rosenbrock's function is (1 − u)² at (u, u²), the derivative by x is −2(1 − u);
    /// with x ≥ 5/4 it is 1/16 at (5/4, 25/16). SciPy 1.17.1's L-BFGS-B comes to these norms with 29 and 20
    /// evaluations.
    @Test
    void rosenbrockWithBounds() {
        var below = minimize(
                ROSENBROCK, new double[] {-1.5, -NONE}, new double[] {0.5, NONE}, new double[] {-1.2, 1}, 1e-8);
        assertThat(below.converged()).isTrue();
        assertThat(below.point()).containsExactly(new double[] {0.5, 0.25}, within(1e-9));
        assertThat(below.value()).isCloseTo(0.25, within(1e-12));
        assertThat(below.evaluations()).isLessThanOrEqualTo((int) (1.3 * 29));

        var above = minimize(ROSENBROCK, new double[] {1.25, -NONE}, all(2, NONE), new double[] {2, 2}, 1e-8);
        assertThat(above.converged()).isTrue();
        assertThat(above.point()).containsExactly(new double[] {1.25, 1.5625}, within(1e-9));
        assertThat(above.value()).isCloseTo(0.0625, within(1e-12));
        assertThat(above.evaluations()).isLessThanOrEqualTo((int) (1.3 * 20));
    }

    /// SciPy 1.17.1's L-BFGS-B, of ten steps too, comes to the norm with 32 and 35 evaluations.
    @ParameterizedTest
    @CsvSource({"25, 32", "1000, 35"})
    void theProblemOfTheFirstDriver(int n, int evaluations) {
        var lower = new double[n];
        for (int i = 0; i < n; i++) lower[i] = i % 2 == 0 ? 1 : -100;
        var result = minimize(DRIVER, lower, all(n, 100), all(n, 3), 1e-5);
        assertThat(result.converged()).isTrue();
        assertThat(result.value()).isBetween(0.0, 1e-9);
        assertThat(result.evaluations()).isLessThanOrEqualTo((int) (1.3 * evaluations));
    }

    /// At the minimum of a convex function the derivative is 0 inside the bounds, not negative at lower ones
    /// and not positive at upper ones.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 33})
    void theConditionsOfTheMinimumHold(int n) {
        for (int round = 0; round < 50; round++) {
            var random = new SplittableRandom(SEED + round);
            var f = Quadratic.random(n, random);
            double[] lower = new double[n], upper = new double[n], start = new double[n];
            for (int i = 0; i < n; i++) {
                lower[i] = random.nextInt(4) == 0 ? -NONE : random.nextDouble(-1, 0.5);
                upper[i] = switch (random.nextInt(8)) {
                    case 0, 1 -> NONE;
                    case 2 -> Math.max(lower[i], -2);
                    default -> Math.max(lower[i], -2) + random.nextDouble();
                };
                start[i] = random.nextDouble(-1, 1);
            }
            var result = minimize(f, lower, upper, start, 1e-9 * n);
            assertThat(result.converged()).as("round %d: %s", round, result).isTrue();
            var x = result.point();
            var g = new double[n];
            f.at(x, g);
            for (int i = 0; i < n; i++) {
                if (x[i] > lower[i]) assertThat(g[i]).isLessThan(1e-8 * n);
                if (x[i] < upper[i]) assertThat(g[i]).isGreaterThan(-1e-8 * n);
            }
        }
    }

    /// Roundings may cost or save an evaluation.
    @Test
    void withoutAnyBoundItIsLbfgs() {
        var start = new double[] {-1.2, 1};
        var result = minimize(ROSENBROCK, all(2, -NONE), all(2, NONE), start, 1e-8);
        var plain = new Lbfgs().minimize(ROSENBROCK, start, Stop.DEFAULT.withGradientNorm(1e-8));
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsExactly(new double[] {1, 1}, within(1e-8));
        assertThat(result.evaluations()).isCloseTo(plain.evaluations(), within(1));
    }

    /// With y = 2 held, Rosenbrock's function has its least where 400x³ − 798x − 2 = 0 at x = 1.41370.
    @Test
    void aVariableWhoseBoundsAreTheSameStaysThere() {
        var result = minimize(ROSENBROCK, new double[] {-NONE, 2}, new double[] {NONE, 2}, new double[] {1, -7}, 1e-9);
        assertThat(result.converged()).isTrue();
        double x = result.point()[0];
        assertThat(400 * x * x * x - 798 * x - 2).isCloseTo(0, within(1e-8));
        assertThat(x).isCloseTo(1.41370, within(1e-5));
        assertThat(result.point()[1]).isEqualTo(2);

        var held = minimize(ROSENBROCK, all(2, 2), all(2, 2), new double[] {0, 0}, 0);
        assertThat(held.converged()).isTrue();
        assertThat(held.evaluations()).isEqualTo(1);
        assertThat(held.point()).containsExactly(2, 2);
        assertThat(held.gradientNorm()).isZero();
    }

    @Test
    void leavesAVertexAndGoesToAnother() {
        var f = new Quadratic(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new double[] {5, -5, 0.5});
        var result = minimize(f, all(3, 0), all(3, 2), new double[] {0, 2, 0}, 1e-12);
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsExactly(new double[] {2, 0, 0.5}, within(1e-12));
    }

    /// The minimum itself is a vertex, and the start.
    @Test
    void staysAtTheVertexThatIsTheMinimum() {
        var f = new Quadratic(new double[][] {{1, 0}, {0, 1}}, new double[] {5, -5});
        var result = minimize(f, all(2, 0), all(2, 2), new double[] {2, 0}, 0);
        assertThat(result.converged()).isTrue();
        assertThat(result.evaluations()).isEqualTo(1);
    }

    /// 50(x − 1/2)² from 0 falls by 50 with each x at first, so that the model, as curved as x²/2, is least at
    /// 50: a box with all its sides takes its word, without one of them the first trial goes by 1.
    @ParameterizedTest
    @CsvSource({"1000, 50", "40, 40", "Infinity, 1"})
    void theFirstTrialIsTheModelsInABoxOfAllSides(double upper, double trial) {
        var asked = new ArrayList<Double>();
        Objective f = (x, g) -> {
            asked.add(x[0]);
            g[0] = 100 * (x[0] - 0.5);
            return 50 * (x[0] - 0.5) * (x[0] - 0.5);
        };
        new Lbfgs().withBounds(all(1, 0), all(1, upper)).start(f, 0).step();
        assertThat(asked).startsWith(0.0, trial);
    }

    @Test
    void aStartOutsideGoesToTheNearestPointWithin() {
        var descent = new Lbfgs()
                .withBounds(new double[] {-1, -NONE, 3}, new double[] {1, 2, 4})
                .start((x, g) -> 0, -7, 8, 3.5);
        assertThat(descent.point()).containsExactly(-1, 2, 3.5);
    }

    /// The gradient of x²/2 at 3 is 3, and only 1 of it leads to a point of [2, ∞).
    @Test
    void theNormIsThatOfTheProjectedGradient() {
        Objective f = (x, g) -> {
            g[0] = x[0];
            return x[0] * x[0] / 2;
        };
        var bounded = new Lbfgs().withBounds(new double[] {2}, new double[] {NONE});
        assertThat(bounded.start(f, 3).gradientNorm()).isEqualTo(1);
        assertThat(bounded.start(f, 2).gradientNorm()).isZero();
    }

    /// −x has no least value on the line, and has one in a box.
    @Test
    void aLineHasAMinimumInABox() {
        Objective f = (x, g) -> {
            g[0] = -1;
            return -x[0];
        };
        var result = minimize(f, all(1, -NONE), all(1, 1e6), new double[] {0.1}, 0);
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsExactly(1e6);
    }

    /// x − ln x is least at 1 and is not defined for x ≤ 0, which these bounds allow.
    @Test
    void staysWhereTheFunctionIsDefined() {
        Objective f = (x, g) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                g[i] = 1 - 1 / x[i];
                sum += x[i] - Math.log(x[i]);
            }
            return sum;
        };
        var result = minimize(f, all(3, -50), new double[] {60, 0.5, 60}, new double[] {40, 0.01, 3}, 1e-8);
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsExactly(new double[] {1, 0.5, 1}, within(1e-7));
    }

    @Test
    void aStartWhereTheFunctionIsNotDefinedIsAResult() {
        var result = minimize((x, g) -> Double.NaN, all(2, 0), all(2, 1), new double[] {0, 0}, 1e-5);
        assertThat(result.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(result.detail()).isEqualTo("at the start, the value is NaN");
    }

    @Test
    void aGradientOfTheWrongSignIsAResult() {
        Objective f = (x, g) -> {
            g[0] = -2 * (x[0] - 1);
            g[1] = -2 * x[1];
            return (x[0] - 1) * (x[0] - 1) + x[1] * x[1];
        };
        var result = minimize(f, all(2, -5), all(2, 5), new double[] {2, 2}, 1e-5);
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(result.point()).containsExactly(2, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 12})
    void goesOnFromItsMemoryWithTheSameBits(int steps) {
        int n = 25;
        var lower = new double[n];
        for (int i = 0; i < n; i++) lower[i] = i % 2 == 0 ? 1 : -100;
        var minimizer = new Lbfgs(5).withBounds(lower, all(n, 100));
        var first = minimizer.start(DRIVER, all(n, 3));
        for (int i = 0; i < steps; i++) first.step();
        var second = minimizer.start(DRIVER, all(n, 50));
        second.step();
        second.restore(Memories.copy(first.memory()));
        var stop = Stop.DEFAULT.withGradientNorm(1e-9);
        var a = first.run(stop, descent -> {});
        var b = second.run(stop, descent -> {});
        assertThat(b.point()).containsExactly(a.point());
        assertThat(b).usingRecursiveComparison().isEqualTo(a);
    }

    @Test
    void refusesAMemoryFromBeyondItsBounds() {
        var elsewhere = new Lbfgs().withBounds(all(2, 3), all(2, 4)).start(ROSENBROCK, 3, 3);
        elsewhere.step();
        var descent = new Lbfgs().withBounds(all(2, 0), all(2, 2)).start(ROSENBROCK, 1, 1);
        assertThatThrownBy(() -> descent.restore(elsewhere.memory()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the memory of a descent must hold a point within the bounds, number 1 is 3.");
    }

    /// Every fifth variable has a bound in the way, so that all parts of a step are taken.
    @Test
    void stepsAllocateNoVector() {
        int n = 1021;
        Objective f = (x, g) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double d = x[i] - (i % 5 == 0 ? 2 : 0.5);
                g[i] = (1 + i % 7) * d + 4 * d * d * d;
                sum += (1 + i % 7) * d * d / 2 + d * d * d * d;
            }
            return sum;
        };
        var descent = new Lbfgs(3).withBounds(all(n, 0), all(n, 1)).start(f, all(n, 0));
        var memory = Memories.copy(descent.memory());
        var start = memory.get("counts").clone();
        assertThat(Allocated.soonBy(() -> {
                    descent.restore(memory);
                    for (int i = 0; i < 6; i++) descent.step();
                }))
                .isLessThan(8 * n);
        assertThat(descent.iterations()).isGreaterThan((int) start[1] + 3);
    }
}
