package dev.thalweg.minimize.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.WithHessian;
import dev.thalweg.minimize.WithProducts;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients, Hessians and products are the differences of what they are the derivatives of.
class DerivativesTest {

    /// All in their customary sizes, some in awkward ones, some begun where their small terms show.
    static Stream<Problem> problems() {
        return Stream.concat(
                Problems.all().stream(),
                Stream.of(
                        Problems.named("watson", 2),
                        Problems.named("watson", 12),
                        Problems.named("extended-rosenbrock", 2),
                        Problems.named("extended-powell", 4),
                        Problems.named("penalty-1", 1),
                        Problems.named("penalty-2", 1),
                        Problems.named("penalty-2", 4),
                        Problems.named("variably-dimensioned", 3),
                        Problems.named("trigonometric", 7),
                        Problems.named("brown-almost-linear", 2),
                        Problems.named("discrete-boundary-value", 1),
                        Problems.named("discrete-boundary-value", 17),
                        Problems.named("discrete-integral-equation", 3),
                        Problems.named("broyden-tridiagonal", 2),
                        Problems.named("broyden-banded", 4),
                        Problems.named("broyden-banded", 13),
                        Problems.named("linear-full-rank", 3),
                        Problems.named("linear-rank-1", 1),
                        Problems.named("linear-rank-1-zero", 3),
                        Problems.named("chebyquad", 1),
                        Problems.named("chebyquad", 9),
                        Problems.named("chained-rosenbrock", 2),
                        Problems.named("chained-rosenbrock", 7),
                        begun("powell-badly-scaled", 1e-5, 10),
                        begun("brown-badly-scaled", 1e6, 3e-6),
                        begun("meyer", 0.0056, 6181, 345),
                        begun("biggs-exp6", 1, 9, 1, 5, 4, 2),
                        begun("watson", -0.1, 1, -0.2, 1.2, -1.5, 1),
                        begun("penalty-1", 0.25, 0.2501, 0.25, 0.2499),
                        begun("penalty-2", 0.2, 0.19, 0.48, 0.52),
                        begun("trigonometric", 3, -2, 1, 5),
                        begun("brown-almost-linear", 0, 1, 0),
                        begun("himmelblau", 3, -2)));
    }

    private static Problem begun(String name, double... start) {
        var problem = Problems.named(name, start.length);
        return new Problem(name, name, problem.number(), problem.objective(), start, problem.minima());
    }

    static Stream<Problem> withHessian() {
        return problems().filter(problem -> problem.objective() instanceof WithHessian);
    }

    static Stream<Problem> withProducts() {
        return problems().filter(problem -> problem.objective() instanceof WithProducts);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void gradientIsTheSlope(Problem problem) {
        for (double[] x : around(problem)) {
            double[] gradient = gradient(problem, x);
            double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
            for (int j = 0; j < x.length; j++) {
                double h = step(x[j]);
                double slope = (8 * (value(problem, x, j, h) - value(problem, x, j, -h))
                                - (value(problem, x, j, 2 * h) - value(problem, x, j, -2 * h)))
                        / (12 * h);
                double noise = 8 * Math.ulp(value(problem, x, j, 0)) / h;
                assertThat(gradient[j])
                        .as("%s by %s at %s", problem.name(), j, Arrays.toString(x))
                        .isCloseTo(slope, within(1e-7 * Math.abs(slope) + 1e-9 * largest + noise + 1e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withHessian")
    void hessianIsTheChangeOfTheGradient(Problem problem) {
        int n = problem.dimension();
        for (double[] x : around(problem)) {
            double[] hessian = new double[n * n];
            Arrays.fill(hessian, Double.NaN);
            ((WithHessian) problem.objective()).hessian(x, hessian);
            for (int j = 0; j < n; j++) {
                double[] unit = new double[n];
                unit[j] = 1;
                assertThat(Arrays.copyOfRange(hessian, j * n, j * n + n))
                        .as("%s, row %s at %s", problem.name(), j, Arrays.toString(x))
                        .containsExactly(
                                changeOfGradient(problem, x, unit, step(x[j])), tolerance(problem, x, hessian));
                for (int k = 0; k < j; k++) assertThat(hessian[j * n + k]).isEqualTo(hessian[k * n + j]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withProducts")
    void productIsTheChangeOfTheGradient(Problem problem) {
        int n = problem.dimension();
        var random = new SplittableRandom(7);
        for (double[] x : around(problem)) {
            double[] direction = random.doubles(n, -1, 1).toArray();
            double[] product = new double[n];
            Arrays.fill(product, Double.NaN);
            ((WithProducts) problem.objective()).product(x, direction, product);
            assertThat(product)
                    .as("%s at %s", problem.name(), Arrays.toString(x))
                    .containsExactly(changeOfGradient(problem, x, direction, 1e-4), tolerance(problem, x, product));
        }
    }

    /// The start and three points nearby.
    private static double[][] around(Problem problem) {
        var random = new SplittableRandom(problem.number() * 100L + problem.dimension());
        double[][] points = new double[4][];
        for (int k = 0; k < points.length; k++) {
            points[k] = problem.start().clone();
            for (int j = 0; j < points[k].length; j++)
                points[k][j] += k * 0.05 * random.nextDouble(-1, 1) * scale(points[k][j]);
        }
        return points;
    }

    private static double scale(double x) {
        return x == 0 ? 0.1 : Math.abs(x);
    }

    private static double step(double x) {
        return 2e-4 * scale(x);
    }

    private static double value(Problem problem, double[] x) {
        return problem.objective().at(x, new double[x.length]);
    }

    private static double value(Problem problem, double[] x, int j, double h) {
        double[] moved = x.clone();
        moved[j] += h;
        return value(problem, moved);
    }

    private static double[] gradient(Problem problem, double[] x) {
        double[] gradient = new double[x.length];
        Arrays.fill(gradient, Double.NaN);
        problem.objective().at(x, gradient);
        return gradient;
    }

    /// ∇²f · direction by central differences of fourth order.
    private static double[] changeOfGradient(Problem problem, double[] x, double[] direction, double h) {
        double[] change = new double[x.length];
        for (int steps = -2; steps <= 2; steps++) {
            double weight = new double[] {1, -8, 0, 8, -1}[steps + 2] / (12 * h);
            double[] moved = x.clone();
            for (int j = 0; j < x.length; j++) moved[j] += steps * h * direction[j];
            double[] gradient = gradient(problem, moved);
            for (int j = 0; j < x.length; j++) change[j] += weight * gradient[j];
        }
        return change;
    }

    /// For derivatives of the gradient: some digits of the largest, and what the gradient's rounding amounts to.
    private static Offset<Double> tolerance(Problem problem, double[] x, double[] derivatives) {
        double largest = norm(derivatives);
        return within(1e-8 * largest + 2e-11 * norm(gradient(problem, x)));
    }

    private static double norm(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(value -> value * value).sum());
    }
}
