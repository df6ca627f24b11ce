package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps are those that the formulas say, and it ends when the rules say.
class StepsTest {

    /// A function that remembers where it was asked.
    private record Asked(Objective f, List<double[]> at) implements Objective {
        Asked(Objective f) {
            this(f, new ArrayList<>());
        }

        @Override
        public double at(double[] x, double[] g) {
            at.add(x.clone());
            return f.at(x, g);
        }
    }

    private static double[] minus(double[] a, double[] b) {
        var difference = new double[a.length];
        Dense.sum(a, -1, b, difference);
        return difference;
    }

    private static Map<String, double[]> copy(Map<String, double[]> memory) {
        var copy = new HashMap<String, double[]>();
        memory.forEach((name, numbers) -> copy.put(name, numbers.clone()));
        return copy;
    }

    /// Nocedal & Wright's equation (3.60): the first trial of a step has the decrease to first order of the last.
    @Test
    void steepestDescentBeginsWithTheLastStepByTheRatioOfSlopes() {
        var f = new Asked(Problems.named("bowl").objective());
        var descent = new GradientDescent().start(f, 3, -2);
        for (int k = 0; k < 5; k++) {
            double[] x = descent.point(), g = descent.gradient();
            descent.step();
            double[] now = descent.point(), gradient = descent.gradient();
            double length = Dense.norm(minus(now, x)) / Dense.norm(g);
            double first = length * Dense.dot(g, g) / Dense.dot(gradient, gradient);
            f.at.clear();
            var next = new GradientDescent().start(f, 0, 0);
            next.restore(copy(descent.memory()));
            next.step();
            var expected = new double[2];
            Dense.sum(now, -first, gradient, expected);
            assertThat(f.at.getFirst()).containsExactly(expected, within(1e-10));
        }
    }

    /// Hager & Zhang's equations (1.3) to (1.6), worked out beside: where each step's first trial is, with the last
    /// step's length by the ratio of slopes.
    @Test
    void conjugateDirectionsAreHagerAndZhangs() {
        int negative = 0, limited = 0;
        for (String name : List.of("rosenbrock", "wood", "biggs-exp6", "box", "trigonometric", "helical-valley")) {
            var problem = Problems.named(name);
            var f = new Asked(problem.objective());
            var descent = new ConjugateGradient().start(f, problem.start());
            double[] before = descent.point(), gradientBefore = descent.gradient();
            var d = new double[before.length];
            Dense.scaled(-1, gradientBefore, d);
            descent.step();
            // Until roundings are a part of the differences that counts.
            for (int k = 1; k < 40 && descent.gradientNorm() > 1e-4; k++) {
                double[] x = descent.point(), g = descent.gradient();
                double length = Dense.norm(minus(x, before)) / Dense.norm(d);
                double slope = Dense.dot(gradientBefore, d);
                double[] y = minus(g, gradientBefore);
                double dy = Dense.dot(d, y);
                double beta = (Dense.dot(y, g) - 2 * Dense.dot(d, g) * Dense.dot(y, y) / dy) / dy;
                double least = -1 / (Dense.norm(d) * Math.min(0.01, Dense.norm(gradientBefore)));
                if (beta < 0) negative++;
                if (beta < least) limited++;
                var next = new double[x.length];
                for (int i = 0; i < next.length; i++) next[i] = -g[i] + Math.max(beta, least) * d[i];
                f.at.clear();
                descent.step();
                double first = length * slope / Dense.dot(g, next);
                var way = minus(f.at.getFirst(), x);
                // Of the direction in its memory, since small differences of directions grow.
                d = descent.memory().getOrDefault("last", new double[0]).clone();
                for (int i = 0; i < way.length; i++) {
                    double rounding = 1e-7 * Dense.norm(next);
                    assertThat(d[i]).as("%s, step %d", name, k).isCloseTo(next[i], within(rounding));
                    assertThat(way[i]).as("%s, step %d", name, k).isCloseTo(first * next[i], within(first * rounding));
                }
                before = x;
                gradientBefore = g;
            }
        }
        assertThat(negative).isPositive();
        assertThat(limited).isPositive();
    }

