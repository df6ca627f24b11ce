package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// When a descent ends, and what it says of it.
class ReasonsTest {
    static List<Minimizer> alongLines() {
        return List.of(new GradientDescent(), new ConjugateGradient(), new Bfgs(), new Lbfgs());
    }

    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void saysThatTheBudgetIsUsedUp(Minimizer minimizer) {
        var problem = Problems.named("rosenbrock");
        var result = minimizer.minimize(problem.objective(), problem.start(), Stop.DEFAULT.withIterations(3));
        assertThat(result.reason()).isEqualTo(Reason.BUDGET);
        assertThat(result.iterations()).isEqualTo(3);
        assertThat(result.detail()).matches("3 iterations with \\d+ evaluations were not enough");
        result = minimizer.minimize(problem.objective(), problem.start(), Stop.DEFAULT.withEvaluations(5));
        assertThat(result.reason()).isEqualTo(Reason.BUDGET);
        assertThat(result.evaluations()).isBetween(5, 25);
    }

    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void saysThatTheStartIsUndefined(Minimizer minimizer) {
        var result = minimizer.minimize((x, g) -> Double.NaN, 1, 2);
        assertThat(result.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(result.detail()).isEqualTo("at the start, the value is NaN");
        assertThat(result.point()).containsExactly(1, 2);
        assertThat(result.iterations()).isZero();
        Objective slopeless = (x, g) -> {
            g[1] = Double.POSITIVE_INFINITY;
            return 1;
        };
        assertThat(minimizer.minimize(slopeless, 1, 2).detail())
                .isEqualTo("at the start, part 2 of the gradient is Infinity");
    }

    /// x − ln x is not defined for x ≤ 0, and a first step from 30 would go there.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void staysWhereTheFunctionIsDefined(Minimizer minimizer) {
        Objective f = (x, g) -> {
            g[0] = 30 * (1 - 1 / x[0]);
            return x[0] > 0 ? 30 * (x[0] - Math.log(x[0])) : Double.NaN;
        };
        var result = minimizer.minimize(f, new double[] {0.01}, Stop.DEFAULT);
        assertThat(result.reason()).isEqualTo(Reason.CONVERGED);
        assertThat(result.point()[0]).isCloseTo(1, within(1e-6));
    }

    /// Beyond 1 there is nothing: the last good point is what is given, close to the edge.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void givesTheLastGoodPoint(Minimizer minimizer) {
        Objective f = (x, g) -> {
            g[0] = -1;
            return x[0] < 1 ? -x[0] : Double.NaN;
        };
        var result = minimizer.minimize(f, new double[] {0}, Stop.DEFAULT.withIterations(200));
        assertThat(result.reason()).isNotEqualTo(Reason.CONVERGED);
        assertThat(result.point()[0]).isBetween(0.5, Math.nextDown(1.0));
        assertThat(result.value()).isEqualTo(-result.point()[0]);
    }

    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void aGradientOfTheWrongSignIsAFailedSearch(Minimizer minimizer) {
        Objective wrong = (x, g) -> {
            g[0] = -20 * x[0];
            return 10 * x[0] * x[0];
        };
        var result = minimizer.minimize(wrong, 3);
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(result.point()).containsExactly(3);
        assertThat(result.detail()).contains("unless the gradient is wrong or the function has a kink");
    }

    /// |x| + 3|y|: where it ends the gradient is not small, and it says so.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void aKinkIsNoMinimumOfASmoothFunction(Minimizer minimizer) {
        var problem = Problems.named("kink");
        var result = minimizer.minimize(problem.objective(), problem.start(), Stop.DEFAULT.withIterations(2000));
        assertThat(result.reason()).isNotEqualTo(Reason.CONVERGED);
        assertThat(result.value()).isLessThan(5);
    }

    /// Beyond 3.5 there is nothing, but shorter steps go up: it is the gradient that is wrong.
    @Test
    void aGradientOfTheWrongSignBesideAnEdgeIsAFailedSearch() {
        Objective wrong = (x, g) -> {
            g[0] = -20 * x[0];
            return x[0] > 3.5 ? Double.NaN : 10 * x[0] * x[0];
        };
        for (var minimizer : MinimizersTest.withBoundsAndL1(1)) {
            var result = minimizer.minimize(wrong, 3);
            assertThat(result.reason()).as(minimizer.name()).isEqualTo(Reason.LINE_SEARCH_FAILED);
            assertThat(result.point()).containsExactly(3);
        }
    }

    /// Nothing but the start itself is defined.
    @Test
    void aStartAmidNothingIsNotFinite() {
        Objective dot = (x, g) -> {
            g[0] = 1;
            return x[0] == 3 ? 1 : Double.NaN;
        };
        for (var minimizer : MinimizersTest.withBoundsAndL1(1)) {
            var result = minimizer.minimize(dot, 3);
            assertThat(result.reason()).as(minimizer.name()).isEqualTo(Reason.NOT_FINITE);
            assertThat(result.point()).containsExactly(3);
            assertThat(result.value()).isCloseTo(1, within(1e-11));
        }
    }

    /// Whoever steps at a minimum gets no step, and it is a minimum all the same.
    @Test
    void aStepAtAMinimumChangesNothing() {
        var bowl = Problems.named("bowl").objective();
        var stop = Stop.DEFAULT.withGradientNorm(0);
        for (var minimizer : MinimizersTest.withBoundsAndL1(2)) {
            var descent = minimizer.start(bowl, 0, 0);
            assertThat(descent.step()).as(minimizer.name()).isFalse();
            assertThat(descent.goesOn(stop)).isFalse();
            assertThat(descent.result(stop).reason()).isEqualTo(Reason.CONVERGED);
            assertThat(descent.result(stop).detail()).isEqualTo("the gradient's norm, 0.00, is at most 0.00");
            assertThat(descent.point()).containsExactly(0, 0);
        }
    }

    /// No step leads to a gradient of 0, but to one that a looser demand takes for none.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void whatIsTooMuchForOneStopIsEnoughForAnother(Minimizer minimizer) {
        var problem = Problems.named("brown-dennis");
        var descent = minimizer.start(problem.objective(), problem.start());
        var result = descent.run(new Stop(0, 3000, 50_000), d -> {});
        assertThat(result.reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(result.gradientNorm()).isBetween(1e-13, 1e-5);
        assertThat(descent.goesOn(Stop.DEFAULT)).isFalse();
        assertThat(descent.result(Stop.DEFAULT).reason()).isEqualTo(Reason.CONVERGED);
    }

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
        again.restore(Memories.copy(descent.memory()));
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
        again.restore(Memories.copy(descent.memory()));
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
}
