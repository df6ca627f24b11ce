package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LbfgsL1Test {
    private static final long SEED = 20260;

    /// ½‖Ax − b‖²
    private record Squares(double[][] a, double[] b) implements Objective {
        static Squares random(int rows, int n, long seed) {
            var random = new SplittableRandom(seed);
            var a = new double[rows][n];
            var b = new double[rows];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < n; j++) a[i][j] = random.nextDouble(-1, 1);
                b[i] = random.nextDouble(-3, 3);
            }
            return new Squares(a, b);
        }

        @Override
        public double at(double[] x, double[] g) {
            Arrays.fill(g, 0);
            double sum = 0;
            for (int i = 0; i < b.length; i++) {
                double r = Dense.dot(a[i], x) - b[i];
                sum += r * r / 2;
                Dense.add(r, a[i], g);
            }
            return sum;
        }
    }

    private static Objective separable(double[] h, double[] a) {
        return (x, g) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                g[i] = h[i] * (x[i] - a[i]);
                sum += h[i] * (x[i] - a[i]) * (x[i] - a[i]) / 2;
            }
            return sum;
        };
    }

    /// ½h(x − a)² + λ|x| is least where a is brought λ/h nearer to zero, and at zero if that is beyond it.
    @Test
    void thresholdsWhatIsSeparable() {
        double[] h = {1, 2, 4, 1, 10}, a = {3, -2, 0.2, -0.9, 0.3};
        var result = new Lbfgs()
                .withL1(1)
                .minimize(separable(h, a), new double[] {1, 1, 1, 1, 1}, Stop.DEFAULT.withGradientNorm(1e-9));
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsExactly(new double[] {2, -1.5, 0, 0, 0.2}, within(1e-9));
        assertThat(result.point()[2]).isZero();
        assertThat(result.point()[3]).isZero();
        double[] x = result.point();
        double value = separable(h, a).at(x, new double[5]);
        assertThat(result.value()).isCloseTo(value + 2 + 1.5 + 0.2, within(1e-9));
    }

    /// The derivative of f is −λ·sign(xᵢ), and where xᵢ = 0 at most λ in size.
    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "7, 20", "33, 20", "200, 50"})
    void theConditionsOfTheLassoHold(int n, int rows) {
        for (int round = 0; round < 10; round++) {
            var f = Squares.random(rows, n, SEED + round);
            for (double lambda : new double[] {0.01, 1, 3}) {
                var result = new Lbfgs().withL1(lambda).minimize(f, new double[n], Stop.DEFAULT.withGradientNorm(1e-7));
                assertThat(result.converged())
                        .as("round %d, λ %s: %s", round, lambda, result)
                        .isTrue();
                var x = result.point();
                var g = new double[n];
                f.at(x, g);
                for (int i = 0; i < n; i++)
                    if (x[i] == 0) assertThat(Math.abs(g[i])).isLessThan(lambda + 1e-7);
                    else assertThat(g[i]).isCloseTo(-Math.copySign(lambda, x[i]), within(1e-7));
                if (n > rows)
                    assertThat(Arrays.stream(x).filter(v -> v != 0).count()).isLessThanOrEqualTo(rows);
            }
        }
    }

    /// From λ = ‖Aᵀb‖∞ on, nothing is worth its price.
    @Test
    void aGreatLambdaLeavesNothing() {
        int n = 33;
        var f = Squares.random(20, n, SEED);
        var g = new double[n];
        f.at(new double[n], g);
        double lambda = Arrays.stream(g).map(Math::abs).max().orElseThrow();
        var start = new double[n];
        Arrays.fill(start, 0.7);
        var result = new Lbfgs().withL1(lambda).minimize(f, start, Stop.DEFAULT);
        assertThat(result.converged()).isTrue();
        assertThat(result.point()).containsOnly(0);
        assertThat(new Lbfgs().withL1(lambda).start(f, new double[n]).gradientNorm())
                .isZero();
    }

    /// Of f = (x − 3)²/2 + 2y at (0, 0), with λ = 1: the steepest slopes are −3 + 1 and 2 − 1, and with λ = 2
    /// the second is none.
    @Test
    void theNormIsThatOfThePseudoGradient() {
        Objective f = (x, g) -> {
            g[0] = x[0] - 3;
            g[1] = 2;
            return (x[0] - 3) * (x[0] - 3) / 2 + 2 * x[1];
        };
        assertThat(new Lbfgs().withL1(1).start(f, 0, 0).gradientNorm()).isEqualTo(Math.sqrt(5));
        assertThat(new Lbfgs().withL1(2).start(f, 0, 0).gradientNorm()).isEqualTo(1);
        assertThat(new Lbfgs().withL1(2).start(f, 1, 1).value()).isEqualTo(2 + 2 + 2 * 2);
    }

    /// Rosenbrock's function, which is not convex; at (x, y) both positive the conditions are
    /// 200(y − x²) = −λ and −400x(y − x²) − 2(1 − x) = −λ, so that 2λx − 2 + 2x = −λ.
    @Test
    void rosenbrockWithAPrice() {
        Objective f = (x, g) -> {
            double a = x[1] - x[0] * x[0], b = 1 - x[0];
            g[0] = -400 * x[0] * a - 2 * b;
            g[1] = 200 * a;
            return 100 * a * a + b * b;
        };
        double lambda = 0.1, x = (2 - lambda) / (2 + 2 * lambda);
        var result =
                new Lbfgs().withL1(lambda).minimize(f, new double[] {-1.2, 1}, Stop.DEFAULT.withGradientNorm(1e-8));
        assertThat(result.converged()).as(result.toString()).isTrue();
        assertThat(result.point()).containsExactly(new double[] {x, x * x - lambda / 200}, within(1e-7));
    }

    @Test
    void theValueNeverRises() {
        var f = Squares.random(20, 33, SEED);
        var descent = new Lbfgs().withL1(0.5).start(f, new double[33]);
        double before = descent.value();
        while (descent.goesOn(Stop.DEFAULT)) {
            descent.step();
            assertThat(descent.value()).isLessThanOrEqualTo(before + 1e-12 * Math.abs(before));
            before = descent.value();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 12})
    void goesOnFromItsMemoryWithTheSameBits(int steps) {
        int n = 33;
        var f = Squares.random(20, n, SEED);
        var minimizer = new Lbfgs(5).withL1(0.5);
        var first = minimizer.start(f, new double[n]);
        for (int i = 0; i < steps; i++) first.step();
        var start = new double[n];
        Arrays.fill(start, -2);
        var second = minimizer.start(f, start);
        second.step();
        second.restore(first.memory().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().clone())));
        var a = first.run(Stop.DEFAULT, descent -> {});
        var b = second.run(Stop.DEFAULT, descent -> {});
        assertThat(a.iterations()).isGreaterThan(steps);
        assertThat(b.point()).containsExactly(a.point());
        assertThat(b).usingRecursiveComparison().isEqualTo(a);
    }

    @Test
    void stepsAllocateNoVector() {
        int n = 1021;
        double[] h = new double[n], a = new double[n];
        for (int i = 0; i < n; i++) {
            h[i] = 1 + i % 7;
            a[i] = i % 5 - 2;
        }
        var descent = new Lbfgs(3).withL1(0.5).start(separable(h, a), new double[n]);
        var memory = descent.memory().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().clone()));
        assertThat(Allocated.soonBy(() -> {
                    descent.restore(memory);
                    for (int i = 0; i < 5; i++) descent.step();
                }))
                .isLessThan(8 * n);
        assertThat(descent.iterations()).isEqualTo(5);
    }

    /// x − ln x is not defined for x ≤ 0; with |x| added, the least is where 2 = 1/x.
    @Test
    void staysWhereTheFunctionIsDefined() {
        Objective f = (x, g) -> {
            g[0] = 1 - 1 / x[0];
            return x[0] - Math.log(x[0]);
        };
        var result = new Lbfgs().withL1(1).minimize(f, new double[] {30}, Stop.DEFAULT.withGradientNorm(1e-9));
        assertThat(result.converged()).isTrue();
        assertThat(result.point()[0]).isCloseTo(0.5, within(1e-9));
    }

    /// 2x² + 1.9xy + y²/2 − 8x with λ = 5 leaves y at zero, and is least where 4x − 8 = −5. The first step, by 1
    /// against the slope of −3, shows how 4x − 8 grows, and the model in x alone is all there is to know: the
    /// second ends there.
    @Test
    void theModelIsThatOfWhatMayMove() {
        var asked = new ArrayList<Double>();
        Objective f = (x, g) -> {
            asked.add(x[0]);
            assertThat(x[1]).isZero();
            g[0] = 4 * x[0] + 1.9 * x[1] - 8;
            g[1] = 1.9 * x[0] + x[1];
            return 2 * x[0] * x[0] + 1.9 * x[0] * x[1] + x[1] * x[1] / 2 - 8 * x[0];
        };
        var result = new Lbfgs().withL1(5).minimize(f, new double[2], Stop.DEFAULT.withGradientNorm(1e-9));
        assertThat(result.converged()).isTrue();
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1)).isCloseTo(1, within(1e-12));
        assertThat(asked.get(2)).isCloseTo(0.75, within(1e-12));
    }

    /// Of x + |x|/1000 from 10 the first step goes by 1; below 9.4 there is nothing, and it is halved.
    @Test
    void stepsAreHalvedUntilTheyAreGood() {
        var asked = new ArrayList<Double>();
        Objective f = (x, g) -> {
            asked.add(x[0]);
            g[0] = 1;
            return x[0] > 9.4 ? x[0] : Double.NaN;
        };
        new Lbfgs().withL1(0.001).start(f, 10).step();
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1)).isCloseTo(9, within(1e-12));
        assertThat(asked.get(2)).isCloseTo(9.5, within(1e-12));
    }

    @Test
    void failuresAreResults() {
        var undefined = new Lbfgs().withL1(1).minimize((x, g) -> Double.NaN, 1, 2);
        assertThat(undefined.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(undefined.detail()).isEqualTo("at the start, the value is NaN");

        Objective wrong = (x, g) -> {
            g[0] = -20 * x[0];
            return 10 * x[0] * x[0];
        };
        var failed = new Lbfgs().withL1(1).minimize(wrong, 3);
        assertThat(failed.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(failed.point()).containsExactly(3);
    }

    @Test
    void refusesWhatIsNoPrice() {
        assertThatThrownBy(() -> new Lbfgs().withL1(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OwlQn.lambda must be above 0 and finite, got -1.0");
        assertThatThrownBy(() -> new Lbfgs().withL1(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OwlQn.lambda must be above 0 and finite, got NaN");
    }
}