    /// After one step both know it alone, and begin with sᵀy / yᵀy.
    @ParameterizedTest
    @ValueSource(strings = {"rosenbrock", "wood", "watson", "brown-dennis"})
    void theSecondStepsOfBfgsAndLbfgsAreTheSame(String name) {
        var problem = Problems.named(name);
        var asked = new Asked(problem.objective());
        var descent = new Bfgs().start(asked, problem.start());
        descent.step();
        asked.at.clear();
        descent.step();
        var limited = new Asked(problem.objective());
        var other = new Lbfgs().start(limited, problem.start());
        other.step();
        limited.at.clear();
        other.step();
        double[] bfgs = asked.at.getFirst(), lbfgs = limited.at.getFirst();
        assertThat(bfgs).containsExactly(lbfgs, within(1e-12 * Dense.norm(lbfgs)));
    }

    @Test
    void whatDoesNotCurveIsNotLearned() {
        for (double[] change : new double[][] {{-1, 0}, {0, 1}, {0, 0}, {1e-17, 1}, {1e200, 1e200}}) {
            var history = new History(3, 2);
            history.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(history.isEmpty()).isTrue();
            var compact = new Compact(3, 2);
            compact.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(compact.isEmpty()).isTrue();
        }
        for (double[] change : new double[][] {{1, 0}, {1e-15, 1}, {1e100, 0}, {1e-100, 0}}) {
            var history = new History(3, 2);
            history.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(history.isEmpty()).isFalse();
            var compact = new Compact(3, 2);
            compact.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(compact.isEmpty()).isFalse();
        }
    }

    /// Down a straight slope to an edge no step shows any curvature, and BFGS keeps that it knows none.
    @Test
    void bfgsLearnsNothingFromAStraightSlope() {
        var descent = new Bfgs()
                .start(
                        (x, g) -> {
                            g[0] = -1;
                            return x[0] < 1 ? -x[0] : Double.NaN;
                        },
                        0);
        int steps = 0;
        while (descent.step()) steps++;
        assertThat(steps).isPositive();
        assertThat(descent.memory().get("learned")).containsExactly(0);
        assertThat(descent.memory().get("inverse")).containsExactly(0);
    }

    static List<Minimizer> alongLines() {
        return List.of(new GradientDescent(), new ConjugateGradient(), new Bfgs(), new Lbfgs());
    }

    /// From each point of its way a descent that is given the memory goes on as the other does.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void goesOnFromItsMemoryOfEveryStep(Minimizer minimizer) {
        for (String name : List.of("rosenbrock", "wood", "biggs-exp6", "box", "trigonometric", "helical-valley")) {
            var problem = Problems.named(name);
            var descent = minimizer.start(problem.objective(), problem.start());
            for (int k = 0; k < 40; k++) {
                var again = minimizer.start(problem.objective(), new double[problem.dimension()]);
                again.restore(copy(descent.memory()));
                assertThat(again.step()).isEqualTo(descent.step());
                assertThat(again.point()).as("step %d", k).containsExactly(descent.point());
            }
        }
    }

    // When it ends.

    /// A value of 1 and a slope of 1 everywhere, which cannot be: every step seems to lead down, and none does.
    @ParameterizedTest
    @MethodSource("alongLines")
    void endsAfterAHundredStepsThatImproveNothing(Minimizer minimizer) {
        Objective wrong = (x, g) -> {
            g[0] = 1;
            return 1;
        };
        endsAfter101(minimizer, wrong);
    }

    private static void endsAfter101(Minimizer minimizer, Objective f) {
        var result = minimizer.minimize(f, 0);
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        // What the first step comes to is the least so far.
        assertThat(result.iterations()).isEqualTo(101);
        assertThat(result.detail())
                .matches("neither the value nor the gradient's norm, \\S+, has become less in 100 iterations: .*");
        var descent = minimizer.start(f, 0);
        for (int k = 0; k < 50; k++) descent.step();
        var again = minimizer.start(f, 0.5);
        again.restore(copy(descent.memory()));
        assertThat(again.run(Stop.DEFAULT.withGradientNorm(0), d -> {}).iterations())
                .isEqualTo(101);
    }

    /// 1 − cx falls by a tenth of a rounding with every step of 10²⁰c, the longest there is.
    @Test
    void roundingsAreNoImprovement() {
        double c = 3.3e-19;
        Objective f = (x, g) -> {
            g[0] = -c;
            return 1 - c * x[0];
        };
        var result = new GradientDescent().minimize(f, new double[] {0}, new Stop(0, 1000, 100_000));
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(result.iterations()).isEqualTo(101);
    }

    /// From 10²⁰ it falls to 0 in the first step, and then by 100 with each: in a hundred steps by less than 10²⁰ has
    /// of roundings.
    @Test
    void roundingsAreThoseOfAllThatItHasFallen() {
        double c = 1e-9;
        Objective f = (x, g) -> {
            double left = Math.max(0, 1 - x[0]);
            g[0] = -2e20 * left - c;
            return 1e20 * left * left - c * (x[0] - 1);
        };
        var stop = new Stop(0, 1000, 100_000);
        var result = new GradientDescent().minimize(f, new double[] {0}, stop);
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(result.iterations()).isEqualTo(101);
        assertThat(result.value()).isCloseTo(-1e4, within(1.0));
        var descent = new GradientDescent().start(f, 0);
        for (int k = 0; k < 50; k++) descent.step();
        var again = new GradientDescent().start(f, 7);
        again.restore(copy(descent.memory()));
        assertThat(again.run(stop, d -> {}).iterations()).isEqualTo(101);
    }

    /// Beside 10²⁰ no value tells that it goes on, but gradients do.
    @Test
    void aGradientThatBecomesLessIsAnImprovement() {
        Objective f = (x, g) -> {
            g[0] = x[0];
            g[1] = 300 * x[1];
            return 1e20 + (x[0] * x[0] + 300 * x[1] * x[1]) / 2;
        };
        var result = new GradientDescent().minimize(f, new double[] {300, 1}, new Stop(1e-6, 10_000, 100_000));
        assertThat(result.reason()).isEqualTo(Reason.CONVERGED);
        assertThat(result.iterations()).isGreaterThan(110);
    }

    /// Beyond 10 it is −∞.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void saysThatThereIsNoLowerBound(Minimizer minimizer) {
        Objective f = (x, g) -> {
            g[0] = -1;
            return x[0] < 10 ? -x[0] : Double.NEGATIVE_INFINITY;
        };
        var result = minimizer.minimize(f, new double[] {0}, new Stop(1e-5, 1000, 100_000));
        assertThat(result.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(result.detail()).isEqualTo("the function has no lower bound: it fell to -Infinity");
        assertThat(result.point()[0]).isCloseTo(10, within(1e-12)).isLessThan(10);
    }

    /// Whoever writes to what was given or got changes nothing of the way.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void arraysAreItsOwn(Minimizer minimizer) {
        Problem problem = Problems.named("wood");
        var start = problem.start().clone();
        var descent = minimizer.start(problem.objective(), start);
        var undisturbed = minimizer.start(problem.objective(), problem.start());
        start[0] = 7;
        for (int k = 0; k < 5; k++) {
            descent.step();
            undisturbed.step();
            descent.point()[0] = 7;
            descent.gradient()[0] = 7;
            descent.result(Stop.DEFAULT).point()[0] = 7;
            assertThat(descent.point()).containsExactly(undisturbed.point());
        }
        assertThat(start).containsExactly(7, -1, -3, -1);
        assertThat(problem.start()).containsExactly(-3, -1, -3, -1);
    }
}
